/**
 * Finds slots for the apps that name no address: whole erase sectors, each app its own. Apps with an address come first,
 * then apps that the lock knows, which stay where they are; then the others, in the order of the config. A new app takes
 * the run of free sectors that wastes least, among equals one in the smallest gap, then the lowest. Where that order
 * leaves one without room, the new ones are tried by size, largest first. The same input gives the same places.
 */
import { type AddressRange, rangeOf } from '@kickstage/base/ranges';
import type { LayoutSector } from './layout.ts';
import type { LockedApp } from './lock.ts';
import { vectorAlignment } from './rules/vector-alignment.ts';
import { sectorAt, sectorsIn, wholeSectors } from './sectors.ts';

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

/**
 * Locked places that are still to be had. Each is whole sectors, so what overlaps it is what touches one of its sectors:
 * the users of each sector are listed once, in the order in which they are asked for.
 */
function placeLocked(
  sectors: readonly LayoutSector[],
  fixed: readonly NamedRange[],
  requests: readonly PlaceRequest[],
): Placement {
  const places = new Map<string, AddressRange>();
  const failures: Failure[] = [];
  const locked = requests.map(({ name, locked }) => ({ name, range: rangeOf(locked!.start, locked!.size) }));
  const claims = [...fixed, ...locked];
  const users = sectors.map((): number[] => []);
  if (requests.length > 0)
    claims.forEach(({ range }, claim) => {
      for (const { index } of sectorsIn(sectors, range)) users[index].push(claim);
    });
  requests.forEach((request, i) => {
    const range = lockedSlot(sectors, request);
    const own = fixed.length + i;
    const others = range ? sectorsIn(sectors, range).flatMap(({ index }) => firstOther(users[index], own)) : [];
    const taken = others.length > 0 ? claims[Math.min(...others)] : undefined;
    if (range && !taken) places.set(request.name, range);
    else failures.push({ kind: 'lost-place', request, ...(taken ? { taken } : {}) });
  });
  return { places, failures };
}

/** The first of ascending numbers that is not `own`, if there is one. */
function firstOther(numbers: readonly number[], own: number): number[] {
  return numbers[0] === own ? numbers.slice(1, 2) : numbers.slice(0, 1);
}

/** The whole sectors that an app needs from its locked address on; undefined when a slot cannot begin or end there. */
function lockedSlot(sectors: readonly LayoutSector[], { size, vectorCount, locked }: PlaceRequest) {
  const range = wholeSectors(sectors, rangeOf(locked!.start, size));
  const begins = sectorAt(sectors, range.start)?.start === range.start;
  const ends = sectorAt(sectors, range.end - 1)?.end === range.end;
  return begins && ends && range.start % vectorAlignment(vectorCount) === 0 ? range : undefined;
}

function placeNew(
  sectors: readonly LayoutSector[],
  fixed: readonly AddressRange[],
  requests: readonly PlaceRequest[],
): Placement {
  const places = new Map<string, AddressRange>();
  const failures: Failure[] = [];
  const free = sectors.map(() => true);
  const take = (range: AddressRange) => {
    for (const { index } of sectorsIn(sectors, range)) free[index] = false;
  };
  if (requests.length > 0) fixed.forEach(take);
  for (const request of requests) {
    const gaps = gapsOf(free);
    const range = findSlot(sectors, gaps, request);
    if (range) {
      places.set(request.name, range);
      take(range);
    } else
      failures.push({ kind: 'no-room', request, largest: Math.max(0, ...gaps.map((gap) => sizeOf(sectors, gap))) });
  }
  return { places, failures };
}

/** Free sectors that follow each other, by the indices of the first and the last. */
interface Gap {
  readonly first: number;
  readonly last: number;
}

/** The run of free sectors that holds `size` bytes with the least waste; among equals the one in the smallest gap. */
function findSlot(
  sectors: readonly LayoutSector[],
  gaps: readonly Gap[],
  { size, vectorCount }: PlaceRequest,
): AddressRange | undefined {
  const alignment = vectorAlignment(vectorCount);
  let best: AddressRange | undefined;
  let bestSize = Number.POSITIVE_INFINITY;
  let bestGap = Number.POSITIVE_INFINITY;
  for (const gap of gaps) {
    const gapSize = sizeOf(sectors, gap);
    // The further a run begins, the further it ends: `last` never goes back.
    let last = gap.first;
    for (let first = gap.first; first <= gap.last; first++) {
      const { start } = sectors[first];
      while (last <= gap.last && (last < first || sectors[last].end - start < size)) last++;
      if (last > gap.last) break;
      const runSize = sectors[last].end - start;
      if (runSize > bestSize || (runSize === bestSize && gapSize >= bestGap) || start % alignment !== 0) continue;
      best = rangeOf(start, runSize);
      bestSize = runSize;
      bestGap = gapSize;
    }
  }
  return best;
}

/** The longest runs of free sectors. */
function gapsOf(free: readonly boolean[]): Gap[] {
  const gaps: Gap[] = [];
  for (let first = 0; first < free.length; first++) {
    if (!free[first]) continue;
    let last = first;
    while (free[last + 1]) last++;
    gaps.push({ first, last });
    first = last;
  }
  return gaps;
}

const sizeOf = (sectors: readonly LayoutSector[], { first, last }: Gap) => sectors[last].end - sectors[first].start;
