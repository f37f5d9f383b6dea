/** For tests of peripherals: virtual time without a processor, interrupt lines to look at, errors as text. */
import { Clock } from '../clock.ts';
import { EmulationError, type InterruptLine, type Scheduler } from '../peripheral.ts';

export class TestTime implements Scheduler {
  readonly clock: Clock;

  constructor(hz = 16_000_000) {
    this.clock = new Clock(hz);
  }

  now(): number {
    return this.clock.now();
  }

  schedule(key: string, cycle: number, callback: () => void): void {
    this.clock.schedule(key, cycle, callback);
  }

  cancel(key: string): void {
    this.clock.cancel(key);
  }

  /** Lets so many cycles pass, and what is due in them happen at its cycle. */
  pass(cycles: number): void {
    const end = this.clock.cycles + cycles;
    while (this.clock.nextEvent <= end) {
      this.clock.cycles = Math.max(this.clock.cycles, this.clock.nextEvent);
      this.clock.runDue();
    }
    this.clock.cycles = end;
  }

  /** The same in seconds at the present frequency, rounded up to a cycle. */
  passSeconds(seconds: number): void {
    this.pass(Math.ceil(seconds * this.clock.frequency() - 1e-6));
  }
}

export class TestLine implements InterruptLine {
  level = false;

  set(level: boolean): void {
    this.level = level;
  }
}

/** `EMU004: what it says`; fails when nothing is thrown. */
export function errorOf(act: () => void): string {
  try {
    act();
  } catch (error) {
    if (error instanceof EmulationError) return `${error.code}: ${error.message}`;
    throw error;
  }
  throw new Error('nothing was thrown');
}
