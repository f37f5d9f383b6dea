/**
 * Rounding to a whole number. `integral` serves for three operators: where the sign of a and that of `away` agree it takes
 * the fraction off, elsewhere it goes on to the next number away from zero. So `away` is 0 to round down (a negative number
 * goes away from zero), the sign bit to round up, and a itself to round towards zero.
 */

export const INTEGRAL = `
function f32_integral(a: u32, away: u32): u32 {
  let e = (a >> 23) & 255;
  if (e >= 150) return a << 1 > 0xff000000 ? 0x7fc00000 : a;
  let up = i32(a ^ away) < 0;
  if (e < 127) {
    let sign = a & 0x80000000;
    return up && a << 1 != 0 ? sign | 0x3f800000 : sign;
  }
  let fraction = u32(0x7fffff) >> ((e - 127) & 31);
  return (up ? a + fraction : a) & ~fraction;
}

function f32_nearest(a: u32): u32 {
  let e = (a >> 23) & 255;
  if (e >= 150) return a << 1 > 0xff000000 ? 0x7fc00000 : a;
  if (e < 127) {
    // Above a half it is 1.
    let sign = a & 0x80000000;
    return a << 1 > 0x7e000000 ? sign | 0x3f800000 : sign;
  }
  let bits = (150 - e) & 31;
  let fraction = (u32(1) << bits) - 1;
  return (a + (fraction >> 1) + ((a >> bits) & 1)) & ~fraction;
}

function f64_integral(a: u64, away: u32): u64 {
  let e = (high(a) >> 20) & 2047;
  if (e >= 1075) return a << 1 > 0xffe0000000000000 ? 0x7ff8000000000000 : a;
  let up = i32(high(a) ^ away) < 0;
  if (e < 1023) {
    let sign = high(a) & 0x80000000;
    return pair(up && a << 1 != 0 ? sign | 0x3ff00000 : sign, 0);
  }
  let fraction = u64(0xfffffffffffff) >> u64(e - 1023);
  return (up ? a + fraction : a) & ~fraction;
}

function f64_nearest(a: u64): u64 {
  let e = (high(a) >> 20) & 2047;
  if (e >= 1075) return a << 1 > 0xffe0000000000000 ? 0x7ff8000000000000 : a;
  if (e < 1023) {
    // Above a half it is 1.
    let sign = high(a) & 0x80000000;
    return pair(a << 1 > 0x7fc0000000000000 ? sign | 0x3ff00000 : sign, 0);
  }
  let bits = u64(1075 - e);
  let fraction = (u64(1) << bits) - 1;
  return (a + (fraction >> 1) + ((a >> bits) & 1)) & ~fraction;
}
`;
