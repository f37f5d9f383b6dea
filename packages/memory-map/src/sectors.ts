/** Erase sectors of a flash unit, numbered from its start. */
import { type AddressRange, contains, overlaps } from '@kickstage/base/ranges';
import type { FlashUnit } from '@kickstage/chips/chip';
import type { LayoutSector } from './layout.ts';

export function sectorsOf(flash: FlashUnit): LayoutSector[] {
  const sectors: LayoutSector[] = [];
  let at = flash.start;
  for (const { count, size } of flash.sectors) {
    for (let i = 0; i < count; i++, at += size) sectors.push({ index: sectors.length, start: at, end: at + size });
  }
  return sectors;
}

/** Indices of the sectors that a range touches. */
export function touchedSectors(sectors: readonly LayoutSector[], range: AddressRange): number[] {
  return sectors.filter((sector) => overlaps(sector, range)).map((sector) => sector.index);
}

/** The range with its end moved to the end of the sector that it lies in; unchanged when it ends outside flash. */
export function wholeSectors(sectors: readonly LayoutSector[], range: AddressRange): AddressRange {
  const last = sectors.find((sector) => contains(sector, range.end - 1));
  return { start: range.start, end: last?.end ?? range.end };
}
