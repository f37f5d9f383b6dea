/**
 * The regions that updates need beside the apps' slots: download slots, scratch, the journal's halves. Those in internal
 * flash are placed as apps are, in whole erase sectors; those in external flash likewise, from its start.
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
  const of = (memory: RegionRequest['memory']) => requests.filter((request) => request.memory === memory);
  const inside = placeApps(internal, taken, of('internal'));
  const outside = placeApps(external, [], of('external'));
  const places = new Map<string, StorageRange>();
  for (const [name, range] of inside.places) places.set(name, { memory: 'internal', ...range });
  for (const [name, range] of outside.places) places.set(name, { memory: 'external', ...range });
  return { places, failures: [...inside.failures, ...outside.failures] };
}

/** Where sectors within a range end, relative to its start. */
export function boundaries(sectors: readonly LayoutSector[], range: AddressRange): number[] {
  return sectors.filter(({ end }) => end > range.start && end <= range.end).map(({ end }) => end - range.start);
}
