/**
 * Bit arithmetic on 32-bit words. JavaScript's bitwise operators give signed results; every function here that
 * returns a word returns it unsigned (0..2^32-1).
 */
import { invariant } from './invariant.ts';

/** The bits `high..low` (both inclusive, 31..0) of a word, as an unsigned number. */
export function bits(word: number, high: number, low: number): number {
  const width = high - low + 1;
  return width === 32 ? word >>> 0 : (word >>> low) & ((1 << width) - 1);
}

/** Bit `index` (31..0) of a word: 0 or 1. */
export function bit(word: number, index: number): number {
  return (word >>> index) & 1;
}

/** The low `width` bits (1..32) of `value` read as two's complement. */
export function signExtend(value: number, width: number): number {
  const shift = 32 - width;
  return (value << shift) >> shift;
}

export function isPowerOfTwo(value: number): boolean {
  return value > 0 && Number.isInteger(Math.log2(value));
}

/** The smallest multiple of `alignment` (a power of two) not below `value`. Safe up to 2^53. */
export function alignUp(value: number, alignment: number): number {
  invariant(isPowerOfTwo(alignment), `alignment ${alignment} is not a power of two`);
  return Math.ceil(value / alignment) * alignment;
}

/** The largest multiple of `alignment` (a power of two) not above `value`. */
export function alignDown(value: number, alignment: number): number {
  invariant(isPowerOfTwo(alignment), `alignment ${alignment} is not a power of two`);
  return Math.floor(value / alignment) * alignment;
}

/** Whether `value` is representable in `width` bits as an unsigned integer. */
export function fitsUnsigned(value: number, width: number): boolean {
  return Number.isInteger(value) && value >= 0 && value < 2 ** width;
}

/** Whether `value` is representable in `width` bits as a two's complement integer. */
export function fitsSigned(value: number, width: number): boolean {
  return Number.isInteger(value) && value >= -(2 ** (width - 1)) && value < 2 ** (width - 1);
}
