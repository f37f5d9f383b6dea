import type { Diagnostic } from '@kickstage/base/diagnostic';
import { formatAddress, formatRange, formatSize } from '@kickstage/base/hex';
import { overlaps, rangeSize } from '@kickstage/base/ranges';
import type { Draft, DraftSlot } from '../draft.ts';
import type { LayoutSector } from '../layout.ts';
import type { SlotRule } from './rule.ts';

export const sharedSector: SlotRule = {
  code: 'MAP013',
  title: 'two slots in one erase sector',
  text: `Flash is erased by whole sectors. Where two slots touch the same sector, flashing one app erases bytes of the other.
Large sectors make this easy to miss: the STM32F411 has sectors of 16, 64 and 128 KiB.

Leave \`at\` out and the tool places each app in sectors of its own. Where addresses are given from outside, set
sharedSectors: 'preserve' on both: flash tools then read, erase and write back the neighbour's bytes. The bootloader's
sectors are shared with nobody: a power cut in between would leave a board that does not start.`,
  check(draft) {
    const found: Diagnostic[] = [];
    for (const sector of draft.sectors) {
      if (draft.users[sector.index].length < 2) continue;
      const users = [...draft.users[sector.index]].sort((a, b) => a.range.start - b.range.start);
      users.forEach((earlier, i) => {
        for (const later of users.slice(i + 1)) {
          const isAccepted = earlier.preservesShared && later.preservesShared;
          if (!isAccepted && !overlaps(earlier.range, later.range)) found.push(shared(sector, earlier, later, draft));
        }
      });
    }
    return found;
  },
};

function shared(sector: LayoutSector, earlier: DraftSlot, later: DraftSlot, draft: Draft): Diagnostic {
  const withBootloader = [earlier, later].some(({ kind }) => kind === 'bootloader');
  const ways = [
    `leave out \`at\``,
    ...moved(sector, later, draft),
    ...(withBootloader ? [] : ["set sharedSectors: 'preserve' on both"]),
  ];
  return {
    code: 'MAP013',
    severity: 'error',
    what: `slots \`${earlier.name}\` and \`${later.name}\` share flash sector ${sector.index}`,
    at: draft.at(later.path),
    got: `sector ${sector.index} is ${formatRange(sector)} (${formatSize(rangeSize(sector))}); ${earlier.name} ends at ${formatAddress(earlier.range.end)}, ${later.name} starts at ${formatAddress(later.range.start)}`,
    why: `whole sectors are erased: flashing one of them would erase a part of the other`,
    fix: ways.join(', or '),
    notes: [{ text: `\`${earlier.name}\` is defined`, at: draft.at(earlier.path) }],
  };
}

/** The later slot at the next sector, made smaller where it would not fit there. */
function moved(sector: LayoutSector, { name, range }: DraftSlot, { sectors, slots, flash }: Draft): string[] {
  const next = sectors[sector.index + 1];
  if (!next) return [];
  const limits = slots.map((slot) => slot.range.start).filter((start) => start > range.start);
  const room = Math.min(flash.end, ...limits) - next.start;
  if (room <= 0) return [];
  const smaller = room < rangeSize(range) ? ` with ${formatSize(room)} at most` : '';
  return [`start \`${name}\` at ${formatAddress(next.start)} (sector ${next.index})${smaller}`];
}
