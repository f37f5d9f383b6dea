/** Little-endian reading and writing of byte arrays, bounds-checked. */

/** Thrown by `ByteReader` when a read leaves the buffer. Parsers of foreign files turn it into a diagnostic. */
export class OutOfBoundsError extends Error {
  override name = 'OutOfBoundsError';
  readonly offset: number;
  readonly size: number;
  readonly limit: number;

  constructor(offset: number, size: number, limit: number) {
    super(`read of ${size} bytes at offset ${offset} leaves the ${limit} bytes there are`);
    this.offset = offset;
    this.size = size;
    this.limit = limit;
  }
}

/** Reads little-endian values from a byte array. Reads at an explicit offset; `position` serves sequential reading. */
export class ByteReader {
  readonly bytes: Uint8Array;
  position: number;
  private readonly view: DataView;

  constructor(bytes: Uint8Array, position = 0) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.position = position;
  }

  get length(): number {
    return this.bytes.length;
  }

  u8(offset = this.advance(1)): number {
    return this.view.getUint8(this.check(offset, 1));
  }

  u16(offset = this.advance(2)): number {
    return this.view.getUint16(this.check(offset, 2), true);
  }

  u32(offset = this.advance(4)): number {
    return this.view.getUint32(this.check(offset, 4), true);
  }

  i32(offset = this.advance(4)): number {
    return this.view.getInt32(this.check(offset, 4), true);
  }

  /** A view (not a copy) of `size` bytes. */
  slice(offset: number, size: number): Uint8Array {
    this.check(offset, size);
    return this.bytes.subarray(offset, offset + size);
  }

  private advance(size: number): number {
    const at = this.position;
    this.position += size;
    return at;
  }

  private check(offset: number, size: number): number {
    if (offset < 0 || size < 0 || offset + size > this.bytes.length) {
      throw new OutOfBoundsError(offset, size, this.bytes.length);
    }
    return offset;
  }
}

/** A growing little-endian byte buffer. */
export class ByteWriter {
  private buffer: Uint8Array;
  private view: DataView;
  private size = 0;

  constructor(capacity = 256) {
    this.buffer = new Uint8Array(capacity);
    this.view = new DataView(this.buffer.buffer);
  }

  get length(): number {
    return this.size;
  }

  u8(value: number): this {
    const at = this.reserve(1);
    this.view.setUint8(at, value);
    return this;
  }

  u16(value: number): this {
    const at = this.reserve(2);
    this.view.setUint16(at, value, true);
    return this;
  }

  u32(value: number): this {
    const at = this.reserve(4);
    this.view.setUint32(at, value, true);
    return this;
  }

  append(bytes: Uint8Array): this {
    const at = this.reserve(bytes.length);
    this.buffer.set(bytes, at);
    return this;
  }

  /** Fills with `value` until the length is a multiple of `alignment`. */
  alignTo(alignment: number, value = 0): this {
    while (this.size % alignment !== 0) this.u8(value);
    return this;
  }

  /** Overwrites a word written earlier. */
  patchU32(offset: number, value: number): this {
    if (offset + 4 > this.size) throw new OutOfBoundsError(offset, 4, this.size);
    this.view.setUint32(offset, value, true);
    return this;
  }

  /** A copy of what was written. */
  toBytes(): Uint8Array {
    return this.buffer.slice(0, this.size);
  }

  private reserve(size: number): number {
    const at = this.size;
    const needed = at + size;
    if (needed > this.buffer.length) {
      const grown = new Uint8Array(Math.max(needed, this.buffer.length * 2));
      grown.set(this.buffer);
      this.buffer = grown;
      this.view = new DataView(grown.buffer);
    }
    this.size = needed;
    return at;
  }
}
