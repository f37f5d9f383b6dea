/**
 * f64 arithmetic on bit patterns: as in f32-arithmetic.ts, with mantissas whose leading bit stands in bit 62, below it 52
 * bits of fraction and 10 bits that rounding takes away.
 */

export const F64_ARITHMETIC = `
function f64_add(first: u64, second: u64): u64 {
  let a = first;
  let b = second;
  let e: i32 = i32((high(a) >> 20) & 2047);
  let f: i32 = i32((high(b) >> 20) & 2047);
  if (e < f) {
    a = second;
    b = first;
    let other = e;
    e = f;
    f = other;
  }
  if (e == 2047) {
    if (a << 1 > 0xffe0000000000000 || (f == 2047 && a != b)) return 0x7ff8000000000000;
    return a;
  }
  let sign = high(a) & 0x80000000;
  let differs = i32(high(a) ^ high(b)) < 0;
  let m = ((a << 10) & 0x3fffffffffffffff) | 0x4000000000000000;
  let n = ((b << 10) & 0x3fffffffffffffff) | 0x4000000000000000;
  if (f == 0) {
    // Of zeros the sum is negative only if both are.
    if (b << 1 == 0) return a << 1 == 0 ? a & b : a;
    n ^= 0x4000000000000000;
    f = 1;
    if (e == 0) {
      m ^= 0x4000000000000000;
      e = 1;
    }
  }
  n = f64_shift_down(n, u32(e - f));
  if (differs) {
    m -= n;
    if (m == 0) return 0;
    if (i32(high(m)) < 0) {
      m = 0 - m;
      sign ^= 0x80000000;
    }
    let up = i32(u32(clz(m))) - 1;
    if (up >= e) up = e - 1;
    m <<= u64(u32(up));
    e -= up;
  } else {
    m += n;
    if (i32(high(m)) < 0) {
      if (e == 2046) return pair(sign | 0x7ff00000, 0);
      m = (m >> 1) | (m & 1);
      e += 1;
    }
  }
  m = (m + u64(511 + ((u32(m) >> 10) & 1))) >> 10;
  return pair((sign | (u32(e - 1) << 20)) + high(m), u32(m));
}

// Shifts down by any amount; what falls off is gathered in the last bit.
function f64_shift_down(m: u64, distance: u32): u64 {
  let h = high(m);
  let l = u32(m);
  let by = distance;
  if (by > 31) {
    if (by > 63) return 1;
    l = h | u32(l != 0);
    h = 0;
    by -= 32;
  }
  by &= 31;
  let rest = by ^ 31;
  let lost = (l << 1) << rest;
  return pair(h >> by, (l >> by) | ((h << 1) << rest) | u32(lost != 0));
}

// Rounds and packs a mantissa with its leading bit in bit 62, for an exponent that may be out of range.
function f64_pack(sign: u32, exponent: i32, mantissa: u64): u64 {
  if (exponent > 2046) return pair(sign | 0x7ff00000, 0);
  let m = mantissa;
  let e = exponent;
  if (e < 1) {
    m = f64_shift_down(m, u32(1 - e));
    e = 1;
  }
  m = (m + u64(511 + ((u32(m) >> 10) & 1))) >> 10;
  return pair((sign | (u32(e - 1) << 20)) + high(m), u32(m));
}

// A subnormal without its sign, shifted up to a leading bit; what is left of 63 places stands in the exponent's place.
function f64_scale(a: u64): u64 {
  let up = u32(clz(a << 12)) + 1;
  return (a << u64(up)) + pair((63 - up) << 20, 0);
}

function f64_mul(first: u64, second: u64): u64 {
  let sign = (high(first) ^ high(second)) & 0x80000000;
  let a = first;
  let b = second;
  let e: i32 = i32((high(a) >> 20) & 2047);
  let f: i32 = i32((high(b) >> 20) & 2047);
  if (u32(e - 1) >= 2046 || u32(f - 1) >= 2046) {
    let x = a << 1;
    let y = b << 1;
    if (e == 2047 || f == 2047) {
      // Not with a NaN, and not with a zero.
      if (x - 1 >= 0xffe0000000000000 || y - 1 >= 0xffe0000000000000) return 0x7ff8000000000000;
      return pair(sign | 0x7ff00000, 0);
    }
    if (x == 0 || y == 0) return pair(sign, 0);
    if (e == 0) {
      a = f64_scale(a);
      e = i32(high(a) >> 20) - 63;
    }
    if (f == 0) {
      b = f64_scale(b);
      f = i32(high(b) >> 20) - 63;
    }
  }
  let m = (a << 11) | 0x8000000000000000;
  let n = (b << 11) | 0x8000000000000000;
  let low = u64(u32(m)) * u64(u32(n));
  let left = u64(u32(m)) * u64(high(n)) + u64(high(low));
  let right = u64(high(m)) * u64(u32(n)) + u64(u32(left));
  m = u64(high(m)) * u64(high(n)) + u64(high(left)) + u64(high(right));
  m |= u64(u32((u32(low) | u32(right)) != 0));
  e += f - 1023;
  if (i32(high(m)) < 0) {
    m = (m >> 1) | (m & 1);
    e += 1;
  }
  if (u32(e - 1) >= 2046) return f64_pack(sign, e, m);
  m = (m + u64(511 + ((u32(m) >> 10) & 1))) >> 10;
  return pair((sign | (u32(e - 1) << 20)) + high(m), u32(m));
}

function f64_div(first: u64, second: u64): u64 {
  let sign = (high(first) ^ high(second)) & 0x80000000;
  let a = first;
  let b = second;
  let e: i32 = i32((high(a) >> 20) & 2047);
  let f: i32 = i32((high(b) >> 20) & 2047);
  if (u32(e - 1) >= 2046 || u32(f - 1) >= 2046) {
    let x = a << 1;
    let y = b << 1;
    if (e == 2047 || y == 0) {
      if (x - 1 >= 0xffe0000000000000 || f == 2047) return 0x7ff8000000000000;
      return pair(sign | 0x7ff00000, 0);
    }
    if (f == 2047 || x == 0) return y > 0xffe0000000000000 ? 0x7ff8000000000000 : pair(sign, 0);
    if (e == 0) {
      a = f64_scale(a);
      e = i32(high(a) >> 20) - 63;
    }
    if (f == 0) {
      b = f64_scale(b);
      f = i32(high(b) >> 20) - 63;
    }
  }
  let m = ((a << 10) & 0x3fffffffffffffff) | 0x4000000000000000;
  let n = ((b << 10) & 0x3fffffffffffffff) | 0x4000000000000000;
  e += 1023 - f;
  if (m < n) {
    m <<= 1;
    e -= 1;
  }
  // 2^32 / n, n between 1 and 2, a little too small: 2^17 / n from its first 16 bits, and one step of Newton's method.
  let start = 0xffffffff / ((high(n) >> 15) + 1);
  let missing = 0x1000000000000 - u64(high(n) << 1) * u64(start);
  let inverse = (start << 15) + u32((u64(start) * u64(u32(missing >> 2))) >> 31) - 4;
  // The quotient is 1 and 28 bits and 27 bits of fraction; what is left is less than 2 n after each step.
  let rest = m - n;
  let digit = high(u64(u32(rest >> 31)) * u64(inverse)) >> 3;
  rest = (rest << 28) - u64(digit) * n;
  m = 0x80000000000000 + (u64(digit) << 27);
  digit = high(u64(high(rest)) * u64(inverse)) >> 3;
  rest = (rest << 27) - u64(digit) * n;
  m += u64(digit);
  if (rest >= n) {
    rest -= n;
    m += 1;
  }
  m = (m << 7) | u64(u32(rest != 0));
  if (u32(e - 1) >= 2046) return f64_pack(sign, e, m);
  m = (m + u64(511 + ((u32(m) >> 10) & 1))) >> 10;
  return pair((sign | (u32(e - 1) << 20)) + high(m), u32(m));
}
`;
