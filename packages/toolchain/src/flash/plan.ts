/**
 * From the images that were built and what the board holds to the steps of flashing: which sectors are erased, which
 * bytes are written, which are kept, in which order. The bootloader comes first, because apps are started by it and the
 * map of their slots is compiled into it: it joins by itself when the board's differs from the one that was built.
 *
 * Planning is pure. The door reads the board (`readsOf`), plans (`planFlash`), writes the pieces and reads them again.
 */
import type { Diagnostic } from '@kickstage/base/diagnostic';
import { formatRange } from '@kickstage/base/hex';
import type { AddressRange } from '@kickstage/base/ranges';
import type { Layout } from '@kickstage/memory-map/layout';
import { type BootloaderState, bootloaderState, type KnownBootloader } from './bootloader-state.ts';
import { type ProgramPiece, piecesOf } from './pieces.ts';
import { type ProgramImage, planSector, type SectorPlan, sectorsOfImages } from './sector-plan.ts';

/** Bytes of flash by the address of their sector; absent ones were not read. */
export type BoardSectors = ReadonlyMap<number, Uint8Array>;

export interface FlashRequest {
  readonly layout: Layout;
  /** All images that were built. */
  readonly built: readonly ProgramImage[];
  /** Names of those that the user wants flashed. */
  readonly wanted: readonly string[];
  /**
   * Whether the board can be read before it is written: `done`: it was, `later`: it will be (a dry run), `never`: the
   * tool cannot.
   */
  readonly reading: 'done' | 'later' | 'never';
  readonly board: BoardSectors;
  readonly known: readonly KnownBootloader[];
}

export interface FlashPlan {
  readonly bootloader: BootloaderState & {
    readonly joins: boolean;
    /** Why it is flashed, or not: one sentence. */
    readonly why: string;
  };
  /** In the order in which they are dealt with. */
  readonly sectors: readonly SectorPlan[];
  readonly pieces: readonly ProgramPiece[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Whole sectors to be read before planning: those of all wanted images, and the bootloader's. In order of address. */
export function readsOf({ layout, built, wanted }: Pick<FlashRequest, 'layout' | 'built' | 'wanted'>): AddressRange[] {
  const images = built.filter(({ name }) => wanted.includes(name));
  const indices = new Set(sectorsOfImages(layout, images).map(({ index }) => index));
  for (const index of layout.bootloader.sectors) indices.add(index);
  return layout.flash.sectors.filter(({ index }) => indices.has(index)).map(({ start, end }) => ({ start, end }));
}

export function planFlash(request: FlashRequest): FlashPlan {
  const { layout, built, wanted } = request;
  const bootloader = planBootloader(request);
  const chosen = built.filter(
    ({ name }) => wanted.includes(name) || (bootloader.joins && name === layout.bootloader.name),
  );
  const sectors = sectorsOfImages(layout, chosen)
    .map((sector) => planSector(sector, { layout, images: chosen, onBoard: request.board.get(sector.start) }))
    .sort((a, b) => rank(layout, a) - rank(layout, b) || a.sector.start - b.sector.start);
  const diagnostics = request.reading === 'never' ? lostNeighbours(sectors) : [];
  return { bootloader, sectors, pieces: piecesOf(layout, sectors), diagnostics };
}

/** The bootloader's sectors come before all others. */
function rank(layout: Layout, { sector }: SectorPlan): number {
  return layout.bootloader.sectors.includes(sector.index) ? 0 : 1;
}

function planBootloader({ layout, built, wanted, board, known, reading }: FlashRequest): FlashPlan['bootloader'] {
  const { name } = layout.bootloader;
  const image = built.find((candidate) => candidate.name === name);
  const state = bootloaderState({ layout, built: image?.bytes, onBoard: bootloaderBytes(layout, board), known });
  const seen = `the board ${state.seen}`;
  if (!image) return { ...state, joins: false, why: 'none was built: the config leaves it to others' };
  if (wanted.includes(name))
    return { ...state, joins: true, why: state.kind === 'unknown' ? 'it was asked for' : seen };
  if (state.kind === 'same') return { ...state, joins: false, why: seen };
  if (state.kind !== 'unknown') return { ...state, joins: true, why: seen };
  return reading === 'never'
    ? {
        ...state,
        joins: false,
        why: 'this tool cannot read the board: if the map has changed, flash the bootloader by another',
      }
    : { ...state, joins: true, why: 'it is left out if the board, which is read first, holds the same' };
}

/** The bootloader's slot as it was read; undefined when a part is missing. */
function bootloaderBytes(layout: Layout, board: BoardSectors): Uint8Array | undefined {
  const { slot, sectors } = layout.bootloader;
  const bytes = new Uint8Array(slot.end - slot.start);
  for (const index of sectors) {
    const sector = layout.flash.sectors[index];
    const content = board.get(sector.start);
    if (!content) return undefined;
    const start = Math.max(slot.start, sector.start);
    const end = Math.min(slot.end, sector.end);
    bytes.set(content.subarray(start - sector.start, end - sector.start), start - slot.start);
  }
  return bytes;
}

/** A tool that cannot read would erase what lies beside an image in a shared sector. */
function lostNeighbours(sectors: readonly SectorPlan[]): Diagnostic[] {
  return sectors
    .filter(({ content }) => content === undefined)
    .map(({ sector, kept, written }) => {
      const owners = kept.flatMap(({ owner }) => (owner === undefined ? [] : [owner]));
      return {
        code: 'FLS014',
        severity: 'error',
        what: `flashing \`${written[0].image}\` this way would erase bytes of \`${owners.join('`, `')}\``,
        got: `both lie in flash sector ${sector.index}, ${formatRange(sector)}`,
        why: 'a sector is erased as a whole, and this tool cannot read the bytes that have to be written again',
        fix: `flash \`${owners.join('`, `')}\` in the same call, or use a tool that reads: probe-rs, openocd, st-flash or dfu-util`,
      };
    });
}
