/** Numbers of any size in bytes of seven bits, low ones first; the top bit says that more follow (DWARF 4, 7.6). */
import type { ByteWriter } from '@kickstage/base/bytes';

/** Unsigned. */
export function uleb(out: ByteWriter, value: number | bigint): ByteWriter {
  let left = BigInt(value);
  do {
    const low = Number(left & 0x7fn);
    left >>= 7n;
    out.u8(left === 0n ? low : low | 0x80);
  } while (left !== 0n);
  return out;
}

/** Signed: the last byte's bit 6 is the sign. */
export function sleb(out: ByteWriter, value: number | bigint): ByteWriter {
  let left = BigInt(value);
  for (;;) {
    const low = Number(left & 0x7fn);
    left >>= 7n;
    const isLast = (left === 0n && (low & 0x40) === 0) || (left === -1n && (low & 0x40) !== 0);
    out.u8(isLast ? low : low | 0x80);
    if (isLast) return out;
  }
}
