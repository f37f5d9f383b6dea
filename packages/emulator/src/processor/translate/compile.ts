/**
 * Regions made into functions, and kept for all machines: many of them execute the same firmware. What is kept is found
 * by address and by the very bytes it was made of.
 */

import type { Cpu } from '../cpu.ts';
import { highSigned, highUnsigned } from '../execute/multiply.ts';
import type { Instruction } from '../instruction.ts';
import { Emitter, type Memory, PARAMETERS } from './emit.ts';
import { type FindInstruction, findRegion } from './region.ts';
import type { MemoryLayout } from './step.ts';

/** Executes; returns cycles (upper half) and instructions (lower half). 0: nothing could be done. */
export type Translated = (cpu: Cpu, r: Int32Array, memory: Memory, limit: number) => number;

/** Bytes of flash from an offset on. */
interface Piece {
  readonly start: number;
  readonly bytes: Uint8Array;
}

export interface Translation {
  readonly run: Translated;
  /** What it was made of: code, and constants that were folded. */
  readonly pieces: readonly Piece[];
}

export interface FlashImage {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  /** Signed words. */
  readonly flashStart: number;
  readonly ramStart: number;
}

/** Kept at most; then all are forgotten. */
const MOST_KEPT = 20_000;
const kept = new Map<string, Translation[]>();
let keptCount = 0;
/** A page may forbid code made from text: then nothing is translated. */
let isForbidden = false;

const isSame = ({ pieces }: Translation, flash: Uint8Array) =>
  pieces.every(({ start, bytes }) => bytes.every((byte, k) => flash[start + k] === byte));

/** What was made of the same bytes at the same place before. */
export function findKept(image: FlashImage, offset: number): Translation | undefined {
  return kept.get(keyOf(image, offset))?.find((one) => isSame(one, image.bytes));
}

const keyOf = ({ flashStart, ramStart }: FlashImage, offset: number) => `${flashStart} ${ramStart} ${offset}`;

/** Undefined where translation is of no use. */
export function translate(image: FlashImage, offset: number, find: FindInstruction): Translation | undefined {
  if (isForbidden) return undefined;
  const literals: Piece[] = [];
  const memory = layoutOf(image, literals);
  const region = findRegion((image.flashStart + offset) | 0, find, memory);
  if (!region) return undefined;
  const emitter = new Emitter(region, memory);
  const run = compile(emitter.text(), emitter.called);
  if (!run) return undefined;
  const code = [...region.blocks.values()].map(({ start, end }) =>
    pieceOf(image, start - image.flashStart, end - image.flashStart),
  );
  const translation = { run, pieces: [...code, ...literals] };
  keep(keyOf(image, offset), translation);
  return translation;
}

const pieceOf = ({ bytes }: FlashImage, start: number, end: number): Piece => ({
  start,
  bytes: bytes.slice(start, end),
});

function keep(key: string, translation: Translation): void {
  if (keptCount++ >= MOST_KEPT) {
    kept.clear();
    keptCount = 1;
  }
  const list = kept.get(key);
  if (list) list.push(translation);
  else kept.set(key, [translation]);
}

function layoutOf(image: FlashImage, literals: Piece[]): MemoryLayout {
  const { bytes, view, flashStart, ramStart } = image;
  const literal = (address: number, size: 1 | 2 | 4) => {
    const offset = (address - flashStart) >>> 0;
    if (offset + size > bytes.length || offset % size !== 0) return undefined;
    literals.push(pieceOf(image, offset, offset + size));
    return size === 4 ? view.getInt32(offset, true) : size === 2 ? view.getUint16(offset, true) : bytes[offset];
  };
  return { ramStart, flashStart, literal };
}

function compile(text: string, called: readonly Instruction[]): Translated | undefined {
  const names = called.map((_, k) => `const k${k} = called[${k}];\n`).join('');
  try {
    // In parentheses: the engine compiles it at once, not twice.
    const make = new Function(
      'highUnsigned',
      'highSigned',
      'called',
      `${names}return (function (${PARAMETERS}) {\n${text}\n});`,
    );
    return make(highUnsigned, highSigned, called);
  } catch (error) {
    if (!(error instanceof EvalError)) throw error;
    isForbidden = true;
    return undefined;
  }
}
