/**
 * What belongs to a new device beside its images, where apps can be updated: with `alternate` the copy of the image in the
 * first download slot, and an empty journal. A journal of before would say of images that are no longer there which of
 * them is to be started or taken back; since one journal serves all apps, all of those that can be updated are flashed
 * together.
 */
import type { Layout, StorageRange } from '@kickstage/memory-map/layout';
import { regionsOf } from '@kickstage/memory-map/updates/layout-regions';
import type { ProgramImage } from './sector-plan.ts';

export interface FactoryState {
  /** The images, and what else is written. */
  readonly built: readonly ProgramImage[];
  readonly wanted: readonly string[];
  /** Apps that were not asked for and come with the journal. */
  readonly joined: readonly string[];
  /** Apps whose copy lies in external flash, which no tool reaches: the bootloader makes it before the first update. */
  readonly withoutCopy: readonly string[];
}

export function withFactoryState(
  layout: Layout,
  built: readonly ProgramImage[],
  wanted: readonly string[],
): FactoryState {
  const updatable = layout.apps.filter(({ name, update }) => update && built.some((image) => image.name === name));
  if (!updatable.some(({ name }) => wanted.includes(name))) return { built, wanted, joined: [], withoutCopy: [] };
  const joined = updatable.map(({ name }) => name).filter((name) => !wanted.includes(name));
  const copies = updatable.flatMap(({ name, update }) =>
    update!.strategy === 'alternate' ? [{ name, place: update!.downloads[0] }] : [],
  );
  const more = [
    ...copies.flatMap(({ name, place }) => (place.memory === 'internal' ? [copyOf(built, name, place)] : [])),
    ...regionsOf(layout).flatMap((region) => (region.name.startsWith('journal.') ? [erased(layout, region)] : [])),
  ];
  return {
    built: [...built, ...more],
    wanted: [...wanted, ...joined, ...more.map(({ name }) => name)],
    joined,
    withoutCopy: copies.filter(({ place }) => place.memory === 'external').map(({ name }) => name),
  };
}

function copyOf(built: readonly ProgramImage[], name: string, { start }: StorageRange): ProgramImage {
  return { name: `${name}.download0`, start, bytes: built.find((image) => image.name === name)!.bytes };
}

function erased({ flash }: Layout, { name, start, end }: { name: string; start: number; end: number }): ProgramImage {
  return { name, start, bytes: new Uint8Array(end - start).fill(flash.erasedByte) };
}
