/**
 * Numbers of the curve P-256 (SP 800-186, 3.2.1.3), 8 words each, least significant first. "In Montgomery's form" is a
 * number times 2^256, modulo p unless something else is said.
 */

/** p = 2^256 - 2^224 + 2^192 + 2^96 - 1, and behind it what -1 / p is modulo 2^32. */
export const PRIME = memory.data<u32>([
  0xffffffff, 0xffffffff, 0xffffffff, 0x00000000, 0x00000000, 0x00000000, 0x00000001, 0xffffffff, 0x00000001,
]);

/** n, the order of the base point, and behind it what -1 / n is modulo 2^32. */
export const ORDER = memory.data<u32>([
  0xfc632551, 0xf3b9cac2, 0xa7179e84, 0xbce6faad, 0xffffffff, 0xffffffff, 0x00000000, 0xffffffff, 0xee00bc4f,
]);

/** The base point in Montgomery's form: x, y, and 1 for its z. */
export const BASE_POINT = memory.data<u32>([
  0x18a9143c, 0x79e730d4, 0x5fedb601, 0x75ba95fc, 0x77622510, 0x79fb732b, 0xa53755c6, 0x18905f76, 0xce95560a,
  0xddf25357, 0xba19e45c, 0x8b4ab8e4, 0xdd21f325, 0xd2e88688, 0x25885d85, 0x8571ff18, 0x00000001, 0x00000000,
  0x00000000, 0xffffffff, 0xffffffff, 0xffffffff, 0xfffffffe, 0x00000000,
]);

/** 2^512, which brings numbers into Montgomery's form; and b of the curve in it. */
export const CURVE_NUMBERS = memory.data<u32>([
  0x00000003, 0x00000000, 0xffffffff, 0xfffffffb, 0xfffffffe, 0xffffffff, 0xfffffffd, 0x00000004, 0x29c4bddf,
  0xd89cdf62, 0x78843090, 0xacf005cd, 0xf7212ed6, 0xe5a220ab, 0x04874834, 0xdc30061d,
]);

/** 2^512 modulo n. */
export const SQUARE_FOR_ORDER = memory.data<u32>([
  0xbe79eea2, 0x83244c95, 0x49bd6fa6, 0x4699799c, 0x2b6bec59, 0x2845b239, 0xf3d95620, 0x66e12d94,
]);
