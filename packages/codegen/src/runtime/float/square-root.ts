/**
 * Square roots. The reciprocal root y of x is found by Newton's method, y (3 - x y^2) / 2, which approaches from below and
 * doubles the number of right bits a turn, beginning with a straight line that is off by a ninth. The root x y is then
 * made exact by what is left of x beside its square. x lies between 1 and 4 with 30 bits of fraction, y between a half and
 * 1 with 32 bits.
 */

export const SQUARE_ROOT = `
function inverse_root(x: u32): u32 {
  // 1.085 - 0.15625 x
  let y = 0x15c28f5c - (x >> 1) - (x >> 3);
  let turns = 4;
  while (turns != 0) {
    let square = high(u64(y) * u64(y));
    let part = high(u64(square) * u64(x));
    y = high(u64(y) * u64(0xc0000000 - part)) << 1;
    turns -= 1;
  }
  return y;
}

function f32_sqrt(number: u32): u32 {
  let a = number;
  let e: i32 = i32(a >> 23);
  if (a - 0x800000 >= 0x7f000000) {
    if (a << 1 == 0 || a == 0x7f800000) return a;
    if (a > 0x7f800000) return 0x7fc00000;
    a = f32_scale(a);
    e = i32(a >> 23) - 31;
  }
  let m = (a << 8) | 0x80000000;
  m >>= u32(e & 1);
  // A root of 25 bits that is right or 1 too small.
  let root = (high(u64(m) * u64(inverse_root(m))) - 4) >> 6;
  let rest = (m << 18) - root * root;
  if (rest > root << 1) {
    rest -= (root << 1) + 1;
    root += 1;
  }
  m = (root << 6) | u32(rest != 0);
  return (u32(((e + 127) >> 1) - 1) << 23) + ((m + 63 + ((m >> 7) & 1)) >> 7);
}

function f64_sqrt(number: u64): u64 {
  let a = number;
  let e: i32 = i32(high(a) >> 20);
  if (u32(e - 1) >= 2046) {
    if (a << 1 == 0 || a == 0x7ff0000000000000) return a;
    if (a > 0x7ff0000000000000) return 0x7ff8000000000000;
    a = f64_scale(a);
    e = i32(high(a) >> 20) - 63;
  }
  let m = (a << 11) | 0x8000000000000000;
  if ((e & 1) != 0) m >>= 1;
  // A root of 31 bits that is up to 8 too small, and 23 bits more of it by the derivative of the root.
  let inverse = inverse_root(high(m));
  let first = high(u64(high(m)) * u64(inverse)) - 4;
  let more = u32(((m >> 2) - u64(first) * u64(first)) >> 3);
  let root = (u64(first) << 23) + ((u64(more) * u64(inverse)) >> 37);
  let rest: i64 = i64((m << 44) - root * root);
  if (rest < 0) {
    root -= 1;
    rest += i64((root << 1) + 1);
  } else if (rest > i64(root << 1)) {
    rest -= i64((root << 1) + 1);
    root += 1;
  }
  m = (root << 9) | u64(u32(rest != 0));
  m = (m + u64(511 + ((u32(m) >> 10) & 1))) >> 10;
  return pair((u32(((e + 1023) >> 1) - 1) << 20) + high(m), u32(m));
}
`;
