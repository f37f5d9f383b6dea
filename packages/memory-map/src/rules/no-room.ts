import { formatSize } from '@kickstage/base/hex';
import type { SlotRule } from './rule.ts';

export const noRoom: SlotRule = {
  code: 'MAP005',
  title: 'no room for an app',
  text: `The tool places each app in whole erase sectors of its own, and no run of free sectors is left that is large enough.
Large sectors cost much: on the STM32F411 an app of 20 KiB takes two sectors of 16 KiB if they are free, else one of 64
or 128.

Make an app smaller, remove one, or give addresses that leave longer runs free. \`kickstage map\` shows who uses what.`,
  check: ({ failures, at }) =>
    failures.flatMap((failure) => {
      if (failure.kind !== 'no-room') return [];
      const { request, largest } = failure;
      return [
        {
          code: 'MAP005',
          severity: 'error' as const,
          what: `there is no room for \`${request.name}\``,
          at: at(`apps.${request.name}.size`),
          got: `it needs ${formatSize(request.size)}; the largest run of free sectors has ${formatSize(largest)}`,
          why: 'each app is placed in whole erase sectors of its own',
          fix: `${largest > 0 ? `make it ${formatSize(largest)} or smaller, or ` : ''}make another app smaller`,
        },
      ];
    }),
};
