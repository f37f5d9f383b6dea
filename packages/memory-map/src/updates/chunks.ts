/** The chunks of an exchange through scratch: they end where sectors of both slots end. */
import type { AddressRange } from '@kickstage/base/ranges';
import type { StorageRange } from '../layout.ts';
import { boundaries, type RegionSpace } from './regions.ts';

/**
 * The smallest size whose multiples, up to the slot's end, are ends of sectors in both slots; the whole slot where nothing
 * smaller is.
 */
export function chunkOf(slot: AddressRange, download: StorageRange, { internal, external }: RegionSpace): number {
  const size = slot.end - slot.start;
  const own = new Set(boundaries(internal, slot));
  const other = new Set(boundaries(download.memory === 'internal' ? internal : external, download));
  const isChunk = (chunk: number) => {
    for (let at = chunk; at < size; at += chunk) if (!own.has(at) || !other.has(at)) return false;
    return true;
  };
  return [...own].sort((a, b) => a - b).find(isChunk) ?? size;
}
