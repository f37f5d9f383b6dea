/** Numbers of 8 words, least significant first, at addresses that are multiples of 4. */

export function copy(to: usize, from: usize, size: u32): void {
  for (let i: u32 = 0; i < size; i += 4) store<u32>(to + i, load<u32>(from + i));
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
