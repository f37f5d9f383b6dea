/**
 * What lies where the bootloader belongs. Flashing over a stranger's program takes the user's consent; flashing over a
 * bootloader of this project does not. A bootloader is one of this project's when it is byte for byte what was built,
 * when the record of earlier flashing has it, or when it bears the marks of this project's mailbox: the words that every
 * bootloader of this mailbox must hold, and the same initial stack pointer. When in doubt it is a stranger.
 */
import { MAILBOX_MAGIC } from '@kickstage/abi/mailbox';
import { ByteReader } from '@kickstage/base/bytes';
import { crc32 } from '@kickstage/base/crc32';
import { formatAddress } from '@kickstage/base/hex';
import type { Layout } from '@kickstage/memory-map/layout';

/** A bootloader that this project has flashed before: its size in bytes and the CRC-32 of them. */
export interface KnownBootloader {
  readonly size: number;
  readonly crc32: number;
}

export type BootloaderKind =
  /** What was built. */
  | 'same'
  | 'erased'
  /** This project's, but of other code or another map. */
  | 'outdated'
  | 'stranger'
  /** The board was not read. */
  | 'unknown';

export interface BootloaderState {
  readonly kind: BootloaderKind;
  /** What was seen, in words that continue "the board …". */
  readonly seen: string;
}

export function knownBootloader(bytes: Uint8Array): KnownBootloader {
  return { size: bytes.length, crc32: crc32(bytes) };
}

export interface BootloaderQuestion {
  readonly layout: Layout;
  /** What was built for the bootloader's slot; undefined when nothing was. */
  readonly built: Uint8Array | undefined;
  /** What the whole slot holds on the board; undefined when it was not read. */
  readonly onBoard: Uint8Array | undefined;
  readonly known: readonly KnownBootloader[];
}

export function bootloaderState({ layout, built, onBoard, known }: BootloaderQuestion): BootloaderState {
  if (!onBoard) return { kind: 'unknown', seen: 'was not read' };
  if (onBoard.every((byte) => byte === layout.flash.erasedByte)) return { kind: 'erased', seen: 'has no bootloader' };
  if (built && startsWith(onBoard, built)) return { kind: 'same', seen: 'has this bootloader' };
  if (known.some(({ size, crc32: sum }) => size <= onBoard.length && crc32(onBoard.subarray(0, size)) === sum))
    return {
      kind: 'outdated',
      seen: 'has an earlier bootloader of this project: its code or the map in it has changed',
    };
  if (bearsMarks(layout, onBoard))
    return {
      kind: 'outdated',
      seen: 'has a Kickstage bootloader with this mailbox: its code or the map in it differs',
    };
  return { kind: 'stranger', seen: `has a program of unknown origin (${describeProgram(onBoard)})` };
}

function startsWith(bytes: Uint8Array, head: Uint8Array): boolean {
  return bytes.length >= head.length && head.every((byte, i) => bytes[i] === byte);
}

/** Words that stand in the code of every bootloader with this project's mailbox. */
function marksOf({ mailbox, apps }: Layout): number[] {
  if (mailbox.protocol === 'record') return [MAILBOX_MAGIC, mailbox.start];
  return [mailbox.start, ...apps.flatMap(({ magic }) => (magic ? [magic] : []))];
}

/** The stack pointer and the marks; the latter behind the vector table, whose first word is often the mailbox's address. */
function bearsMarks(layout: Layout, bytes: Uint8Array): boolean {
  const reader = new ByteReader(bytes);
  const words = new Set<number>();
  for (let at = layout.bootloader.vectorCount * 4; at + 4 <= bytes.length; at += 4) words.add(reader.u32(at));
  return reader.u32(0) === layout.bootloader.ram.end && marksOf(layout).every((mark) => words.has(mark >>> 0));
}

/** The first two words: of a vector table, if it is one. */
function describeProgram(bytes: Uint8Array): string {
  const reader = new ByteReader(bytes);
  return `initial stack pointer ${formatAddress(reader.u32(0))}, reset handler ${formatAddress(reader.u32(4))}`;
}
