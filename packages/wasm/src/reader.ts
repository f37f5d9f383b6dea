/**
 * Reading the binary format's numbers and vectors (WebAssembly Core Specification 2.0, 5.2). Malformed input throws
 * MalformedError with its offset, and what a newer proposal adds throws UnsupportedError; parse.ts catches both.
 */

export class MalformedError extends Error {
  override name = 'MalformedError';
  /** Byte offset in the file. */
  readonly offset: number;

  constructor(offset: number, message: string) {
    super(message);
    this.offset = offset;
  }
}

/** The module uses a feature that is not taken. The message is the feature's name. */
export class UnsupportedError extends MalformedError {
  override name = 'UnsupportedError';
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

  fail(message: string, offset = this.position): never {
    throw new MalformedError(offset, message);
  }

  unsupported(feature: string, offset = this.position): never {
    throw new UnsupportedError(offset, feature);
  }

  u8(): number {
    if (this.position >= this.end) this.fail('unexpected end');
    return this.bytes[this.position++];
  }

  /** The next byte, which stays to be read. */
  peek(): number | undefined {
    return this.position < this.end ? this.bytes[this.position] : undefined;
  }

  /** A view (not a copy) of the next `size` bytes. */
  take(size: number): Uint8Array {
    if (size > this.end - this.position) this.fail(`${size} bytes wanted, ${this.end - this.position} left`);
    const at = this.position;
    this.position += size;
    return this.bytes.subarray(at, at + size);
  }

  /** A reader of the next `size` bytes alone; this one goes on behind them. */
  part(size: number): Reader {
    const start = this.position;
    this.take(size);
    return new Reader(this.bytes, start, start + size);
  }

  /** LEB128, unsigned, 32 bits. */
  u32(): number {
    return Number(this.unsigned(32));
  }

  i32(): bigint {
    return this.signed(32);
  }

  i64(): bigint {
    return this.signed(64);
  }

  /** A signed 33-bit number: block types. */
  s33(): number {
    return Number(this.signed(33));
  }

  /** Little-endian bits of a float. */
  floatBits(size: 4 | 8): bigint {
    return this.take(size).reduceRight((bits, byte) => (bits << 8n) | BigInt(byte), 0n);
  }

  text(): string {
    const offset = this.position;
    const bytes = this.take(this.u32());
    try {
      return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    } catch {
      return this.fail('a name is not UTF-8', offset);
    }
  }

  vector<T>(read: () => T): T[] {
    const offset = this.position;
    const count = this.u32();
    if (count > this.end - this.position)
      this.fail(`a vector of ${count} in ${this.end - this.position} bytes`, offset);
    return Array.from({ length: count }, read);
  }

  private unsigned(width: number): bigint {
    const start = this.position;
    const { value } = this.groups(width);
    if (value >= 1n << BigInt(width)) this.fail(`a number of more than ${width} bits`, start);
    return value;
  }

  /** The bits that the last byte has to spare must repeat the sign. */
  private signed(width: number): bigint {
    const start = this.position;
    const { value, bits } = this.groups(width);
    const number = BigInt.asIntN(bits, value);
    if (number !== BigInt.asIntN(width, number)) this.fail(`a number of more than ${width} bits`, start);
    return number;
  }

  private groups(width: number): { value: bigint; bits: number } {
    const start = this.position;
    let value = 0n;
    for (let bits = 0; bits < width; ) {
      const byte = this.u8();
      value |= BigInt(byte & 0x7f) << BigInt(bits);
      bits += 7;
      if ((byte & 0x80) === 0) return { value, bits };
    }
    return this.fail(`a number of more than ${width} bits`, start);
  }
}
