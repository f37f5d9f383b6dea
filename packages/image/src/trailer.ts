/**
 * The trailer at the end of an MCUboot slot: the state of an update. From the end down, where A is the alignment (8 to 32):
 * magic (16 bytes, aligned to A), image_ok, copy_done, swap_info, swap_size (A bytes each), status records. A slot whose
 * trailer has the magic is pending: on trial, or for good where image_ok is set. Source: MCUboot, docs/design.md, "Image
 * trailer".
 */
import * as abi from '@kickstage/abi/image';
import { ByteWriter } from '@kickstage/base/bytes';
import { equalBytes } from './hash.ts';

export interface TrailerShape {
  /** Bytes of the smallest write to flash: 1, 2, 4, 8, 16 or 32. */
  readonly writeSize: number;
  /** Sectors of the larger slot; default 128. */
  readonly sectors?: number;
  /** Whether the bootloader overwrites and does not swap: then there are no status records. */
  readonly overwriteOnly?: boolean;
}

/** Kinds of status records per sector. */
const STATES = 3;

const alignUp = (size: number, alignment: number) => Math.ceil(size / alignment) * alignment;

/** The alignment of a trailer's fields. */
export function trailerAlignment({ writeSize }: TrailerShape): number {
  return Math.max(abi.TRAILER_MIN_ALIGNMENT, writeSize);
}

/** Bytes at the slot's end that no image may use. */
export function trailerSize(shape: TrailerShape): number {
  const alignment = trailerAlignment(shape);
  const magic = alignUp(abi.TRAILER_MAGIC_SIZE, alignment);
  if (shape.overwriteOnly) return 2 * alignment + magic;
  return (shape.sectors ?? abi.TRAILER_DEFAULT_SECTORS) * STATES * shape.writeSize + 4 * alignment + magic;
}

/** The 16 bytes that a trailer ends with. */
export function trailerMagic(alignment: number): Uint8Array {
  const words =
    alignment === abi.TRAILER_MIN_ALIGNMENT
      ? [abi.TRAILER_MAGIC_0, abi.TRAILER_MAGIC_1, abi.TRAILER_MAGIC_2, abi.TRAILER_MAGIC_3]
      : [
          (abi.TRAILER_ALIGNED_MAGIC_0 | alignment) >>> 0,
          abi.TRAILER_ALIGNED_MAGIC_1,
          abi.TRAILER_ALIGNED_MAGIC_2,
          abi.TRAILER_ALIGNED_MAGIC_3,
        ];
  const writer = new ByteWriter(abi.TRAILER_MAGIC_SIZE);
  for (const word of words) writer.u32(word);
  return writer.toBytes();
}

export interface PadOptions extends TrailerShape {
  readonly slotSize: number;
  /** Sets image_ok: the image is installed for good. */
  readonly confirm?: boolean;
  readonly erasedByte?: number;
}

/** The image filled up to the slot's size, with a trailer that asks for its installation. It must fit. */
export function padToSlot(image: Uint8Array, options: PadOptions): Uint8Array {
  const alignment = trailerAlignment(options);
  const slot = new Uint8Array(options.slotSize).fill(options.erasedByte ?? 0xff);
  slot.set(image);
  slot.set(trailerMagic(alignment), slot.length - abi.TRAILER_MAGIC_SIZE);
  if (options.confirm) slot[slot.length - fieldOffset(alignment, 1)] = abi.TRAILER_FLAG_SET;
  return slot;
}

/** Bytes from the slot's end back to the field: 1 image_ok, 2 copy_done, 3 swap_info, 4 swap_size. */
function fieldOffset(alignment: number, field: number): number {
  return alignUp(abi.TRAILER_MAGIC_SIZE, alignment) + field * alignment;
}

export interface Trailer {
  readonly alignment: number;
  readonly imageOk: boolean;
  readonly copyDone: boolean;
  /** 1 none, 2 test, 3 permanent, 4 revert; absent where nothing is written. */
  readonly swapKind?: number;
}

/** The trailer that `bytes` end with, if they do. */
export function readTrailer(bytes: Uint8Array): Trailer | undefined {
  const magic = bytes.subarray(Math.max(0, bytes.length - abi.TRAILER_MAGIC_SIZE));
  const alignment = [8, 16, 32].find((candidate) => equalBytes(magic, trailerMagic(candidate)));
  if (alignment === undefined || bytes.length < fieldOffset(alignment, 3)) return undefined;
  const field = (index: number) => bytes[bytes.length - fieldOffset(alignment, index)];
  const swapKind = field(3) & 0xf;
  const isWritten = swapKind >= abi.SWAP_NONE && swapKind <= abi.SWAP_REVERT;
  return {
    alignment,
    imageOk: field(1) === abi.TRAILER_FLAG_SET,
    copyDone: field(2) === abi.TRAILER_FLAG_SET,
    ...(isWritten ? { swapKind } : {}),
  };
}

/** Whether all bytes are as erased flash has them: all 0xFF, or all 0. */
export function isErased(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === 0xff) || bytes.every((byte) => byte === 0);
}
