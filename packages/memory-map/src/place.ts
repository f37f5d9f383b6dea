/**
 * Finds slots for the apps that name no address: whole erase sectors, each app its own. Apps with an address come first,
 * then apps that the lock knows, which stay where they are; then the others, in the order of the config. A new app takes
 * the run of free sectors that wastes least, among equals the lowest. Where that order leaves one without room, the
 * others are tried by size, largest first. The same input gives the same places.
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
    else failures.push({ kind: 'no-room', request, largest: largestRun(sectors, free) });
  }
  return { places, failures };
}

/** The run of free sectors that holds `size` bytes with the least waste. */
function findSlot(
  sectors: readonly LayoutSector[],
  free: readonly boolean[],
  { size, vectorCount }: PlaceRequest,
): AddressRange | undefined {
  let best: AddressRange | undefined;
  sectors.forEach((first, i) => {
    if (!free[i] || first.start % vectorAlignment(vectorCount) !== 0) return;
    let last = i;
    while (free[last + 1] && sectors[last].end - first.start < size) last++;
    const run = { start: first.start, end: sectors[last].end };
    if (rangeSize(run) >= size && (!best || rangeSize(run) < rangeSize(best))) best = run;
  });
  return best;
}

function largestRun(sectors: readonly LayoutSector[], free: readonly boolean[]): number {
  let largest = 0;
  let run = 0;
  sectors.forEach((sector, i) => {
    run = free[i] ? run + rangeSize(sector) : 0;
    largest = Math.max(largest, run);
  });
  return largest;
}
