/**
 * Arithmetic modulo a prime m of 256 bits, in Montgomery's form: a number x stands for x / 2^256. Numbers have 8 words,
 * least significant first, and are anything below 2^256; `canonical` gives the one below m. A modulus is 8 words and
 * behind them -1 / m modulo 2^32; the top bit of m is set.
 */
import { isBelow, subtract } from './numbers';
import { product } from './product';

/** out = a · b / 2^256. `work` is room for 16 words that overlap nothing else; `out` may be a factor. */
export function multiply(out: usize, a: usize, b: usize, work: usize, modulus: usize): void {
  product(work, a, b);
  let above: u32 = 0;
  for (const upper = work + 32; work < upper; work += 16) above = clear(work, modulus, above);
  add(out, work, modulus, above, -1);
}

/**
 * Adds multiples of m to the 12 words so that the lowest 4 count nothing more; gives what goes beyond the 12. The low half
 * of m says with which factors, and then the high half is added with the same ones. `above` is what went beyond the
 * fourth word from the top before. The words in between stay in registers, as in `product`.
 */
function clear(work: usize, modulus: usize, above: u32): u32 {
  const inverse = load<u32>(modulus, 32);
  let m01 = load<u64>(modulus);
  let m23 = load<u64>(modulus, 8);
  let x = load<u32>(work) * inverse;
  let a0 = <u64>x * <u32>m01 + load<u32>(work);
  let a1 = <u64>x * (m01 >>> 32) + (a0 >>> 32);
  let a2 = <u64>x * <u32>m23 + (a1 >>> 32);
  let a3 = <u64>x * (m23 >>> 32) + (a2 >>> 32);
  store<u32>(work, x);
  x = (load<u32>(work, 4) + <u32>a1) * inverse;
  let b0 = <u64>x * <u32>m01 + <u32>a1 + load<u32>(work, 4);
  let b1 = <u64>x * (m01 >>> 32) + <u32>a2 + (b0 >>> 32);
  let b2 = <u64>x * <u32>m23 + <u32>a3 + (b1 >>> 32);
  let b3 = <u64>x * (m23 >>> 32) + (a3 >>> 32) + (b2 >>> 32);
  store<u32>(work, x, 4);
  x = (load<u32>(work, 8) + <u32>b1) * inverse;
  a0 = <u64>x * <u32>m01 + <u32>b1 + load<u32>(work, 8);
  a1 = <u64>x * (m01 >>> 32) + <u32>b2 + (a0 >>> 32);
  a2 = <u64>x * <u32>m23 + <u32>b3 + (a1 >>> 32);
  a3 = <u64>x * (m23 >>> 32) + (b3 >>> 32) + (a2 >>> 32);
  store<u32>(work, x, 8);
  x = (load<u32>(work, 12) + <u32>a1) * inverse;
  b0 = <u64>x * <u32>m01 + <u32>a1 + load<u32>(work, 12);
  b1 = <u64>x * (m01 >>> 32) + <u32>a2 + (b0 >>> 32);
  b2 = <u64>x * <u32>m23 + <u32>a3 + (b1 >>> 32);
  b3 = <u64>x * (m23 >>> 32) + (a3 >>> 32) + (b2 >>> 32);
  store<u32>(work, x, 12);
  m01 = load<u64>(modulus, 16);
  m23 = load<u64>(modulus, 24);
  x = load<u32>(work);
  a0 = <u64>x * <u32>m01 + <u32>b1 + load<u32>(work, 16);
  a1 = <u64>x * (m01 >>> 32) + <u32>b2 + (a0 >>> 32);
  a2 = <u64>x * <u32>m23 + <u32>b3 + (a1 >>> 32);
  a3 = <u64>x * (m23 >>> 32) + (b3 >>> 32) + (a2 >>> 32);
  store<u32>(work, <u32>a0, 16);
  x = load<u32>(work, 4);
  b0 = <u64>x * <u32>m01 + <u32>a1 + load<u32>(work, 20);
  b1 = <u64>x * (m01 >>> 32) + <u32>a2 + (b0 >>> 32);
  b2 = <u64>x * <u32>m23 + <u32>a3 + (b1 >>> 32);
  b3 = <u64>x * (m23 >>> 32) + (a3 >>> 32) + (b2 >>> 32);
  store<u32>(work, <u32>b0, 20);
  x = load<u32>(work, 8);
  a0 = <u64>x * <u32>m01 + <u32>b1 + load<u32>(work, 24);
  a1 = <u64>x * (m01 >>> 32) + <u32>b2 + (a0 >>> 32);
  a2 = <u64>x * <u32>m23 + <u32>b3 + (a1 >>> 32);
  a3 = <u64>x * (m23 >>> 32) + (b3 >>> 32) + (a2 >>> 32);
  store<u32>(work, <u32>a0, 24);
  x = load<u32>(work, 12);
  b0 = <u64>x * <u32>m01 + <u32>a1 + load<u32>(work, 28);
  b1 = <u64>x * (m01 >>> 32) + <u32>a2 + (b0 >>> 32);
  b2 = <u64>x * <u32>m23 + <u32>a3 + (b1 >>> 32);
  b3 = <u64>x * (m23 >>> 32) + (a3 >>> 32) + (b2 >>> 32);
  store<u32>(work, <u32>b0, 28);
  return carryOn(work + 32, b1, b2, b3, above);
}

/** Adds what is left in the registers, and what came from below. */
function carryOn(work: usize, b1: u64, b2: u64, b3: u64, above: u32): u32 {
  let t = <u64>load<u32>(work) + <u32>b1 + above;
  store<u32>(work, <u32>t);
  t = <u64>load<u32>(work, 4) + <u32>b2 + (t >>> 32);
  store<u32>(work, <u32>t, 4);
  t = <u64>load<u32>(work, 8) + <u32>b3 + (t >>> 32);
  store<u32>(work, <u32>t, 8);
  t = <u64>load<u32>(work, 12) + (b3 >>> 32) + (t >>> 32);
  store<u32>(work, <u32>t, 12);
  return <u32>(t >>> 32);
}

/** out = a + factor · b, or a - factor · b where `flip` is -1 instead of 0; gives the carry or borrow. */
function add(out: usize, a: usize, b: usize, factor: u32, flip: u32): u32 {
  let t = <u64>load<u32>(b) * factor + (load<u32>(a) ^ flip);
  store<u32>(out, <u32>t ^ flip);
  t = <u64>load<u32>(b, 4) * factor + (load<u32>(a, 4) ^ flip) + (t >>> 32);
  store<u32>(out, <u32>t ^ flip, 4);
  t = <u64>load<u32>(b, 8) * factor + (load<u32>(a, 8) ^ flip) + (t >>> 32);
  store<u32>(out, <u32>t ^ flip, 8);
  t = <u64>load<u32>(b, 12) * factor + (load<u32>(a, 12) ^ flip) + (t >>> 32);
  store<u32>(out, <u32>t ^ flip, 12);
  t = <u64>load<u32>(b, 16) * factor + (load<u32>(a, 16) ^ flip) + (t >>> 32);
  store<u32>(out, <u32>t ^ flip, 16);
  t = <u64>load<u32>(b, 20) * factor + (load<u32>(a, 20) ^ flip) + (t >>> 32);
  store<u32>(out, <u32>t ^ flip, 20);
  t = <u64>load<u32>(b, 24) * factor + (load<u32>(a, 24) ^ flip) + (t >>> 32);
  store<u32>(out, <u32>t ^ flip, 24);
  t = <u64>load<u32>(b, 28) * factor + (load<u32>(a, 28) ^ flip) + (t >>> 32);
  store<u32>(out, <u32>t ^ flip, 28);
  return <u32>(t >>> 32);
}

/** out = a + factor · b. */
export function combine(out: usize, a: usize, b: usize, factor: i32, modulus: usize): void {
  const flip = <u32>(factor >> 31);
  let carry = add(out, a, b, abs(factor), flip);
  // What is beyond 2^256 or below 0 is made good by multiples of m.
  while (carry !== 0) carry -= add(out, out, modulus, carry, ~flip);
}

/** Makes the number the one below m. */
export function canonical(x: usize, modulus: usize): void {
  if (!isBelow(x, modulus)) subtract(x, modulus);
}
