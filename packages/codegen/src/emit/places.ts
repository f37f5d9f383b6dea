/**
 * Fills in the source places of items that have none: what a pass made without one belongs to what comes next in its
 * block, which is what it was made for, or else to what stands before it.
 */
import type { Item } from './items.ts';

export function fillPlaces(items: readonly Item[]): Item[] {
  const filled = [...items];
  let next: Item['place'];
  for (let i = filled.length - 1; i >= 0; i--) {
    const item = filled[i];
    if (item.kind === 'label') next = undefined;
    else if (item.place !== undefined) next = item.place === 'none' ? undefined : item.place;
    else if (next !== undefined) filled[i] = { ...item, place: next };
  }
  return filled;
}
