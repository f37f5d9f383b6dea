/**
 * Finds slots for the apps that name no address: whole erase sectors, each app its own. An app takes the run of free
 * sectors that wastes least; among equals the lowest. Explicit slots are taken first; then apps in the order of the
 * config, so that the same config gives the same places.
 */
import type { AddressRange } from '@kickstage/base/ranges';
import { overlaps, rangeSize } from '@kickstage/base/ranges';
import type { LayoutSector } from './layout.ts';
import { vectorAlignment } from './rules/vector-alignment.ts';

export interface Request {
  readonly size: number;
  readonly vectorCount: number;
}

/** The slot, of exactly `size` bytes from a sector's start; undefined when there is no room. */
export function findSlot(
  sectors: readonly LayoutSector[],
  taken: readonly AddressRange[],
  request: Request,
): AddressRange | undefined {
  const free = sectors.map((sector) => !taken.some((range) => overlaps(range, sector)));
  let best: { range: AddressRange; waste: number } | undefined;
  sectors.forEach((first, i) => {
    if (!free[i] || first.start % vectorAlignment(request.vectorCount) !== 0) return;
    let last = i;
    while (last + 1 < sectors.length && free[last + 1] && sectors[last].end - first.start < request.size) last++;
    const run = sectors[last].end - first.start;
    if (run < request.size) return;
    const waste = run - request.size;
    if (!best || waste < best.waste) best = { range: { start: first.start, end: first.start + request.size }, waste };
  });
  return best?.range;
}

/** The largest size that an app could still have. */
export function largestFree(sectors: readonly LayoutSector[], taken: readonly AddressRange[]): number {
  let largest = 0;
  let run = 0;
  for (const sector of sectors) {
    run = taken.some((range) => overlaps(range, sector)) ? 0 : run + rangeSize(sector);
    largest = Math.max(largest, run);
  }
  return largest;
}
