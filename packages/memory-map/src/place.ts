/**
 * Finds slots for the apps that name no address: whole erase sectors, each app its own. Apps with an address come first,
 * then apps that the lock knows, which stay where they are; then the others, in the order of the config. A new app takes
 * the run of free sectors that wastes least, among equals one in the smallest gap, then the lowest. Where that order
 * leaves one without room, the new ones are tried by size, largest first. The same input gives the same places.
 */
import { type AddressRange, overlaps, rangeOf, rangeSize } from '@kickstage/base/ranges';
import type { LayoutSector } from './layout.ts';
import type { LockedApp } from './lock.ts';
import { vectorAlignment } from './rules/vector-alignment.ts';
import { wholeSectors } from './sectors.ts';

export interface PlaceRequest {
  readonly name: string;
  /** Bytes that it needs at least. */
  readonly size: number;
  readonly vectorCount: number;
  readonly locked?: LockedApp;
}

export interface NamedRange {
  readonly name: string;
  readonly range: AddressRange;
}

export type Failure =
  | { readonly kind: 'no-room'; readonly request: PlaceRequest; readonly largest: number }
  /** The place that the lock names cannot be had: `taken` says by whom; absent when it is no place for the app. */
  | { readonly kind: 'lost-place'; readonly request: PlaceRequest; readonly taken?: NamedRange };

export interface Placement {
  readonly places: ReadonlyMap<string, AddressRange>;
  readonly failures: readonly Failure[];
}

/** Places all requests beside the slots that have their place already. */
export function placeApps(
  sectors: readonly LayoutSector[],
  fixed: readonly NamedRange[],
  requests: readonly PlaceRequest[],
): Placement {
  const kept = placeLocked(
    sectors,
    fixed,
    requests.filter((request) => request.locked),
  );
  const taken = [...fixed.map(({ range }) => range), ...kept.places.values()];
  const added = requests.filter((request) => !request.locked);
  const inOrder = placeNew(sectors, taken, added);
  const bySize = () =>
    placeNew(
      sectors,
      taken,
      [...added].sort((a, b) => b.size - a.size),
    );
  const retry = inOrder.failures.length > 0 ? bySize() : undefined;
  const chosen = retry?.failures.length === 0 ? retry : inOrder;
  return {
    places: new Map([...kept.places, ...chosen.places]),
    failures: [...kept.failures, ...chosen.failures],
  };
}

function placeLocked(
  sectors: readonly LayoutSector[],
  fixed: readonly NamedRange[],
  requests: readonly PlaceRequest[],
): Placement {
  const places = new Map<string, AddressRange>();
  const failures: Failure[] = [];
  const lockedRanges = requests.map(({ name, locked }) => ({ name, range: rangeOf(locked!.start, locked!.size) }));
  for (const request of requests) {
    const range = lockedSlot(sectors, request);
    const others = [...fixed, ...lockedRanges.filter(({ name }) => name !== request.name)];
    const taken = range && others.find((other) => overlaps(other.range, range));
    if (range && !taken) places.set(request.name, range);
    else failures.push({ kind: 'lost-place', request, ...(taken ? { taken } : {}) });
  }
  return { places, failures };
}

/** The whole sectors that an app needs from its locked address on; undefined when a slot cannot begin or end there. */
function lockedSlot(sectors: readonly LayoutSector[], { size, vectorCount, locked }: PlaceRequest) {
  const range = wholeSectors(sectors, rangeOf(locked!.start, size));
  const begins = sectors.some((sector) => sector.start === range.start);
  const ends = sectors.some((sector) => sector.end === range.end);
  return begins && ends && range.start % vectorAlignment(vectorCount) === 0 ? range : undefined;
}

function placeNew(
  sectors: readonly LayoutSector[],
  fixed: readonly AddressRange[],
  requests: readonly PlaceRequest[],
): Placement {
  const places = new Map<string, AddressRange>();
  const failures: Failure[] = [];
  for (const request of requests) {
    const taken = [...fixed, ...places.values()];
    const free = sectors.map((sector) => !taken.some((range) => overlaps(range, sector)));
    const range = findSlot(sectors, free, request);
    if (range) places.set(request.name, range);
    else failures.push({ kind: 'no-room', request, largest: largestGap(sectors, free) });
  }
  return { places, failures };
}

/** The run of free sectors that holds `size` bytes with the least waste; among equals the one in the smallest gap. */
function findSlot(
  sectors: readonly LayoutSector[],
  free: readonly boolean[],
  { size, vectorCount }: PlaceRequest,
): AddressRange | undefined {
  const alignment = vectorAlignment(vectorCount);
  let best: { run: AddressRange; gap: number } | undefined;
  for (const gap of gapsOf(sectors, free)) {
    const gapSize = gap[gap.length - 1].end - gap[0].start;
    gap.forEach((first, i) => {
      if (first.start % alignment !== 0) return;
      const last = gap.slice(i).find((sector) => sector.end - first.start >= size);
      if (!last) return;
      const run = { start: first.start, end: last.end };
      const difference = best ? rangeSize(run) - rangeSize(best.run) || gapSize - best.gap : -1;
      if (difference < 0) best = { run, gap: gapSize };
    });
  }
  return best?.run;
}

/** The longest runs of free sectors that follow each other. */
function gapsOf(sectors: readonly LayoutSector[], free: readonly boolean[]): LayoutSector[][] {
  const gaps: LayoutSector[][] = [];
  sectors.forEach((sector, i) => {
    if (free[i] && i > 0 && free[i - 1]) gaps[gaps.length - 1].push(sector);
    else if (free[i]) gaps.push([sector]);
  });
  return gaps;
}

function largestGap(sectors: readonly LayoutSector[], free: readonly boolean[]): number {
  return Math.max(0, ...gapsOf(sectors, free).map((gap) => gap[gap.length - 1].end - gap[0].start));
}
