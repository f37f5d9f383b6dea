/**
 * From exact values to single-precision numbers: DDI 0403E A2.5 (FPUnpack, FPRound, FPProcessNaN).
 *
 * A single-precision number is passed about as its bits, a signed word: as a JavaScript number a NaN would lose them.
 * A value on its way to being rounded is a double that is either the exact result or, where that needs more than 53 bits,
 * the one of its two neighbours whose last bit is 1 (`toOdd`). Such a double is on the right side of every number and of
 * every halfway point that has at most 52 bits, so rounding it again gives what rounding the exact result gives.
 */
import { AHP, DN, type Fpu, FZ, IDC, IOC, IXC, OFC, RMODE_SHIFT, UFC } from '../fpu.ts';

export const NEAREST = 0;
export const TO_PLUS_INFINITY = 1;
export const TO_MINUS_INFINITY = 2;
export const TO_ZERO = 3;

export const DEFAULT_NAN = 0x7fc00000;
const SIGN = 0x80000000 | 0;
const INFINITY_BITS = 0x7f800000;
const QUIET = 1 << 22;
const MIN_NORMAL = 2 ** -126;
const LIMIT = 2 ** 128;

const words = new Int32Array(2);
const single = new Float32Array(words.buffer);
const double = new Float64Array(words.buffer);

export function floatOf(bits: number): number {
  words[0] = bits;
  return single[0];
}

/** Not for NaNs: their bits are not kept. */
export function bitsOf(value: number): number {
  single[0] = value;
  return words[0];
}

export const isNaNBits = (bits: number) => (bits & 0x7fffffff) > INFINITY_BITS;
export const isSignalling = (bits: number) => isNaNBits(bits) && (bits & QUIET) === 0;
export const negate = (bits: number) => bits ^ SIGN;

export const roundingMode = (fpu: Fpu) => (fpu.fpscr >>> RMODE_SHIFT) & 3;
export const usesAlternativeHalf = (fpu: Fpu) => (fpu.fpscr & AHP) !== 0;

/** The value of an operand; a denormal one is flushed to zero where FPSCR.FZ says so. */
export function unpack(fpu: Fpu, bits: number): number {
  if ((fpu.fpscr & FZ) === 0 || (bits & INFINITY_BITS) !== 0 || (bits & 0x7fffffff) === 0) return floatOf(bits);
  fpu.fpscr |= IDC;
  return bits < 0 ? -0 : 0;
}

/** The result of an invalid operation. */
export function invalid(fpu: Fpu): number {
  fpu.fpscr |= IOC;
  return DEFAULT_NAN;
}

/** The result for a NaN operand: FPProcessNaN. */
export function quieten(fpu: Fpu, bits: number): number {
  if (isSignalling(bits)) fpu.fpscr |= IOC;
  return fpu.fpscr & DN ? DEFAULT_NAN : bits | QUIET;
}

/** The result where an operand is a NaN: the first signalling one counts, else the first quiet one. */
export function propagate(fpu: Fpu, ...operands: readonly number[]): number {
  const chosen = operands.find(isSignalling) ?? operands.find(isNaNBits);
  return quieten(fpu, chosen ?? DEFAULT_NAN);
}

/** A sum and the error of its rounding → the sum as an exact value on its way (see above). */
export function toOdd(sum: number, error: number): number {
  if (error === 0) return sum;
  double[0] = sum;
  if (words[0] & 1) return sum;
  if (error > 0 === sum > 0) words[0] |= 1;
  else {
    if (words[0] === 0) words[1] -= 1;
    words[0] -= 1;
  }
  return double[0];
}

/** FPRound: the bits for a finite value other than zero, by the rounding mode of FPSCR. */
export function round(fpu: Fpu, value: number): number {
  const nearest = Math.fround(value);
  const mode = roundingMode(fpu);
  const magnitude = Math.abs(value);
  if (magnitude < MIN_NORMAL) {
    if (fpu.fpscr & FZ) {
      fpu.fpscr |= UFC;
      return value < 0 ? SIGN : 0;
    }
    if (nearest !== value) fpu.fpscr |= UFC | IXC;
  } else if (nearest !== value) fpu.fpscr |= IXC;
  const bits = bitsOf(nearest);
  const result = mode === NEAREST || nearest === value ? bits : directed(mode, bits, Math.abs(nearest), value);
  if ((result & 0x7fffffff) === INFINITY_BITS || magnitude >= LIMIT) fpu.fpscr |= OFC | IXC;
  return result;
}

/** From the nearest number to the one that a directed rounding takes: itself or its neighbour. */
function directed(mode: number, bits: number, nearest: number, value: number): number {
  const growsAway = mode === TO_PLUS_INFINITY ? value > 0 : mode === TO_MINUS_INFINITY && value < 0;
  const magnitude = Math.abs(value);
  if (growsAway && nearest < magnitude) return bits + 1;
  return !growsAway && nearest > magnitude ? bits - 1 : bits;
}

/** To an integer by a rounding mode. */
export function roundInteger(mode: number, value: number): number {
  const floor = Math.floor(value);
  switch (mode) {
    case NEAREST: {
      const rest = value - floor;
      return rest > 0.5 || (rest === 0.5 && floor % 2 !== 0) ? floor + 1 : floor;
    }
    case TO_PLUS_INFINITY:
      return Math.ceil(value);
    case TO_MINUS_INFINITY:
      return floor;
    default:
      return Math.trunc(value);
  }
}
