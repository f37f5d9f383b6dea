/** Reading the binary format's numbers and vectors. Malformed input throws MalformedError with its offset; parse catches it. */

export class MalformedError extends Error {
  override name = 'MalformedError';
  readonly offset: number;

  constructor(offset: number, message: string) {
    super(message);
    this.offset = offset;
  }
}

export class Reader {
  readonly bytes: Uint8Array;
  position: number;
  readonly end: number;

  constructor(bytes: Uint8Array, position = 0, end = bytes.length) {
    this.bytes = bytes;
    this.position = position;
    this.end = end;
  }

  get done(): boolean {
    return this.position >= this.end;
  }

  fail(message: string): never {
    throw new MalformedError(this.position, message);
  }

  u8(): number {
    if (this.position >= this.end) this.fail('unexpected end');
    return this.bytes[this.position++];
  }

  take(size: number): Uint8Array {
    if (size > this.end - this.position) this.fail(`${size} bytes wanted, ${this.end - this.position} left`);
    const at = this.position;
    this.position += size;
    return this.bytes.subarray(at, at + size);
  }

  /** LEB128, unsigned, 32 bits. */
  u32(): number {
    const value = this.leb(32, false);
    return Number(value);
  }

  i32(): bigint {
    return this.leb(32, true);
  }

  i64(): bigint {
    return this.leb(64, true);
  }

  /** A signed 33-bit number: block types. */
  s33(): bigint {
    return this.leb(33, true);
  }

  text(): string {
    return new TextDecoder('utf-8', { fatal: true }).decode(this.take(this.u32()));
  }

  vector<T>(read: () => T): T[] {
    const count = this.u32();
    if (count > this.end - this.position) this.fail(`a vector of ${count} in ${this.end - this.position} bytes`);
    return Array.from({ length: count }, read);
  }

  private leb(width: number, signed: boolean): bigint {
    let value = 0n;
    for (let shift = 0; shift < width + 6; shift += 7) {
      if (shift >= Math.ceil(width / 7) * 7) this.fail('number too long');
      const byte = this.u8();
      value |= BigInt(byte & 0x7f) << BigInt(shift);
      if ((byte & 0x80) === 0) {
        if (!signed) {
          if (value >= 1n << BigInt(width)) this.fail('number too large');
          return value;
        }
        return BigInt.asIntN(Math.min(shift + 7, width), value);
      }
    }
    return this.fail('number too long');
  }
}
