/**
 * Bits of a memory that read differently each time: cells that were left between two levels. They stay so until they are
 * erased, or programmed to zero.
 */
import { Noise } from './noise.ts';

export class UnstableBits {
  private readonly memory: Uint8Array;
  private readonly noise: Noise;
  /** By offset. */
  private readonly masks = new Map<number, number>();

  constructor(memory: Uint8Array, seed: number) {
    this.memory = memory;
    this.noise = new Noise(seed);
  }

  get exist(): boolean {
    return this.masks.size > 0;
  }

  has(offset: number): boolean {
    return this.masks.has(offset);
  }

  add(offset: number, mask: number): void {
    if (mask !== 0) this.masks.set(offset, (this.masks.get(offset) ?? 0) | mask);
  }

  /** Before a read: the bits get values. Gives whether there are any. */
  settle(offset: number, size: number): boolean {
    let met = false;
    for (let i = offset; i < offset + size; i++) {
      const mask = this.masks.get(i);
      if (mask === undefined) continue;
      met = true;
      this.memory[i] = (this.memory[i] & ~mask) | ((this.noise.word() >>> 8) & mask);
    }
    return met;
  }

  /** Bits that are zero in `value` have been programmed. */
  programmed(offset: number, value: number): void {
    const mask = this.masks.get(offset);
    if (mask === undefined) return;
    if ((mask & value) === 0) this.masks.delete(offset);
    else this.masks.set(offset, mask & value);
  }

  erased(start: number, end: number): void {
    if (this.masks.size > end - start) for (let i = start; i < end; i++) this.masks.delete(i);
    else for (const offset of this.masks.keys()) if (offset >= start && offset < end) this.masks.delete(offset);
  }

  snapshot(): unknown {
    return { masks: [...this.masks], noise: this.noise.state };
  }

  restore(state: unknown): void {
    const { masks, noise } = state as { masks: [number, number][]; noise: number };
    this.masks.clear();
    for (const [offset, mask] of masks) this.masks.set(offset, mask);
    this.noise.state = noise;
  }
}
