/** Erase sectors of a flash unit, numbered from its start. They follow each other without a gap, so they can be bisected. */
import type { AddressRange } from '@kickstage/base/ranges';
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

/** The sector that an address lies in; undefined outside flash. */
export function sectorAt(sectors: readonly LayoutSector[], address: number): LayoutSector | undefined {
  const sector = sectors[firstEndingBehind(sectors, address)];
  return sector && sector.start <= address ? sector : undefined;
}

/** The sectors that a range touches. An empty range touches none. */
export function sectorsIn(sectors: readonly LayoutSector[], range: AddressRange): readonly LayoutSector[] {
  if (range.end <= range.start) return [];
  const first = firstEndingBehind(sectors, range.start);
  let last = first;
  while (last < sectors.length && sectors[last].start < range.end) last++;
  return sectors.slice(first, last);
}

/** Indices of the sectors that a range touches. */
export function touchedSectors(sectors: readonly LayoutSector[], range: AddressRange): number[] {
  return sectorsIn(sectors, range).map(({ index }) => index);
}

/** The range with its end moved to the end of the sector that it lies in; unchanged when it ends outside flash. */
export function wholeSectors(sectors: readonly LayoutSector[], range: AddressRange): AddressRange {
  return { start: range.start, end: sectorAt(sectors, range.end - 1)?.end ?? range.end };
}

/** Index of the first sector whose end lies behind an address; the number of sectors where there is none. */
function firstEndingBehind(sectors: readonly LayoutSector[], address: number): number {
  let low = 0;
  let high = sectors.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sectors[middle].end > address) high = middle;
    else low = middle + 1;
  }
  return low;
}
