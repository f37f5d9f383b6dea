/**
 * A region of plain memory (flash or RAM) and its predecoded instructions. The views share one buffer and are little
 * endian, as the guest is (DDI 0403E A3.3).
 */
import { seededNoise } from './noise.ts';

export interface MemoryRange {
  readonly start: number;
  readonly size: number;
}

/** Predecoded instructions of a region, one entry per halfword; see core/predecode.ts. */
export interface CodeCache {
  /** Op number, size and cost; 0 where nothing is decoded yet. */
  readonly words: Uint16Array;
  readonly fields: Int32Array;
  readonly immediates: Int32Array;
}

export class Region implements MemoryRange {
  readonly start: number;
  readonly size: number;
  readonly writable: boolean;
  readonly bytes: Uint8Array;
  readonly halfwords: Uint16Array;
  readonly words: Int32Array;
  #code: CodeCache | undefined;
  /** Byte offsets between which something may be decoded. */
  codeLow = 0;
  codeHigh = 0;

  constructor({ start, size }: MemoryRange, writable: boolean) {
    this.start = start;
    this.size = size;
    this.writable = writable;
    const buffer = new ArrayBuffer((size + 3) & ~3);
    this.bytes = new Uint8Array(buffer);
    this.halfwords = new Uint16Array(buffer);
    this.words = new Int32Array(buffer);
  }

  get code(): CodeCache {
    const count = this.halfwords.length;
    this.#code ??= {
      words: new Uint16Array(count),
      fields: new Int32Array(count),
      immediates: new Int32Array(count),
    };
    return this.#code;
  }

  /** Notes that the instruction at a byte offset is decoded. */
  noteCode(offset: number): void {
    if (this.codeHigh === 0 || offset < this.codeLow) this.codeLow = offset;
    if (offset + 4 > this.codeHigh) this.codeHigh = offset + 4;
  }

  /** Forgets what is decoded of these byte offsets, and of a 32-bit instruction that reaches into them. */
  invalidate(from: number, to: number): void {
    if (this.codeHigh === 0 || this.#code === undefined) return;
    if (to <= this.codeLow || from >= this.codeHigh) return;
    this.#code.words.fill(0, Math.max(0, (from >> 1) - 1), (to + 1) >> 1);
  }

  invalidateAll(): void {
    this.#code?.words.fill(0);
    this.codeLow = 0;
    this.codeHigh = 0;
  }

  fillWithNoise(seed: number): void {
    seededNoise(seed, this.words);
  }
}
