/**
 * CRC-32 as in IEEE 802.3 and zlib: polynomial 0x04C11DB7 reflected (0xEDB88320), initial value and final XOR
 * 0xFFFFFFFF. Check value: CRC of the ASCII digits "123456789" is 0xCBF43926.
 */

/** CRC-32 of `bytes`, unsigned. */
export function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let i = 0; i < 8; i++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}
