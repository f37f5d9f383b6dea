/**
 * Something that ends after so many periods of a frequency: a start-up time in seconds (1 Hz), a frame in clocks of a
 * bus. Virtual time counts processor cycles, so a change of the clocks moves the end: what is left is kept in periods
 * and turned into cycles anew.
 */
import type { Scheduler } from '../peripheral.ts';
import type { ClockTree } from './clock-tree.ts';

export interface CountdownParts {
  /** Names the event at the scheduler: one of a kind. */
  readonly key: string;
  readonly scheduler: Scheduler;
  readonly clocks: ClockTree;
  /** Frequency of what is counted; 1 counts seconds. */
  readonly hz: () => number;
  readonly onEnd: () => void;
}

export class Countdown {
  private readonly parts: CountdownParts;
  /** Cycle at which it ends; undefined while it does not run. */
  private end: number | undefined;
  private left = 0;

  constructor(parts: CountdownParts) {
    this.parts = parts;
    parts.clocks.onChange((phase) => {
      if (this.end === undefined) return;
      if (phase === 'before') this.left = (this.end - parts.scheduler.now()) / this.cyclesPerPeriod();
      else this.start(this.left);
    });
  }

  get isRunning(): boolean {
    return this.end !== undefined;
  }

  /** Starts, or starts anew, to count `periods`; it ends one cycle later at least. Gives the cycles it will take. */
  start(periods: number): number {
    const cycles = Math.max(1, Math.ceil(periods * this.cyclesPerPeriod() - 1e-6));
    this.schedule(this.parts.scheduler.now() + cycles);
    return cycles;
  }

  /** Periods until it ends, parts of them counted; 0 while it does not run. */
  periodsLeft(): number {
    return this.end === undefined ? 0 : (this.end - this.parts.scheduler.now()) / this.cyclesPerPeriod();
  }

  stop(): void {
    this.end = undefined;
    this.parts.scheduler.cancel(this.parts.key);
  }

  snapshot(): number | undefined {
    return this.end;
  }

  restore(end: number | undefined): void {
    if (end === undefined) this.stop();
    else this.schedule(end);
  }

  private cyclesPerPeriod(): number {
    return this.parts.clocks.cpuHz() / this.parts.hz();
  }

  private schedule(end: number): void {
    this.end = end;
    this.parts.scheduler.schedule(this.parts.key, end, () => {
      this.end = undefined;
      this.parts.onEnd();
    });
  }
}
