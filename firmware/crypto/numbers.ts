/** Numbers of 8 words, least significant first, at addresses that are multiples of 4. */

export function copy(to: usize, from: usize, size: u32): void {
  for (let i: u32 = 0; i < size; i += 4) store<u32>(to + i, load<u32>(from + i));
}

export function clear(at: usize, size: u32): void {
  for (let i: u32 = 0; i < size; i += 4) store<u32>(at + i, 0);
}

export function isZero(x: usize): bool {
  let bits: u32 = 0;
  for (let i: usize = 0; i < 32; i += 4) bits |= load<u32>(x + i);
  return bits === 0;
}

/** Gives one word where a = b, another one where not. */
export function sameAs(a: usize, b: usize, yes: u32, no: u32): u32 {
  let difference: u32 = 0;
  // A loop that ends early gives no yes.
  yes -= 32;
  for (let i: usize = 0; i < 32; i += 4) {
    difference |= load<u32>(a + i) ^ load<u32>(b + i);
    yes += 4;
  }
  return difference === 0 ? yes : no;
}

/** Whether a < b. */
export function isBelow(a: usize, b: usize): bool {
  let i: usize = 28;
  while (i > 0 && load<u32>(a + i) === load<u32>(b + i)) i -= 4;
  return load<u32>(a + i) < load<u32>(b + i);
}

/** x = x - y; the result is 2^256 more where it would be negative. */
export function subtract(x: usize, y: usize): void {
  let borrow: i64 = 0;
  for (let i: usize = 0; i < 32; i += 4) {
    borrow += <i64>load<u32>(x + i) - load<u32>(y + i);
    store<u32>(x + i, <u32>borrow);
    borrow >>= 32;
  }
}

/** x = 2 · x + bit. */
export function shiftIn(x: usize, bit: u32): void {
  for (let i: usize = 0; i < 32; i += 4) {
    const word = load<u32>(x + i);
    store<u32>(x + i, (word << 1) | bit);
    bit = word >>> 31;
  }
}
