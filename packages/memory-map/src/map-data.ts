/**
 * The memory map as plain data: what lies where, piece by piece, in order of address. A *piece* is a part of one erase
 * sector with one owner; a sector that two slots share gives several pieces. `kickstage map --json` prints this, and the
 * picture is drawn from it.
 */
import type { AddressRange } from '@kickstage/base/ranges';
import type { Layout, LayoutImage, LayoutMemory, LayoutSector } from './layout.ts';
import { type NamedRegion, regionsOf } from './updates/layout-regions.ts';

/** Bytes that each image takes of its slot, by image name; images that were not built are absent. */
export type UsedBytes = Readonly<Record<string, number>>;

export interface MapPiece extends AddressRange {
  /** Index of the erase sector that it lies in. */
  readonly sector: number;
  /** Name of the image whose slot it belongs to; absent for other flash. */
  readonly image?: string;
  /** Name of the region of updates that it belongs to: `app1.download`, `scratch`, `journal.0`. */
  readonly region?: string;
  /** Bytes of it that the image fills; absent when that is not known. */
  readonly used?: number;
}

export interface MapImage {
  readonly name: string;
  readonly kind: 'bootloader' | 'app';
  readonly version: string;
  readonly id: number;
  readonly slot: AddressRange;
  readonly size: number;
  readonly sectors: readonly number[];
  readonly sharedSectors: readonly number[];
  readonly magic?: number;
  readonly default: boolean;
  /** Bytes of the slot that are filled; absent when that is not known. */
  readonly used?: number;
}

/** A memory in which no image has a part: what no region of updates takes is free. */
export type MapMemory = LayoutMemory & {
  readonly size: number;
  readonly free: number;
  /** In order of address. */
  readonly regions: readonly MapRegion[];
};

/** What updates use beside the apps' slots. */
export interface MapRegion extends NamedRegion {
  readonly size: number;
  /** What it is for, in words. */
  readonly use: string;
}

export interface MapData {
  readonly board: string;
  readonly chip: string;
  readonly flash: AddressRange & {
    readonly size: number;
    /** Bytes that belong to no slot. */
    readonly free: number;
    readonly pieces: readonly MapPiece[];
  };
  readonly images: readonly MapImage[];
  readonly ram: AddressRange & { readonly size: number; readonly images: AddressRange };
  readonly mailbox: Layout['mailbox'];
  /** RAM beside the main one, then external flash. */
  readonly memories: readonly MapMemory[];
  /** Of updates, in either flash. */
  readonly regions: readonly MapRegion[];
}

/** The map of a layout; with `used`, how full the slots are. */
export function mapData(layout: Layout, used: UsedBytes = {}): MapData {
  const images = [layout.bootloader, ...layout.apps];
  const { flash, ram, mailbox, board, memories } = layout;
  const regions = regionsOf(layout).map((region) => mapRegion(region, layout));
  const inFlash = regions.filter(({ memory }) => memory === 'internal');
  const pieces = flash.sectors.flatMap((sector) => piecesOf(sector, images, inFlash, used));
  return {
    board: board.name,
    chip: board.chip,
    flash: {
      start: flash.start,
      end: flash.end,
      size: flash.end - flash.start,
      free: pieces.reduce((sum, { image, region, start, end }) => sum + ((image ?? region) ? 0 : end - start), 0),
      pieces,
    },
    images: images.map((image) => mapImage(image, layout.defaultApp, used[image.name])),
    ram: { start: ram.start, end: ram.end, size: ram.end - ram.start, images: layout.bootloader.ram },
    mailbox,
    memories: memories.map((memory) => mapMemory(memory, regions)),
    regions,
  };
}

function mapMemory(memory: LayoutMemory, all: readonly MapRegion[]): MapMemory {
  const size = memory.end - memory.start;
  const regions = memory.kind === 'external-flash' ? all.filter((region) => region.memory === 'external') : [];
  const taken = regions.reduce((sum, region) => sum + region.size, 0);
  return { ...memory, size, free: size - taken, regions: [...regions].sort((a, b) => a.start - b.start) };
}

function mapRegion(region: NamedRegion, { apps, updates }: Layout): MapRegion {
  const owner = apps.find(({ name }) => region.name.startsWith(`${name}.download`));
  return { ...region, size: region.end - region.start, use: useOf(region.name, owner, updates) };
}

function useOf(name: string, owner: LayoutImage | undefined, updates: Layout['updates']): string {
  if (name === 'scratch') return 'scratch of exchanges';
  if (!owner) return `state of updates${updates?.stateModule ? ', kept by a module of the project' : ''}`;
  if (owner.update?.strategy === 'direct') return `second bank of ${owner.name}`;
  if (owner.update?.strategy === 'alternate') return `downloads of ${owner.name} and its copy, in turn`;
  return `downloads of ${owner.name}${(owner.update?.offset ?? 0) > 0 ? ', one sector more for the exchange' : ''}`;
}

function mapImage(image: LayoutImage, defaultApp: string, used: number | undefined): MapImage {
  const { name, kind, version, id, slot, sectors, sharedSectors, magic } = image;
  return {
    name,
    kind,
    version,
    id,
    slot,
    size: slot.end - slot.start,
    sectors,
    sharedSectors,
    ...(magic === undefined ? {} : { magic }),
    default: kind === 'app' && name === defaultApp,
    ...(used === undefined ? {} : { used }),
  };
}

/** Cuts a sector at the borders of the slots in it. Regions of updates have whole sectors. */
function piecesOf(
  sector: LayoutSector,
  images: readonly LayoutImage[],
  regions: readonly MapRegion[],
  used: UsedBytes,
): MapPiece[] {
  const region = regions.find(({ start, end }) => start < sector.end && sector.start < end);
  if (region) return [{ sector: sector.index, start: sector.start, end: sector.end, region: region.name }];
  const owners = images
    .filter(({ slot }) => slot.start < sector.end && sector.start < slot.end)
    .sort((a, b) => a.slot.start - b.slot.start);
  const pieces: MapPiece[] = [];
  let at = sector.start;
  for (const { name, slot } of owners) {
    if (slot.start > at) pieces.push({ sector: sector.index, start: at, end: slot.start });
    const start = Math.max(at, slot.start);
    const end = Math.min(sector.end, slot.end);
    const bytes = used[name];
    const filled = bytes === undefined ? {} : { used: Math.min(Math.max(slot.start + bytes - start, 0), end - start) };
    pieces.push({ sector: sector.index, start, end, image: name, ...filled });
    at = end;
  }
  if (at < sector.end) pieces.push({ sector: sector.index, start: at, end: sector.end });
  return pieces;
}
