/** Images for the lab: a vector table that can be started, and bytes that tell one image from another. */
import type { Layout, LayoutImage } from '@kickstage/memory-map/layout';
import { Random } from './random.ts';

/** Where an image begins to run, behind its start. */
export const IMAGE_HANDLER = 0x40;

export interface LabImage {
  /** `v1`. */
  readonly name: string;
  /** Its bytes, linked for `start`. */
  readonly bytesAt: (start: number) => Uint8Array;
  /** Security counter; 0 where it has none. */
  readonly counter: number;
  /** OUTCOME_... with which an update to it is refused, whatever is in place; absent where it can be installed. */
  readonly refusal?: number;
}

/** An image of `length` bytes, linked for wherever it is to be. */
export function makeImage(name: string, layout: Layout, length: number, seed: number): LabImage {
  const linked = new Map<number, Uint8Array>();
  const bytesAt = (start: number) => {
    const known = linked.get(start);
    if (known) return known;
    const bytes = makeProgram(layout, start, length, seed);
    linked.set(start, bytes);
    return bytes;
  };
  return { name, bytesAt, counter: 0 };
}

/** A vector table for `start`, and bytes that the seed draws. */
export function makeProgram(layout: Layout, start: number, length: number, seed: number): Uint8Array {
  const random = new Random(seed);
  const bytes = new Uint8Array(length);
  for (let i = 0; i < length; i++) bytes[i] = random.below(256);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, layout.apps[0].ram.end, true);
  view.setUint32(4, start + IMAGE_HANDLER + 1, true);
  // `b .`: where nothing stops the processor before, it stays there.
  view.setUint16(IMAGE_HANDLER, 0xe7fe, true);
  // Never like erased flash at the end: what is used is found from there.
  bytes[length - 1] = 0x5a;
  return bytes;
}

/** Bytes that stand behind a verified image's program, at most. */
const MOST_TLVS = 256;
/** No image ends with a whole write unit. */
const ODD = 3;

/** How long the lab's programs are: enough for several sectors where those are small, never more than the slot. */
export function imageLengths(layout: Layout, { slot, update, headerSize = 0, verify }: LayoutImage): readonly number[] {
  const capacity = slot.end - slot.start - headerSize - (verify ? MOST_TLVS : 0);
  const first = layout.flash.sectors.find(({ start }) => start === slot.start);
  const sector = first ? first.end - first.start : capacity;
  const chunk = update?.chunk ? Math.min(update.chunk, sector) : sector;
  const step = chunk <= 4096 ? chunk : 256;
  const fit = (bytes: number) => Math.min(capacity, Math.max(256, Math.round(bytes / 8) * 8)) - ODD;
  return [fit(step * 1.6), fit(step * 2.3), fit(step * 0.7), fit(step * 1.2)];
}
