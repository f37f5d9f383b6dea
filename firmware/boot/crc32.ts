/** CRC-32 of IEEE 802.3 as in zlib, four bits at a time: a table of 16 words, and fast enough for the mailbox and the journal. */

/** What a calculation begins with; its end is the complement of the last step. */
export const CRC_START: u32 = 0xffffffff;

/** What four bits at the low end become: the reflected polynomial 0xEDB88320, by value. */
const TABLE = memory.data<u32>([
  0x00000000, 0x1db71064, 0x3b6e20c8, 0x26d930ac, 0x76dc4190, 0x6b6b51f4, 0x4db26158, 0x5005713c, 0xedb88320,
  0xf00f9344, 0xd6d6a3e8, 0xcb61b38c, 0x9b64c2b0, 0x86d3d2d4, 0xa00ae278, 0xbdbdf21c,
]);

/** Takes the four bytes of a little-endian word into the calculation. Without a loop: it is half of what a start takes. */
export function crc32Step(crc: u32, word: u32): u32 {
  crc = Nibble.take(Nibble.take(crc ^ word));
  crc = Nibble.take(Nibble.take(crc));
  crc = Nibble.take(Nibble.take(crc));
  return Nibble.take(Nibble.take(crc));
}

// biome-ignore lint/complexity/noStaticOnlyClass: only a static method can ask to be inlined
class Nibble {
  @inline static take(crc: u32): u32 {
    return (crc >>> 4) ^ load<u32>(TABLE + ((crc & 15) << 2));
  }
}
