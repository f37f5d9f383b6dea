/**
 * How often each sector of a flash was erased, and what becomes of one that was erased too often: with each erase beyond
 * its endurance one bit more can no longer be erased, and reads as zero for ever.
 */
import { Noise } from './noise.ts';

/** A sector has lost at most so many bits. */
const MOST_STUCK = 64;

export class Wear {
  private readonly sizes: readonly number[];
  private readonly endurance: number;
  private readonly seed: number;
  private readonly counts: number[];

  /** Sizes of the sectors in bytes; erases that one of them stands. */
  constructor(sizes: readonly number[], endurance = Number.POSITIVE_INFINITY, seed = 1) {
    this.sizes = sizes;
    this.endurance = endurance;
    this.seed = seed;
    this.counts = sizes.map(() => 0);
  }

  get eraseCounts(): readonly number[] {
    return this.counts;
  }

  /** An erase begins: the sector wears, however it ends. */
  count(sector: number): void {
    this.counts[sector]++;
  }

  /** What a worn sector makes of its bytes once it is erased. */
  spoil(sector: number, bytes: Uint8Array): void {
    const stuck = Math.min(MOST_STUCK, this.counts[sector] - this.endurance);
    const noise = new Noise(this.seed * 0x10001 + sector + 1);
    for (let i = 0; i < stuck; i++) {
      const offset = (noise.word() >>> 0) % this.sizes[sector];
      bytes[offset] &= ~(1 << (noise.word() & 7));
    }
  }

  snapshot(): unknown {
    return [...this.counts];
  }

  restore(state: unknown): void {
    this.counts.splice(0, this.counts.length, ...(state as number[]));
  }
}
