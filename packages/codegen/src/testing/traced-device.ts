/**
 * A device whose registers give another number at each access and keep account of all that is written, so that an access
 * left out, merged with another or moved past one changes what a program computes. Now and then an access makes it ask for
 * an interrupt, which then comes at a place that no program foresees.
 */

export const DEVICE = { start: 0x4000_0000, size: 0x400 } as const;

export class TracedDevice {
  readonly name = 'traced device';
  /** How often it may still ask. */
  budget = 0;
  private state = 0;
  private readonly ask: () => void;

  constructor(ask: () => void) {
    this.ask = ask;
  }

  read(offset: number, size: 1 | 2 | 4): number {
    this.step(offset, size, 0x51ed);
    return size === 4 ? this.state >>> 0 : this.state & (2 ** (8 * size) - 1);
  }

  write(offset: number, size: 1 | 2 | 4, value: number): void {
    this.step(offset, size, size === 4 ? value : value & (2 ** (8 * size) - 1));
  }

  private step(offset: number, size: number, value: number): void {
    const mixed = Math.imul(this.state ^ value, 0x9e37_79b1) + 7 * offset + size;
    this.state = (mixed ^ (mixed >>> 15)) | 0;
    if (this.state % 5 !== 0 || this.budget === 0) return;
    this.budget--;
    this.ask();
  }

  reset(): void {
    this.state = 1;
  }

  snapshot(): unknown {
    return this.state;
  }

  restore(state: unknown): void {
    this.state = state as number;
  }
}
