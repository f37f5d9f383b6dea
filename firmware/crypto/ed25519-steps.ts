/**
 * Calculations of Ed25519 as lists of steps, for `run` of ed25519-point.ts. A step is four hexadecimal digits: what to do,
 * where to, and with which two numbers.
 *
 *   1rab   r = a + b
 *   2rab   r = a - b
 *   3rab   r = a · b
 *   nrab   r = a · b, squared n - 3 times more
 *   0      end
 *
 * A point is 0: X, 1: Y, 2: Z with x = X / Z and y = Y / Z, and 3: T = X · Y / Z where it is up to date. 4 to 9 are scratch,
 * a is d, b is a root of -1. c to f are an entry of a table: Y + X, Y - X, 2 · Z, 2 · d · T of another point. All of it is
 * Hisil, Wong, Carter and Dawson, "Twisted Edwards Curves Revisited" (2008), 3.1 and 3.3, with both sides of a quotient
 * negated where that saves a step.
 */

/** The point becomes its double; T does not. 8 and 9 are its factors. */
export const DOUBLE = memory.data<u16>([
  0x1401, 0x3444, 0x3500, 0x3611, 0x3722, 0x1777, 0x1856, 0x2984, 0x2556, 0x1775, 0x3097, 0x3158, 0x3275, 0,
]);

/** Adds the entry to the point; not to T. */
export const ADD = memory.data<u16>([
  0x2410, 0x1510, 0x344d, 0x355c, 0x363f, 0x372e, 0x2954, 0x1854, 0x2576, 0x1776, 0x3095, 0x3178, 0x3257, 0,
]);

/** Subtracts the entry from the point; not from T. */
export const SUBTRACT = memory.data<u16>([
  0x2410, 0x1510, 0x344c, 0x355d, 0x363f, 0x372e, 0x2954, 0x1854, 0x1576, 0x2776, 0x3095, 0x3178, 0x3257, 0,
]);

/** Brings T up to date after a sum or a double. */
export const UPDATE_T = memory.data<u16>([0x3398, 0]);

/** Makes the point an entry. */
export const CACHE = memory.data<u16>([0x1c10, 0x2d10, 0x1e22, 0x3f3a, 0x1fff, 0]);

/**
 * 3 = (7)^(2^252 - 3), by way of (7)^(2^n - 1) for n = 5, 10, 20, 40, 50, 100, 200, 250. Scratch: 8 and 9.
 */
export const POWER = memory.data<u16>([
  0x3877, 0x4988, 0x3997, 0x3898, 0x3888, 0x3889, 0x7988, 0x3898, 0xc988, 0x3998, 0xf399, 0x9333, 0x3339, 0xc333,
  0x3838, 0xf988, 0xf999, 0xf999, 0xd999, 0x3998, 0xf399, 0xf333, 0xf333, 0xf333, 0xf333, 0xf333, 0xf333, 0xb333,
  0x3339, 0xf333, 0xf333, 0xf333, 0xd333, 0x3338, 0x4333, 0x3337, 0,
]);

/** Of y in 1 and Z = 1: 5 = u = y^2 - 1, 4 = v = d · y^2 + 1, 6 = v^3, 7 = u · v^7, so that x^2 = u / v (RFC 8032, 5.1.3). */
export const RATIO = memory.data<u16>([0x3411, 0x2542, 0x344a, 0x1442, 0x3644, 0x3664, 0x3766, 0x3774, 0x3775, 0]);

/** After RATIO and POWER: X = u · v^3 · 3, a root if there is one, up to a root of -1; 4 = v · X^2 - u, 5 = v · X^2 + u. */
export const ROOT = memory.data<u16>([0x3056, 0x3003, 0x3600, 0x3664, 0x2465, 0x1565, 0]);

/** X times a root of -1. */
export const TURN = memory.data<u16>([0x300b, 0]);

/** X = -X. */
export const NEGATE = memory.data<u16>([0x1400, 0x2004, 0]);

/** T of a point with Z = 1. */
export const PRODUCT_T = memory.data<u16>([0x3301, 0]);

/** 7 = Z. */
export const TAKE_Z = memory.data<u16>([0x2422, 0x1742, 0]);

/** After POWER of Z: 1 / Z = 3^8 · 7^3, for p - 2 = 8 · (2^252 - 3) + 3; X and Y become x and y. */
export const DIVIDE_BY_Z = memory.data<u16>([0x5333, 0x3877, 0x3887, 0x3338, 0x3003, 0x3113, 0]);
