/**
 * Arithmetic on single-precision numbers: FPAdd, FPMul, FPDiv, FPSqrt, FPMulAdd, FPCompare of DDI 0403E A2.5.
 *
 * Doubles hold what is needed: the product of two numbers of 24 bits exactly; a sum but for an error that is itself a
 * double; and quotients and roots, which are never closer to a number of 25 bits than 2^-50 of themselves unless they
 * are that number, so that their nearest double is on the right side of it.
 */
import { DZC, type Fpu, IOC } from '../fpu.ts';
import {
  bitsOf,
  invalid,
  isNaNBits,
  isSignalling,
  propagate,
  round,
  roundingMode,
  TO_MINUS_INFINITY,
  toOdd,
  unpack,
} from './vfp-round.ts';

/** a + b, both exact and neither a NaN, rounded once. */
function sumOf(fpu: Fpu, a: number, b: number): number {
  const sum = a + b;
  if (sum === 0) {
    const isSameSign = Object.is(a, b);
    return bitsOf(isSameSign ? a : roundingMode(fpu) === TO_MINUS_INFINITY ? -0 : 0);
  }
  if (!Number.isFinite(sum)) return Number.isNaN(sum) ? invalid(fpu) : bitsOf(sum);
  const part = sum - a;
  return round(fpu, toOdd(sum, a - (sum - part) + (b - part)));
}

export function add(fpu: Fpu, x: number, y: number): number {
  const a = unpack(fpu, x);
  const b = unpack(fpu, y);
  return isNaNBits(x) || isNaNBits(y) ? propagate(fpu, x, y) : sumOf(fpu, a, b);
}

export function subtract(fpu: Fpu, x: number, y: number): number {
  const a = unpack(fpu, x);
  const b = unpack(fpu, y);
  return isNaNBits(x) || isNaNBits(y) ? propagate(fpu, x, y) : sumOf(fpu, a, -b);
}

/** A value that is exact, or nearest to a quotient or root: NaN where the operation was invalid. */
function finish(fpu: Fpu, value: number): number {
  if (Number.isNaN(value)) return invalid(fpu);
  return value === 0 || !Number.isFinite(value) ? bitsOf(value) : round(fpu, value);
}

export function multiply(fpu: Fpu, x: number, y: number): number {
  const a = unpack(fpu, x);
  const b = unpack(fpu, y);
  return isNaNBits(x) || isNaNBits(y) ? propagate(fpu, x, y) : finish(fpu, a * b);
}

export function divide(fpu: Fpu, x: number, y: number): number {
  const a = unpack(fpu, x);
  const b = unpack(fpu, y);
  if (isNaNBits(x) || isNaNBits(y)) return propagate(fpu, x, y);
  if (b === 0 && a !== 0 && Number.isFinite(a)) fpu.fpscr |= DZC;
  return finish(fpu, a / b);
}

export function squareRoot(fpu: Fpu, x: number): number {
  const a = unpack(fpu, x);
  return isNaNBits(x) ? propagate(fpu, x) : finish(fpu, Math.sqrt(a));
}

/** addend + x * y, rounded once. */
export function multiplyAdd(fpu: Fpu, addend: number, x: number, y: number): number {
  const c = unpack(fpu, addend);
  const a = unpack(fpu, x);
  const b = unpack(fpu, y);
  const product = a * b;
  if (isNaNBits(addend) || isNaNBits(x) || isNaNBits(y)) {
    const result = propagate(fpu, addend, x, y);
    const isInvalid = Number.isNaN(product) && !isNaNBits(x) && !isNaNBits(y) && !isSignalling(addend);
    return isInvalid ? invalid(fpu) : result;
  }
  return sumOf(fpu, c, product);
}

/** N, Z, C, V in bits 3..0. With `signalsQuiet` any NaN is an invalid operation. */
export function compare(fpu: Fpu, x: number, y: number, signalsQuiet: boolean): number {
  const a = unpack(fpu, x);
  const b = unpack(fpu, y);
  if (isNaNBits(x) || isNaNBits(y)) {
    if (signalsQuiet || isSignalling(x) || isSignalling(y)) fpu.fpscr |= IOC;
    return 0b0011;
  }
  if (a === b) return 0b0110;
  return a < b ? 0b1000 : 0b0010;
}
