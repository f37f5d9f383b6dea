/**
 * What one update of an app costs, download (by updateEraseFor) and confirmation included: sectors erased, bytes
 * programmed, time, wear; old and new image have one size. The
 * counts are those of firmware/update and firmware/app/download, step by step; e2e/updates/figures.test.ts holds them to
 * what the flash controllers of the virtual boards count.
 *
 * The bound is what any update of the kind has to do: with `direct` the download is all; with `alternate` and `overwrite`
 * the image is written once more; with `swap` both images move, through scratch where sectors are of any size, or one
 * sector further where they are equal. It counts the sectors that the images touch.
 */
import type { FlashUnit } from '@kickstage/chips/chip';
import type { Layout, LayoutImage, LayoutUpdate, StorageRange } from '../layout.ts';
import { slotSizeOf } from './record.ts';

export interface Work {
  /** Sectors erased. */
  readonly erases: number;
  /** Bytes. */
  readonly programmed: number;
}

export interface UpdateFigures extends Work {
  readonly app: string;
  /** `swap by offset`, `swap through scratch`, or the strategy's name. */
  readonly strategy: string;
  /** Whether the config named it, or it is the one with the fewest erases that there is room for. */
  readonly chosen: LayoutUpdate['chosen'];
  /** Bytes that an image may have, and of the images that are counted here, the old and the new one. */
  readonly capacity: number;
  readonly imageSize: number;
  readonly bound: Work;
  /** Records written to the journal; their bytes and the journal's erases are not among the others. */
  readonly records: number;
  /** Of flash at work, typically; undefined where the flash's times are not known. */
  readonly seconds?: number;
  /** Updates until a sector reaches its rated erases, and the region that it is in. */
  readonly updates: number;
  readonly worn: string;
}

/** The flash of both memories, with what the manuals say of it. */
export interface Flashes {
  readonly internal: FlashUnit;
  readonly external?: FlashUnit & { readonly pageSize?: number };
}

/** A part of an update: which sectors are erased how often, and what is programmed where. */
interface Step {
  readonly region: string;
  readonly memory: 'internal' | 'external';
  /** Of the sectors that are erased. */
  readonly sizes: readonly number[];
  /** For each of them: erases in one update; a half for one that is used in every second update. */
  readonly share: number;
  readonly programmed: number;
}

/** Figures for an update from and to an image of `imageSize` bytes; of the largest one where it is not given. */
export function updateFigures(
  layout: Layout,
  app: LayoutImage,
  flashes: Flashes,
  imageSize?: number,
): UpdateFigures | undefined {
  const { update } = app;
  if (!update) return undefined;
  const length = Math.min(roundUp(imageSize ?? update.capacity, 8), update.capacity);
  const steps = stepsOf(layout, app, update, length, flashes);
  const records = recordsOf(app, update, length);
  const seconds = secondsOf(steps, flashes);
  return {
    app: app.name,
    strategy: nameOf(update),
    chosen: update.chosen,
    capacity: update.capacity,
    imageSize: length,
    ...workOf(steps),
    bound: boundOf(app, update, length, layout),
    records,
    ...(seconds === undefined ? {} : { seconds }),
    ...enduranceOf(steps, layout, records, flashes),
  };
}

export function nameOf({ strategy, offset }: LayoutUpdate): string {
  if (strategy !== 'swap') return strategy;
  return offset > 0 ? 'swap by offset' : 'swap through scratch';
}

const roundUp = (value: number, unit: number) => Math.ceil(value / unit) * unit;

/** Every region that an update touches. */
function stepsOf(layout: Layout, app: LayoutImage, update: LayoutUpdate, length: number, flashes: Flashes): Step[] {
  const { strategy, downloads, capacity, offset, chunk } = update;
  const sizes = (range: StorageRange, bytes: number) => sizesIn(layout, flashes, range, bytes);
  const slot: StorageRange = { memory: 'internal', ...app.slot };
  const inSlot = (programmed: number, bytes = length): Step => ({
    region: app.name,
    memory: 'internal',
    sizes: sizes(slot, bytes),
    share: 1,
    programmed,
  });
  const name = downloads.length > 1 ? `${app.name}.download0` : `${app.name}.download`;
  const download: Step = {
    region: name,
    memory: downloads[0].memory,
    sizes: sizes(downloads[0], length),
    // Two banks or download slots take turns.
    share: strategy === 'direct' || strategy === 'alternate' ? 0.5 : 1,
    programmed: length,
  };
  if (strategy === 'direct') return [download];
  if (strategy === 'alternate' || strategy === 'overwrite') return [download, inSlot(length)];
  const chunks = Math.ceil(length / chunk);
  const moved = Math.min(chunks * chunk, capacity);
  const old: Step = { ...download, sizes: sizes(downloads[0], moved), share: 1, programmed: length };
  if (offset > 0) return [download, old, inSlot(length, moved)];
  const scratch = layout.updates!.scratch!;
  const perChunk = sizes(scratch, Math.min(chunk, moved));
  const through: Step = {
    region: 'scratch',
    memory: scratch.memory,
    sizes: Array.from({ length: chunks }, () => perChunk).flat(),
    share: 1,
    programmed: length,
  };
  return [download, through, old, inSlot(length, moved)];
}

/** Sizes of the sectors that erasing `bytes` from a range's start takes. */
function sizesIn(layout: Layout, flashes: Flashes, { memory, start }: StorageRange, bytes: number): number[] {
  const end = start + bytes;
  if (memory === 'internal') {
    const inside = layout.flash.sectors.filter((sector) => sector.end > start && sector.start < end);
    return inside.map((sector) => sector.end - sector.start);
  }
  const size = flashes.external?.sectors[0]?.size ?? bytes;
  return Array.from({ length: Math.ceil(bytes / size) }, () => size);
}

function workOf(steps: readonly Step[]): Work {
  return {
    erases: steps.reduce((sum, { sizes }) => sum + sizes.length, 0),
    programmed: steps.reduce((sum, { programmed }) => sum + programmed, 0),
  };
}

function boundOf({ slot }: LayoutImage, update: LayoutUpdate, length: number, { flash }: Layout): Work {
  const end = slot.start + length;
  const touched = flash.sectors.filter((sector) => sector.end > slot.start && sector.start < end).length;
  const times =
    update.strategy === 'direct' ? [1, 1] : update.strategy !== 'swap' ? [2, 2] : update.offset > 0 ? [3, 3] : [4, 4];
  return { erases: times[0] * touched, programmed: times[1] * length };
}

/**
 * Records, and slots that are made void before the first one of a session: the old image's (download, request), the
 * bootloader's (work, steps, in place, on trial), the new image's (confirmed).
 */
function recordsOf({ verify }: LayoutImage, update: LayoutUpdate, length: number): number {
  const { strategy, chunk, offset } = update;
  const steps = strategy === 'swap' ? Math.ceil(length / chunk) * (offset > 0 ? 2 : 3) : 1;
  const work = strategy === 'direct' ? 0 : steps;
  // What is remembered of a verified image is part of the record that begins its trial; a counter counts once it is over.
  const remembered = verify?.onChange || verify?.keepsCounter ? 1 : 0;
  if (strategy === 'overwrite') return 2 + 2 + (work + 1) + remembered;
  return 2 + 2 + (work + 2) + 1 + 1 + (verify?.keepsCounter ? 2 : 0);
}

/** Time of flash at work; sound where what is not known is left out. */
function secondsOf(steps: readonly Step[], flashes: Flashes): number | undefined {
  let seconds = 0;
  for (const { memory, sizes, programmed } of steps) {
    const unit = flashes[memory];
    const timing = unit?.timing;
    if (!unit || !timing) return undefined;
    const width = widestOf(unit);
    for (const size of sizes) {
      const row = timing.erase.find((time) => time.sectorSize === size && time.parallelism === width.bits);
      if (!row) return undefined;
      seconds += row.typical;
    }
    seconds += Math.ceil(programmed / width.bytes) * timing.program.typical;
  }
  return seconds;
}

/** How much firmware/storage programs at once: words on the STM32F4, double words on the STM32L4, pages of serial flash. */
function widestOf(unit: FlashUnit & { readonly pageSize?: number }): { readonly bits: number; readonly bytes: number } {
  if (unit.pageSize !== undefined) return { bits: 8, bytes: unit.pageSize };
  const bytes = unit.writeSize > 4 ? unit.writeSize : 4;
  return { bits: 8 * bytes, bytes };
}

function enduranceOf(steps: readonly Step[], { updates }: Layout, records: number, flashes: Flashes) {
  const wear = new Map<string, { erases: number; memory: Step['memory'] }>();
  for (const { region, memory, sizes, share } of steps) {
    // In scratch one sector takes every chunk; elsewhere each sector is erased once in a step.
    const erases = region === 'scratch' ? sizes.length : share;
    wear.set(region, { memory, erases: (wear.get(region)?.erases ?? 0) + erases });
  }
  if (updates?.journal) {
    const [{ memory, start, end }] = updates.journal;
    // Slot 0 is the header, slot 1 the state of before.
    const slots = Math.floor((end - start) / slotSizeOf(updates.record)) - 2;
    wear.set('journal', { memory, erases: records / slots / 2 });
  }
  const lives = [...wear].map(([worn, { erases, memory }]) => ({
    worn,
    updates: Math.floor((flashes[memory]?.endurance ?? 0) / erases),
  }));
  return lives.reduce((least, life) => (life.updates < least.updates ? life : least));
}
