/** The memory of a serial NOR flash: bytes, wear, and what an operation that power left in the middle leaves behind. */
import type { ExternalFlash } from '@kickstage/chips/board';

/** An operation on the array that is under way. */
export type ArrayOperation =
  | { readonly op: 'program'; readonly address: number; readonly bytes: Uint8Array }
  | { readonly op: 'erase'; readonly address: number; readonly size: number };

/** Numbers from 0 (inclusive) to 1. */
export type Random = () => number;

export class NorArray {
  readonly bytes: Uint8Array;
  readonly size: number;
  private readonly erased: number;
  /** Where each sector begins, and the end of the last one. */
  private readonly starts: readonly number[];
  private readonly counts: number[];

  constructor({ sectors, erasedByte }: Pick<ExternalFlash, 'sectors' | 'erasedByte'>) {
    const starts = [0];
    for (const { count, size } of sectors) for (let i = 0; i < count; i++) starts.push(starts.at(-1)! + size);
    this.starts = starts;
    this.size = starts.at(-1)!;
    this.erased = erasedByte;
    this.bytes = new Uint8Array(this.size).fill(erasedByte);
    this.counts = new Array<number>(starts.length - 1).fill(0);
  }

  /** Erases of each sector that were begun. */
  get eraseCounts(): readonly number[] {
    return this.counts;
  }

  /** Does an operation as a whole. Programming only turns ones into zeros. */
  complete(operation: ArrayOperation): void {
    if (operation.op === 'program') {
      const { address, bytes } = operation;
      for (let i = 0; i < bytes.length; i++) this.bytes[address + i] &= bytes[i];
      return;
    }
    const { address, size } = operation;
    this.bytes.fill(this.erased, address, address + size);
  }

  /**
   * Power failed in the middle. Programming: each bit that was to fall has fallen or not. Erasing: each byte is as it was,
   * erased, or anything, for cells are brought to one level before they are erased.
   */
  tear(operation: ArrayOperation, random: Random): void {
    if (operation.op === 'program') {
      const { address, bytes } = operation;
      for (let i = 0; i < bytes.length; i++) this.bytes[address + i] &= bytes[i] | Math.floor(random() * 256);
      return;
    }
    const { address, size } = operation;
    for (let i = address; i < address + size; i++) {
      const kind = Math.floor(random() * 3);
      if (kind > 0) this.bytes[i] = kind === 1 ? this.erased : Math.floor(random() * 256);
    }
  }

  /** An erase begins: its sectors wear, however it ends. */
  wear(address: number, size: number): void {
    this.counts.forEach((count, i) => {
      if (this.starts[i] < address + size && this.starts[i + 1] > address) this.counts[i] = count + 1;
    });
  }

  snapshot(): unknown {
    return { bytes: this.bytes.slice(), counts: [...this.counts] };
  }

  restore(state: unknown): void {
    const { bytes, counts } = state as { bytes: Uint8Array; counts: number[] };
    this.bytes.set(bytes);
    this.counts.splice(0, counts.length, ...counts);
  }
}
