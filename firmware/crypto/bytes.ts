/** Words of a big-endian message. */
// biome-ignore lint/complexity/noStaticOnlyClass: only a static method can ask to be inlined
export class Bytes {
  /** The bytes of a word in the other order: one REV. */
  @inline static reverse(word: u32): u32 {
    return rotl<u32>(word & 0xff00ff00, 8) | rotr<u32>(word & 0x00ff00ff, 8);
  }
}
