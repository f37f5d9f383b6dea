/**
 * Arithmetic modulo p = 2^255 - 19 on 8 words, least significant first. A number stands for its residue and is anything
 * below 2^256; `canonical` gives the one below p. Since 2^255 is 19 modulo p, what a result has above bit 255 is
 * multiplied by 19 and added at the bottom; it is known from the top words alone, so that one run upwards does both.
 */
import { product } from './product';

/** Low bits of the top word. */
const BELOW_255: u32 = 0x7fffffff;

/** out = a · b. `work` is room for 16 words that overlap nothing else; `out` may be a factor. */
export function multiply(out: usize, a: usize, b: usize, work: usize): void {
  product(work, a, b);
  // 2^256 is 38.
  const top = <u64>load<u32>(work, 60) * 38 + load<u32>(work, 28);
  let t = <u64>load<u32>(work, 32) * 38 + load<u32>(work, 0) + <u32>(top >>> 31) * 19;
  store<u32>(out, <u32>t, 0);
  t = <u64>load<u32>(work, 36) * 38 + load<u32>(work, 4) + (t >>> 32);
  store<u32>(out, <u32>t, 4);
  t = <u64>load<u32>(work, 40) * 38 + load<u32>(work, 8) + (t >>> 32);
  store<u32>(out, <u32>t, 8);
  t = <u64>load<u32>(work, 44) * 38 + load<u32>(work, 12) + (t >>> 32);
  store<u32>(out, <u32>t, 12);
  t = <u64>load<u32>(work, 48) * 38 + load<u32>(work, 16) + (t >>> 32);
  store<u32>(out, <u32>t, 16);
  t = <u64>load<u32>(work, 52) * 38 + load<u32>(work, 20) + (t >>> 32);
  store<u32>(out, <u32>t, 20);
  t = <u64>load<u32>(work, 56) * 38 + load<u32>(work, 24) + (t >>> 32);
  store<u32>(out, <u32>t, 24);
  store<u32>(out, (<u32>top & BELOW_255) + <u32>(t >>> 32), 28);
}

/**
 * out = a + b where `sign` is 1, and a - b where it is -1: that is the complement of b plus the complement of a, since
 * the complement of a is 37 - a modulo p.
 */
export function combine(out: usize, a: usize, b: usize, sign: i32): void {
  const flip = <u32>(sign >> 31);
  const top = <u64>(load<u32>(a, 28) ^ flip) + load<u32>(b, 28);
  let t = <u64>(load<u32>(a, 0) ^ flip) + load<u32>(b, 0) + <u32>(top >>> 31) * 19;
  store<u32>(out, <u32>t ^ flip, 0);
  t = <u64>(load<u32>(a, 4) ^ flip) + load<u32>(b, 4) + (t >>> 32);
  store<u32>(out, <u32>t ^ flip, 4);
  t = <u64>(load<u32>(a, 8) ^ flip) + load<u32>(b, 8) + (t >>> 32);
  store<u32>(out, <u32>t ^ flip, 8);
  t = <u64>(load<u32>(a, 12) ^ flip) + load<u32>(b, 12) + (t >>> 32);
  store<u32>(out, <u32>t ^ flip, 12);
  t = <u64>(load<u32>(a, 16) ^ flip) + load<u32>(b, 16) + (t >>> 32);
  store<u32>(out, <u32>t ^ flip, 16);
  t = <u64>(load<u32>(a, 20) ^ flip) + load<u32>(b, 20) + (t >>> 32);
  store<u32>(out, <u32>t ^ flip, 20);
  t = <u64>(load<u32>(a, 24) ^ flip) + load<u32>(b, 24) + (t >>> 32);
  store<u32>(out, <u32>t ^ flip, 24);
  store<u32>(out, ((<u32>top & BELOW_255) + <u32>(t >>> 32)) ^ flip, 28);
}

/** Adds a small number; what the sum, which is no less than 0, has from bit 255 upwards is cut off and given. */
function add(x: usize, small: i32): i32 {
  let carry: i64 = small;
  for (let i: usize = 0; i < 32; i += 4) {
    carry += load<u32>(x + i);
    store<u32>(x + i, <u32>carry);
    carry >>= 32;
  }
  const top = load<u32>(x, 28);
  store<u32>(x, top & BELOW_255, 28);
  return <i32>(((<u32>carry) << 1) | (top >>> 31));
}

/** Makes the number the one below p. */
export function canonical(x: usize): void {
  // What is p or more reaches 2^255 when 19 is added, and then is less by p.
  if (add(x, 19 * add(x, 0) + 19) === 0) add(x, -19);
}
