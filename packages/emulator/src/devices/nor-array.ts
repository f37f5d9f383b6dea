/** The memory of a serial NOR flash: bytes, wear, and what an operation that power left in the middle leaves behind. */
import type { ExternalFlash } from '@kickstage/chips/board';
import { PagedMemory, type Pages } from '../nonvolatile/paged-memory.ts';
import { type Change, type Tear, tearAll } from '../nonvolatile/tear.ts';
import { UnstableBits } from '../nonvolatile/unstable-bits.ts';
import { Wear } from '../nonvolatile/wear.ts';

/** An operation on the array that is under way. */
export type ArrayOperation =
  | { readonly op: 'program'; readonly address: number; readonly bytes: Uint8Array }
  | { readonly op: 'erase'; readonly address: number; readonly size: number };

export interface NorArrayOptions extends Pick<ExternalFlash, 'sectors' | 'erasedByte'> {
  /** Erases that a sector stands; without it any number. */
  readonly endurance?: number | undefined;
  readonly seed?: number | undefined;
}

export class NorArray {
  readonly size: number;
  private readonly memory: Uint8Array;
  private readonly pages: PagedMemory;
  private readonly unstable: UnstableBits;
  private readonly wear: Wear;
  private readonly erased: number;
  /** Where each sector begins, and the end of the last one. */
  private readonly starts: readonly number[];

  constructor({ sectors, erasedByte, endurance, seed = 1 }: NorArrayOptions) {
    const sizes = sectors.flatMap(({ count, size }) => new Array<number>(count).fill(size));
    const starts = [0];
    for (const size of sizes) starts.push(starts.at(-1)! + size);
    this.starts = starts;
    this.size = starts.at(-1)!;
    this.erased = erasedByte;
    this.memory = new Uint8Array(this.size).fill(erasedByte);
    this.pages = new PagedMemory(this.memory);
    this.unstable = new UnstableBits(this.memory, seed);
    this.wear = new Wear(sizes, endurance, seed);
  }

  /** All of it, for whoever may change it. */
  get bytes(): Uint8Array {
    this.pages.touch(0, this.size);
    return this.memory;
  }

  /** Erases of each sector that were begun. */
  get eraseCounts(): readonly number[] {
    return this.wear.eraseCounts;
  }

  read(address: number): number {
    if (this.unstable.exist && this.unstable.settle(address, 1)) this.pages.touch(address, address + 1);
    return this.memory[address];
  }

  /** Does an operation as a whole. Programming only turns ones into zeros. */
  complete(operation: ArrayOperation): void {
    const { start, after } = this.changeOf(operation);
    this.put(start, after);
    if (operation.op === 'erase') {
      this.unstable.erased(start, start + after.length);
      this.spoil(operation);
    } else operation.bytes.forEach((byte, i) => this.unstable.programmed(start + i, byte));
  }

  /** Power failed in the middle. */
  tear(operation: ArrayOperation, how: Tear): void {
    const change = this.changeOf(operation);
    const [{ bytes, unstable }] = tearAll([change], how);
    this.put(change.start, bytes);
    unstable.forEach((mask, i) => this.unstable.add(change.start + i, mask));
  }

  /** An erase begins: its sectors wear, however it ends. */
  countErase(address: number, size: number): void {
    for (const sector of this.sectorsOf(address, size)) this.wear.count(sector);
  }

  snapshot(): unknown {
    return { pages: this.pages.snapshot(), wear: this.wear.snapshot(), unstable: this.unstable.snapshot() };
  }

  restore(state: unknown): void {
    const { pages, wear, unstable } = state as { pages: Pages; wear: unknown; unstable: unknown };
    this.pages.restore(pages);
    this.wear.restore(wear);
    this.unstable.restore(unstable);
  }

  private put(start: number, bytes: Uint8Array): void {
    this.memory.set(bytes, start);
    this.pages.touch(start, start + bytes.length);
  }

  private changeOf(operation: ArrayOperation): Change {
    const { op, address: start } = operation;
    const size = op === 'erase' ? operation.size : operation.bytes.length;
    const before = this.memory.slice(start, start + size);
    const after =
      op === 'erase' ? before.slice().fill(this.erased) : before.map((byte, i) => byte & operation.bytes[i]);
    return { op, start, before, after };
  }

  /** What worn sectors make of it. */
  private spoil({ address, size }: Extract<ArrayOperation, { op: 'erase' }>): void {
    for (const sector of this.sectorsOf(address, size)) {
      this.wear.spoil(sector, this.memory.subarray(this.starts[sector], this.starts[sector + 1]));
    }
  }

  private sectorsOf(address: number, size: number): number[] {
    const all = this.starts.slice(0, -1).map((_, i) => i);
    return all.filter((i) => this.starts[i] < address + size && this.starts[i + 1] > address);
  }
}
