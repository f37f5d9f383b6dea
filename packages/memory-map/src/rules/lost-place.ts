import { formatAddress, formatRange, formatSize } from '@kickstage/base/hex';
import { rangeOf } from '@kickstage/base/ranges';
import { misplacement } from './lock-places.ts';
import type { SlotRule } from './rule.ts';

export const lostPlace: SlotRule = {
  code: 'MAP006',
  title: 'an app cannot stay where the lock says',
  text: `boot.lock.json keeps every app where it is, so that boards in use need not be flashed anew when an app is added. Here an
app has grown beyond its sectors, or an address in the config takes them. The tool does not move an app unasked: an
image at the old place would remain on the boards.

Give the app its old size again, free the sectors behind it, or remove its line from boot.lock.json: it is then placed
anew, and it and the bootloader must be flashed again.`,
  check: ({ failures, sectors, at }) =>
    failures.flatMap((failure) => {
      if (failure.kind !== 'lost-place') return [];
      const { request, taken } = failure;
      const { name, size, locked } = request;
      // Of a place that the tool never gives, MAP009 says more.
      if (misplacement(sectors, locked!) !== undefined) return [];
      const place = formatRange(rangeOf(locked!.start, locked!.size));
      const ways = [
        ...(size > locked!.size ? [`make it ${formatSize(locked!.size)} again`] : []),
        ...(taken ? [`move \`${taken.name}\` away`] : []),
      ];
      return [
        {
          code: 'MAP006',
          severity: 'error' as const,
          what: `\`${name}\` cannot stay at ${formatAddress(locked!.start)}, where the lock has it`,
          at: at(`apps.${name}`),
          got: `it needs ${formatSize(size)}; the lock has ${place} (${formatSize(locked!.size)})`,
          why: taken
            ? `\`${taken.name}\` has ${formatRange(taken.range)}`
            : 'no slot of that size can begin there in this flash',
          fix: [...ways, 'remove its line from boot.lock.json and flash it anew'].join(', or '),
        },
      ];
    }),
};
