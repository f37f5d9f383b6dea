/** Texts one behind the other, each ended by a zero byte; equal ones once. Offset 0 is the empty text. */
import { ByteWriter } from '@kickstage/base/bytes';

export class StringTable {
  private readonly out = new ByteWriter().u8(0);
  private readonly offsets = new Map<string, number>([['', 0]]);

  /** Offset of the text, which is added where it is new. */
  add(text: string): number {
    const known = this.offsets.get(text);
    if (known !== undefined) return known;
    const at = this.out.length;
    this.out.append(new TextEncoder().encode(text)).u8(0);
    this.offsets.set(text, at);
    return at;
  }

  toBytes(): Uint8Array {
    return this.out.toBytes();
  }
}
