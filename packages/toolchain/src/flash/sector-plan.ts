/**
 * One erase sector: which images' bytes belong into it, which of its other bytes must survive, and whether anything has
 * to be written at all. Flash can only be erased by whole sectors: every byte of a sector that is written and is not an
 * image's must have been read before, or is lost.
 */
import { type AddressRange, overlaps, rangeOf } from '@kickstage/base/ranges';
import type { Layout, LayoutSector } from '@kickstage/memory-map/layout';
import { regionsOf } from '@kickstage/memory-map/updates/layout-regions';

/** The bytes that an image has in flash, from its slot's start. */
export interface ProgramImage {
  readonly name: string;
  readonly start: number;
  readonly bytes: Uint8Array;
}

/** A run of bytes of a sector that is read back and written again. */
export interface KeptRange extends AddressRange {
  /** Image whose slot it is in; absent for flash that no slot claims. */
  readonly owner?: string;
}

/** Bytes that an image gets in a sector. */
export interface WrittenRange extends AddressRange {
  readonly image: string;
}

export interface SectorPlan {
  readonly sector: LayoutSector;
  /** `write`: erase and write; `skip`: it holds all of it already. */
  readonly action: 'write' | 'skip';
  readonly written: readonly WrittenRange[];
  /** What survives an erase by being written again; empty when the sector is skipped. */
  readonly kept: readonly KeptRange[];
  /** What the whole sector holds afterwards; undefined as long as kept bytes are not known. */
  readonly content?: Uint8Array;
}

export interface SectorQuestion {
  readonly layout: Layout;
  /** Images that are flashed. */
  readonly images: readonly ProgramImage[];
  /** What the sector holds; undefined when it was not read. */
  readonly onBoard: Uint8Array | undefined;
}

/** Sectors that any of the images' bytes touch, in order of address. */
export function sectorsOfImages(layout: Layout, images: readonly ProgramImage[]): LayoutSector[] {
  return layout.flash.sectors.filter((sector) => images.some((image) => overlaps(sector, rangeOfImage(image))));
}

export const rangeOfImage = ({ start, bytes }: ProgramImage): AddressRange => rangeOf(start, bytes.length);

export function planSector(sector: LayoutSector, { layout, images, onBoard }: SectorQuestion): SectorPlan {
  const written = images
    .filter((image) => overlaps(sector, rangeOfImage(image)))
    .map((image) => ({ image: image.name, ...clip(rangeOfImage(image), sector) }));
  const kept = keptRanges(layout, sector, images);
  const content = compose(layout, sector, { images, kept, onBoard });
  if (onBoard && written.every((range) => holds(onBoard, sector, range, content!)))
    return { sector, action: 'skip', written, kept: [], content: onBoard };
  const worthKeeping = onBoard
    ? kept.filter((range) => !isErased(onBoard.subarray(range.start - sector.start, range.end - sector.start), layout))
    : kept;
  return { sector, action: 'write', written, kept: worthKeeping, ...(content ? { content } : {}) };
}

function clip(range: AddressRange, to: AddressRange): AddressRange {
  return { start: Math.max(range.start, to.start), end: Math.min(range.end, to.end) };
}

/**
 * All of the sector but the slots of the images that are flashed, and the regions of updates that are: what is behind an
 * image in its slot is its own.
 */
function keptRanges(layout: Layout, sector: LayoutSector, images: readonly ProgramImage[]): KeptRange[] {
  const flashed = new Set(images.map(({ name }) => name));
  const regions = regionsOf(layout).flatMap(({ name, memory, start, end }) =>
    memory === 'internal' ? [{ name, slot: { start, end } }] : [],
  );
  const slots = [layout.bootloader, ...layout.apps, ...regions]
    .filter(({ slot }) => overlaps(slot, sector))
    .sort((a, b) => a.slot.start - b.slot.start);
  const kept: KeptRange[] = [];
  let at = sector.start;
  const keep = (end: number, owner?: { readonly name: string }) => {
    if (end > at) kept.push({ start: at, end, ...(owner ? { owner: owner.name } : {}) });
  };
  for (const image of slots) {
    const { start, end } = clip(image.slot, sector);
    keep(start);
    at = start;
    if (!flashed.has(image.name)) keep(end, image);
    at = end;
  }
  keep(sector.end);
  return kept;
}

interface Parts {
  readonly images: readonly ProgramImage[];
  readonly kept: readonly KeptRange[];
  readonly onBoard: Uint8Array | undefined;
}

/** The sector's bytes; undefined when a neighbour's are not known. Flash that no slot claims counts as erased then. */
function compose(layout: Layout, sector: LayoutSector, { images, kept, onBoard }: Parts): Uint8Array | undefined {
  if (!onBoard && kept.some(({ owner }) => owner !== undefined)) return undefined;
  const content = new Uint8Array(sector.end - sector.start).fill(layout.flash.erasedByte);
  for (const { start, end } of onBoard ? kept : [])
    content.set(onBoard!.subarray(start - sector.start, end - sector.start), start - sector.start);
  for (const image of images) {
    const range = rangeOfImage(image);
    if (!overlaps(range, sector)) continue;
    const { start, end } = clip(range, sector);
    content.set(image.bytes.subarray(start - image.start, end - image.start), start - sector.start);
  }
  return content;
}

function holds(onBoard: Uint8Array, sector: LayoutSector, { start, end }: AddressRange, wanted: Uint8Array): boolean {
  for (let i = start - sector.start; i < end - sector.start; i++) if (onBoard[i] !== wanted[i]) return false;
  return true;
}

const isErased = (bytes: Uint8Array, { flash }: Layout) => bytes.every((byte) => byte === flash.erasedByte);
