/**
 * Bits → instruction. Table-driven: a word's leading bits choose a bucket, which lists the few encodings that can match
 * in order of precedence. Nothing is guessed: a word that no encoding has is undefined.
 */

import type { Codec, Encoding, Operands } from './encoding.ts';
import { ENCODINGS, type EncodingId } from './encodings.ts';

export interface Decoded {
  readonly id: EncodingId;
  /** The manual's mnemonic in capitals, without suffixes: `ADD`. */
  readonly mnemonic: string;
  readonly size: 2 | 4;
  readonly operands: Operands;
  readonly encoding: Encoding;
  /** Present when the manual calls this instruction UNPREDICTABLE: why. */
  readonly unpredictable?: string;
}

/** Size in bytes of the instruction that starts with this halfword (DDI 0403E A5.1). */
export function instructionSize(halfword: number): 2 | 4 {
  return halfword >= 0xe800 ? 4 : 2;
}

function extract(word: number, { fields }: Codec): number {
  let raw = 0;
  for (const { shift, width } of fields) raw = (raw << width) | ((word >>> shift) & ((1 << width) - 1));
  return raw;
}

function decodeFields(encoding: Encoding, word: number): Record<string, number> | undefined {
  const operands: Record<string, number> = {};
  for (const codec of encoding.codecs) {
    const values = codec.kind.decode(extract(word, codec), codec.width);
    if (values === undefined) return undefined;
    codec.operands.forEach((name, i) => {
      operands[name] = values[i];
    });
  }
  return Object.assign(operands, encoding.implied);
}

/** Whether the word is this encoding's, others aside. A word is a halfword, or two with the first in bits 31..16. */
export function matches(encoding: Encoding, word: number): boolean {
  return (word & encoding.mask) === encoding.value && decodeFields(encoding, word) !== undefined;
}

function unpredictable(encoding: Encoding, word: number, operands: Operands): string | undefined {
  if ((word & encoding.shouldMask) !== encoding.shouldValue) return 'bits that should be fixed have another value';
  for (const codec of encoding.codecs) {
    const reason = codec.kind.unpredictable?.(extract(word, codec), codec.width);
    if (reason !== undefined) return reason;
  }
  for (const rule of encoding.rules) {
    const reason = rule(operands);
    if (reason !== undefined) return reason;
  }
  return undefined;
}

/** Buckets by the high 6 bits of a 16-bit word and by bits 28..20 of a 32-bit word. */
const BUCKETS = { 2: { shift: 10, count: 64 }, 4: { shift: 20, count: 512 } } as const;

function makeBuckets(size: 2 | 4): Encoding[][] {
  const { shift, count } = BUCKETS[size];
  const covered = (count - 1) << shift;
  return Array.from({ length: count }, (_, index) =>
    ENCODINGS.filter((e) => e.size === size && ((e.value ^ (index << shift)) & e.mask & covered) === 0),
  );
}

const buckets16 = makeBuckets(2);
const buckets32 = makeBuckets(4);

/**
 * The instruction that starts with halfword `first`; `second` is looked at only when it is a 32-bit one. Undefined for an
 * undefined instruction.
 */
export function decode(first: number, second: number): Decoded | undefined {
  const size = instructionSize(first);
  const word = size === 2 ? first : (first << 16) | second;
  const bucket = size === 2 ? buckets16[word >>> 10] : buckets32[(word >>> 20) & 511];
  for (const encoding of bucket) {
    if ((word & encoding.mask) !== encoding.value) continue;
    const operands = decodeFields(encoding, word);
    if (operands === undefined) continue;
    const reason = unpredictable(encoding, word, operands);
    const decoded = { id: encoding.id as EncodingId, mnemonic: encoding.mnemonic, size, operands, encoding };
    return reason === undefined ? decoded : { ...decoded, unpredictable: reason };
  }
  return undefined;
}
