/**
 * f32 arithmetic on bit patterns, rounded to the nearest, ties to even (IEEE 754-2019, 4.3.1); subnormals are exact, a NaN
 * is the positive canonical one. The language is that of runtime/language.
 *
 * A mantissa at work stands with its leading bit in bit 30, below it 23 bits of fraction and 7 bits that rounding takes
 * away; the last of those gathers everything that fell off below it. The result is put together by addition: the exponent
 * less 1, plus the rounded mantissa, whose leading bit brings the 1. So a mantissa without its leading bit becomes a
 * subnormal, and one that rounding carries over becomes the next exponent or infinity.
 */

export const F32_ARITHMETIC = `
function f32_add(first: u32, second: u32): u32 {
  let a = first;
  let b = second;
  if (b << 1 > a << 1) {
    a = second;
    b = first;
  }
  let e: i32 = i32((a >> 23) & 255);
  let f: i32 = i32((b >> 23) & 255);
  if (e == 255) {
    // b is not greater, so that it is a NaN only if a is one.
    if (a << 1 > 0xff000000 || (f == 255 && a != b)) return 0x7fc00000;
    return a;
  }
  let m = ((a << 7) & 0x3fffffff) | 0x40000000;
  let n = ((b << 7) & 0x3fffffff) | 0x40000000;
  if (f == 0) {
    // Of zeros the sum is negative only if both are.
    if (b << 1 == 0) return a << 1 == 0 ? a & b : a;
    n ^= 0x40000000;
    f = 1;
    if (e == 0) {
      m ^= 0x40000000;
      e = 1;
    }
  }
  let distance = u32(e - f);
  if (distance > 31) {
    n = 1;
  } else {
    let by = distance & 31;
    let kept = n >> by;
    n = kept | u32(kept << by != n);
  }
  if (i32(a ^ b) < 0) {
    m -= n;
    if (m == 0) return 0;
    let up = i32(clz(m)) - 1;
    if (up >= e) up = e - 1;
    m <<= u32(up & 31);
    e -= up;
  } else {
    m += n;
    if (i32(m) < 0) {
      if (e == 254) return (a & 0x80000000) | 0x7f800000;
      m = (m >> 1) | (m & 1);
      e += 1;
    }
  }
  return ((a & 0x80000000) | (u32(e - 1) << 23)) + ((m + 63 + ((m >> 7) & 1)) >> 7);
}

// Rounds and packs a mantissa with its leading bit in bit 30, for an exponent that may be out of range.
function f32_pack(sign: u32, exponent: i32, mantissa: u32): u32 {
  if (exponent > 254) return sign | 0x7f800000;
  let m = mantissa;
  let e = exponent;
  if (e < 1) {
    let by = 1 - e;
    if (by > 31) {
      m = 1;
    } else {
      let n = u32(by & 31);
      let kept = m >> n;
      m = kept | u32(kept << n != m);
    }
    e = 1;
  }
  return (sign | (u32(e - 1) << 23)) + ((m + 63 + ((m >> 7) & 1)) >> 7);
}

// A subnormal without its sign, shifted up to a leading bit; what is left of 31 places stands in the exponent's place.
function f32_scale(a: u32): u32 {
  let up = clz(a << 9) + 1;
  return (a << (up & 31)) + ((31 - up) << 23);
}

function f32_mul(first: u32, second: u32): u32 {
  let sign = (first ^ second) & 0x80000000;
  let a = first;
  let b = second;
  let e: i32 = i32((a >> 23) & 255);
  let f: i32 = i32((b >> 23) & 255);
  if (u32(e - 1) >= 254 || u32(f - 1) >= 254) {
    let x = a << 1;
    let y = b << 1;
    if (e == 255 || f == 255) {
      // Not with a NaN, and not with a zero.
      if (x - 1 >= 0xff000000 || y - 1 >= 0xff000000) return 0x7fc00000;
      return sign | 0x7f800000;
    }
    if (x == 0 || y == 0) return sign;
    if (e == 0) {
      a = f32_scale(a);
      e = i32(a >> 23) - 31;
    }
    if (f == 0) {
      b = f32_scale(b);
      f = i32(b >> 23) - 31;
    }
  }
  let product = u64((a << 8) | 0x80000000) * u64((b << 8) | 0x80000000);
  let m = high(product) | u32(u32(product) != 0);
  e += f - 127;
  if (i32(m) < 0) {
    m = (m >> 1) | (m & 1);
    e += 1;
  }
  if (u32(e - 1) >= 254) return f32_pack(sign, e, m);
  return (sign | (u32(e - 1) << 23)) + ((m + 63 + ((m >> 7) & 1)) >> 7);
}

function f32_div(first: u32, second: u32): u32 {
  let sign = (first ^ second) & 0x80000000;
  let a = first;
  let b = second;
  let e: i32 = i32((a >> 23) & 255);
  let f: i32 = i32((b >> 23) & 255);
  if (u32(e - 1) >= 254 || u32(f - 1) >= 254) {
    let x = a << 1;
    let y = b << 1;
    if (e == 255 || y == 0) {
      if (x - 1 >= 0xff000000 || f == 255) return 0x7fc00000;
      return sign | 0x7f800000;
    }
    if (f == 255 || x == 0) return y > 0xff000000 ? 0x7fc00000 : sign;
    if (e == 0) {
      a = f32_scale(a);
      e = i32(a >> 23) - 31;
    }
    if (f == 0) {
      b = f32_scale(b);
      f = i32(b >> 23) - 31;
    }
  }
  let m = (a & 0x7fffff) | 0x800000;
  let n = (b & 0x7fffff) | 0x800000;
  e += 127 - f;
  if (m < n) {
    m <<= 1;
    e -= 1;
  }
  // The quotient is 1 and 24 bits of fraction, 8 at a time.
  let rest = (m - n) << 8;
  let q1 = rest / n;
  rest = (rest - q1 * n) << 8;
  let q2 = rest / n;
  rest = (rest - q2 * n) << 8;
  let q3 = rest / n;
  rest -= q3 * n;
  m = 0x40000000 | (q1 << 22) | (q2 << 14) | (q3 << 6) | u32(rest != 0);
  if (u32(e - 1) >= 254) return f32_pack(sign, e, m);
  return (sign | (u32(e - 1) << 23)) + ((m + 63 + ((m >> 7) & 1)) >> 7);
}
`;
