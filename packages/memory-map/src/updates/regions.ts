/**
 * The regions that updates need beside the apps' slots: download slots, scratch, the journal's halves. Those in internal
 * flash are placed as apps are, in whole erase sectors; those in external flash follow each other from its start.
 */
import type { AddressRange } from '@kickstage/base/ranges';
import type { LayoutSector, StorageRange } from '../layout.ts';
import { type Failure, type NamedRange, type PlaceRequest, placeApps } from '../place.ts';

export interface RegionRequest extends PlaceRequest {
  readonly memory: 'internal' | 'external';
}

export interface Regions {
  readonly places: ReadonlyMap<string, StorageRange>;
  readonly failures: readonly Failure[];
}

/** Where regions can be: the sectors of both memories, and what already has its place in internal flash. */
export interface RegionSpace {
  readonly internal: readonly LayoutSector[];
  readonly external: readonly LayoutSector[];
  readonly taken: readonly NamedRange[];
}

export function placeRegions({ internal, external, taken }: RegionSpace, requests: readonly RegionRequest[]): Regions {
  const inside = placeApps(
    internal,
    taken,
    requests.filter(({ memory }) => memory === 'internal'),
  );
  const places = new Map<string, StorageRange>();
  for (const [name, range] of inside.places) places.set(name, { memory: 'internal', ...range });
  const failures = [...inside.failures];
  let next = 0;
  for (const request of requests.filter(({ memory }) => memory === 'external')) {
    const last = lastSectorFor(external, next, request.size);
    if (last === undefined) {
      const largest = next < external.length ? external[external.length - 1].end - external[next].start : 0;
      failures.push({ kind: 'no-room', request, largest });
      continue;
    }
    places.set(request.name, { memory: 'external', start: external[next].start, end: external[last].end });
    next = last + 1;
  }
  return { places, failures };
}

/** Index of the sector with which `size` bytes from sector `first` on end; undefined where there are not so many. */
function lastSectorFor(sectors: readonly LayoutSector[], first: number, size: number): number | undefined {
  for (let last = first; last < sectors.length; last++)
    if (sectors[last].end - sectors[first].start >= size) return last;
  return undefined;
}

/** Where sectors within a range end, relative to its start. */
export function boundaries(sectors: readonly LayoutSector[], range: AddressRange): number[] {
  return sectors.filter(({ end }) => end > range.start && end <= range.end).map(({ end }) => end - range.start);
}
