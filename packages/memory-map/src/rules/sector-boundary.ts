import type { Diagnostic } from '@kickstage/base/diagnostic';
import { formatAddress, formatRange, formatSize } from '@kickstage/base/hex';
import { rangeSize } from '@kickstage/base/ranges';
import type { Draft, DraftSlot } from '../draft.ts';
import type { LayoutSector } from '../layout.ts';
import { sectorAt } from '../sectors.ts';
import type { SlotRule } from './rule.ts';

const CODE = 'MAP012';

/** Where another slot is in the same sector, MAP013 says more, and this rule is silent. */
export const sectorBoundary: SlotRule = {
  code: CODE,
  title: 'a slot that does not begin and end on a sector boundary',
  text: `Flash is erased by whole sectors, so a slot with an address of its own must be made of whole sectors too. Otherwise
erasing it erases bytes that are not its own, and the rest of the sector can be given to nobody.

Leave \`at\` out and the tool takes whole sectors; the size is then what the app needs at least. Where address and size
are given from outside, sharedSectors: 'preserve' accepts them: flash tools then read the sector's other bytes, erase,
and write them back, which a power cut in between can lose.`,
  check(draft) {
    const { slots, sectors, users } = draft;
    return slots.flatMap((slot) => {
      if (!slot.explicit || slot.preservesShared) return [];
      const first = sectorAt(sectors, slot.range.start);
      const last = sectorAt(sectors, slot.range.end - 1);
      const isAlone = (sector: LayoutSector) => users[sector.index].length === 1;
      const found: Diagnostic[] = [];
      if (first && first.start !== slot.range.start && isAlone(first)) found.push(startsInside(slot, first, draft));
      if (last && last.end !== slot.range.end && isAlone(last)) found.push(endsInside(slot, last, draft));
      return found;
    });
  },
};

function startsInside({ name, path, range }: DraftSlot, sector: LayoutSector, { sectors, at }: Draft): Diagnostic {
  const next = sectors[sector.index + 1];
  const choices = [sector, ...(next ? [next] : [])].map((s) => `${formatAddress(s.start)} (sector ${s.index})`);
  return {
    code: CODE,
    severity: 'error',
    what: `slot \`${name}\` starts inside flash sector ${sector.index}`,
    at: at(path),
    got: `${formatAddress(range.start)}; ${describe(sector)}`,
    why: 'whole sectors are erased: erasing this slot would erase what lies before it in the sector',
    fix: `leave out \`at\`, or start it at ${choices.join(' or ')}`,
  };
}

function endsInside({ name, path, range }: DraftSlot, sector: LayoutSector, { at }: Draft): Diagnostic {
  return {
    code: CODE,
    severity: 'error',
    what: `slot \`${name}\` ends inside flash sector ${sector.index}`,
    at: at(path.replace(/at$/, 'size')),
    got: `it ends at ${formatAddress(range.end)}; ${describe(sector)}`,
    why: 'whole sectors are erased: nothing else can use the rest of the sector',
    fix: `make its size ${formatSize(sector.end - range.start)}, so that it ends at ${formatAddress(sector.end)}`,
  };
}

function describe(sector: LayoutSector): string {
  return `sector ${sector.index} is ${formatRange(sector)} (${formatSize(rangeSize(sector))})`;
}
