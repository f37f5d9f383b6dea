/** Numbers of edwards25519 (RFC 8032, 5.1), 8 words each, least significant first. */

/** Order of the base point, 2^252 + 27742317777372353535851937790883648493. */
export const ORDER = memory.data<u32>([
  0x5cf5d3ed, 0x5812631a, 0xa2f79cd6, 0x14def9de, 0x00000000, 0x00000000, 0x00000000, 0x10000000,
]);

/** The base point: x, y, and 1 for its z. */
export const BASE_POINT = memory.data<u32>([
  0x8f25d51a, 0xc9562d60, 0x9525a7b2, 0x692cc760, 0xfdd6dc5c, 0xc0a4e231, 0xcd6e53fe, 0x216936d3, 0x66666658,
  0x66666666, 0x66666666, 0x66666666, 0x66666666, 0x66666666, 0x66666666, 0x66666666, 0x00000001, 0x00000000,
  0x00000000, 0x00000000, 0x00000000, 0x00000000, 0x00000000, 0x00000000,
]);

/** p = 2^255 - 19. */
export const PRIME = memory.data<u32>([
  0xffffffed, 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff, 0x7fffffff,
]);

/** d = -121665 / 121666, and a square root of -1: 2^((p - 1) / 4). */
export const CURVE_NUMBERS = memory.data<u32>([
  0x135978a3, 0x75eb4dca, 0x4141d8ab, 0x00700a4d, 0x7779e898, 0x8cc74079, 0x2b6ffe73, 0x52036cee, 0x4a0ea0b0,
  0xc4ee1b27, 0xad2fe478, 0x2f431806, 0x3dfbd7a7, 0x2b4d0099, 0x4fc1df0b, 0x2b832480,
]);
