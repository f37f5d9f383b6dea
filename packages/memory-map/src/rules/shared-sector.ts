import type { Diagnostic } from '@kickstage/base/diagnostic';
import { formatAddress, formatRange, formatSize } from '@kickstage/base/hex';
import { overlaps, rangeSize } from '@kickstage/base/ranges';
import type { Rule } from './rule.ts';

export const sharedSector: Rule = {
  code: 'MAP013',
  title: 'two slots in one erase sector',
  text: `Flash is erased by whole sectors. Where two slots touch the same sector, flashing one app erases bytes of the other.
Large sectors make this easy to miss: the STM32F411 has sectors of 16, 64 and 128 KiB.

Leave \`at\` out and the tool places each app in sectors of its own. Where addresses are given from outside, set
sharedSectors: 'preserve' on both: flash tools then read, erase and write back the neighbour's bytes.`,
  check({ slots, sectors, at }) {
    const found: Diagnostic[] = [];
    for (const sector of sectors) {
      const users = slots.filter(({ range }) => overlaps(range, sector));
      users.forEach((slot, i) => {
        for (const other of users.slice(i + 1)) {
          if (overlaps(slot.range, other.range) || (slot.preservesShared && other.preservesShared)) continue;
          const next = sectors[sector.index + 1];
          const later = slot.range.start < other.range.start ? other : slot;
          const earlier = later === slot ? other : slot;
          found.push({
            code: 'MAP013',
            severity: 'error',
            what: `slots \`${earlier.name}\` and \`${later.name}\` share flash sector ${sector.index}`,
            at: at(later.path),
            got: `sector ${sector.index} is ${formatRange(sector)} (${formatSize(rangeSize(sector))}); ${earlier.name} ends at ${formatAddress(earlier.range.end)}, ${later.name} starts at ${formatAddress(later.range.start)}`,
            why: `flashing \`${later.name}\` would erase the end of \`${earlier.name}\`, and the other way about`,
            fix: `leave out \`at\`${next ? `, or start \`${later.name}\` at ${formatAddress(next.start)} (sector ${next.index})` : ''}, or set sharedSectors: 'preserve' on both`,
            notes: [{ text: `\`${earlier.name}\` is defined`, at: at(earlier.path) }],
          });
        }
      });
    }
    return found;
  },
};
