import { formatAddress, formatRange, formatSize } from '@kickstage/base/hex';
import { contains, rangeSize } from '@kickstage/base/ranges';
import type { Rule } from './rule.ts';

export const sectorBoundary: Rule = {
  code: 'MAP012',
  title: 'a slot that does not start on a sector boundary',
  text: `Flash is erased by whole sectors. A slot that starts inside a sector cannot be erased without erasing what lies before
it in that sector.

It is accepted with sharedSectors: 'preserve': flash tools then read the neighbour's bytes, erase, and write them back,
which a power cut in between can lose.`,
  check: ({ slots, sectors, at }) =>
    slots.flatMap(({ name, path, range, preservesShared }) => {
      const sector = sectors.find((s) => contains(s, range.start));
      if (!sector || sector.start === range.start || preservesShared) return [];
      const next = sectors[sector.index + 1];
      return [
        {
          code: 'MAP012',
          severity: 'error' as const,
          what: `slot \`${name}\` starts inside flash sector ${sector.index}`,
          at: at(path),
          got: `${formatAddress(range.start)}; sector ${sector.index} is ${formatRange(sector)} (${formatSize(rangeSize(sector))})`,
          why: 'whole sectors are erased: erasing this slot would erase what lies before it in the sector',
          fix: `leave out \`at\`${next ? `, or start it at ${formatAddress(next.start)} (sector ${next.index})` : ''}`,
        },
      ];
    }),
};
