/**
 * Integers to floats, and between the floats. `signs` is the sign bit for a signed integer and 0 for an unsigned one.
 */

export const CONVERSIONS = `
function f32_convert_i32(x: u32, signs: u32): u32 {
  let sign = x & signs;
  let m = sign != 0 ? 0 - x : x;
  if (m == 0) return 0;
  let up = clz(m);
  m <<= up & 31;
  m = (m >> 1) | (m & 1);
  return (sign | ((157 - up) << 23)) + ((m + 63 + ((m >> 7) & 1)) >> 7);
}

function f32_convert_i64(x: u64, signs: u32): u32 {
  let sign = high(x) & signs;
  let size = x;
  if (sign != 0) size = 0 - x;
  if (size == 0) return 0;
  let up = clz(size);
  size <<= up;
  let m = (high(size) >> 1) | u32(u32(size << 31) != 0) | u32(high(size << 31) != 0);
  return (sign | ((189 - u32(up)) << 23)) + ((m + 63 + ((m >> 7) & 1)) >> 7);
}

function f64_convert_i32(x: u32, signs: u32): u64 {
  let sign = x & signs;
  let m = sign != 0 ? 0 - x : x;
  if (m == 0) return 0;
  let up = clz(m);
  m <<= up & 31;
  return pair((sign | ((1053 - up) << 20)) + (m >> 11), m << 21);
}

function f64_convert_i64(x: u64, signs: u32): u64 {
  let sign = high(x) & signs;
  let m = x;
  if (sign != 0) m = 0 - x;
  if (m == 0) return 0;
  let up = clz(m);
  m <<= up;
  m = (m >> 1) | (m & 1);
  m = (m + u64(511 + ((u32(m) >> 10) & 1))) >> 10;
  return pair((sign | ((1085 - u32(up)) << 20)) + high(m), u32(m));
}

function f64_promote(number: u32): u64 {
  let a = number;
  let sign = a & 0x80000000;
  let e: i32 = i32((a >> 23) & 255);
  if (u32(e - 1) >= 254) {
    if (a << 1 == 0) return pair(sign, 0);
    if (e == 255) return pair(a << 1 > 0xff000000 ? 0x7ff80000 : sign | 0x7ff00000, 0);
    a = f32_scale(a);
    e = i32(a >> 23) - 31;
  }
  return pair(sign | (u32(e + 896) << 20) | ((a << 9) >> 12), a << 29);
}

function f32_demote(a: u64): u32 {
  let sign = high(a) & 0x80000000;
  let e: i32 = i32((high(a) >> 20) & 2047) - 896;
  if (a << 1 > 0xffe0000000000000) return 0x7fc00000;
  let m = ((high(a) << 10) & 0x3fffffff) | 0x40000000 | (u32(a) >> 22) | u32(u32(a) << 10 != 0);
  return f32_pack(sign, e, m);
}
`;
