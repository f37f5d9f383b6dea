/**
 * Calculations of P-256 as lists of steps, for `run` of p256-point.ts. A step is four hexadecimal digits: what to do,
 * where to, and with which two numbers.
 *
 *   0rab to 3rab   r = a + b, a + 2 · b, a + 4 · b, a + 8 · b
 *   4rab to 7rab   r = a - b, a - 2 · b, a - 4 · b, a - 8 · b
 *   8rab           r = a · b
 *   0              end
 *
 * A point is 0: X, 1: Y, 2: Z with x = X / Z^2 and y = Y / Z^3; Z is 0 for the point at infinity. 3 to 9 are scratch, a is
 * 0. b to f are an entry of a table, X, Y, Z, Z^2 and Z^3 of another point. Doubling and adding in these coordinates are
 * in Hankerson, Menezes and Vanstone, "Guide to Elliptic Curve Cryptography" (2004), 3.2.2; X, -Y and -Z are the same
 * point as X, Y and Z.
 */

/** The point becomes its double. */
export const DOUBLE = memory.data<u16>([
  0x8422, 0x4504, 0x0604, 0x8556, 0x1555, 0x5811, 0x8618, 0x8706, 0x8282, 0x0222, 0x8666, 0x8055, 0x3007, 0x2707,
  0x8175, 0x3116, 0,
]);

/** 4 = X · Z'^2, 5 = Y · Z'^3, 8 = Y' · Z^3, and 7, the difference of both X on one denominator. */
export const BEGIN_SUM = memory.data<u16>([0x840e, 0x851f, 0x8622, 0x87b6, 0x8662, 0x88c6, 0x4774, 0]);

/** After it: 8, the difference of both Y. */
export const ADD = memory.data<u16>([0x4885, 0]);

/** The same with the other point's Y negated. */
export const SUBTRACT = memory.data<u16>([0x0885, 0x5888, 0]);

/** After that: the point becomes the sum, if 7 is not 0. */
export const END_SUM = memory.data<u16>([
  0x822d, 0x8227, 0x8677, 0x8776, 0x8446, 0x8557, 0x8088, 0x4007, 0x5004, 0x4440, 0x8184, 0x4115, 0,
]);

/** Makes the point an entry, and an entry the point. */
export const CACHE = memory.data<u16>([0x0b0a, 0x0c1a, 0x0d2a, 0x8e22, 0x8fe2, 0]);
export const TAKE = memory.data<u16>([0x00ba, 0x01ca, 0x02da, 0]);

/** Y = -Y. */
export const NEGATE = memory.data<u16>([0x5111, 0]);

/** With 2^512 in 6 and b of the curve in 7: X and Y go into Montgomery's form, and 4 = X^3 - 3 · X + b - Y^2. */
export const LOAD = memory.data<u16>([0x8006, 0x8116, 0x8400, 0x8440, 0x5440, 0x4440, 0x0447, 0x8511, 0x4445, 0]);

/** With r in 5, 2^512 in 6, n in 7: 5 = r · Z^2 and 7 = (r + n) · Z^2. */
export const COMPARE = memory.data<u16>([0x8422, 0x8556, 0x8554, 0x8776, 0x8774, 0x0775, 0]);
