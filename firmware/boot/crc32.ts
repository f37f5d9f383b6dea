/** CRC-32 of IEEE 802.3 as in zlib, bit by bit: small, and fast enough for the mailbox's few words. */

/** Reflected polynomial. */
const POLYNOMIAL: u32 = 0xedb88320;

/** What a calculation begins with; its end is the complement of the last step. */
export const CRC_START: u32 = 0xffffffff;

/** Takes the four bytes of a little-endian word into the calculation. */
export function crc32Step(crc: u32, word: u32): u32 {
  crc ^= word;
  for (let i = 0; i < 32; i++) crc = (crc >>> 1) ^ (POLYNOMIAL & (0 - (crc & 1)));
  return crc;
}
