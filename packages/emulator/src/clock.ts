/**
 * Virtual time. The unit is one cycle of the processor's clock; events are kept by cycle. Seconds are summed up whenever
 * the frequency changes, so that they stay right over such changes.
 */
import type { Scheduler } from './peripheral.ts';

interface Event {
  readonly key: string;
  readonly cycle: number;
  readonly callback: () => void;
}

export class Clock implements Scheduler {
  /** Cycles since power-on. */
  cycles = 0;
  /** Cycle of the earliest event, or infinity: the processor looks at it after each instruction. */
  nextEvent = Number.POSITIVE_INFINITY;
  /** Nothing more happens until the reset that is to come. */
  isHeld = false;
  private events: Event[] = [];
  private hz: number;
  private baseCycles = 0;
  private baseSeconds = 0;

  constructor(hz: number) {
    this.hz = hz;
  }

  now(): number {
    return this.cycles;
  }

  frequency(): number {
    return this.hz;
  }

  setFrequency(hz: number): void {
    this.baseSeconds = this.seconds();
    this.baseCycles = this.cycles;
    this.hz = hz;
  }

  /** Virtual seconds since power-on. */
  seconds(): number {
    return this.baseSeconds + (this.cycles - this.baseCycles) / this.hz;
  }

  /** The first cycle at which `seconds` have passed, at the present frequency. */
  cycleAt(seconds: number): number {
    return this.baseCycles + Math.ceil((seconds - this.baseSeconds) * this.hz - 1e-6);
  }

  /** Events of one cycle happen in the order in which they were scheduled. */
  schedule(key: string, cycle: number, callback: () => void): void {
    this.cancel(key);
    let i = this.events.length;
    while (i > 0 && this.events[i - 1].cycle > cycle) i--;
    this.events.splice(i, 0, { key, cycle, callback });
    this.nextEvent = this.events[0].cycle;
  }

  cancel(key: string): void {
    const i = this.events.findIndex((event) => event.key === key);
    if (i >= 0) this.events.splice(i, 1);
    this.nextEvent = this.events[0]?.cycle ?? Number.POSITIVE_INFINITY;
  }

  /** Calls what is due, in order. What would come after a power failure or a reset is left: it has not happened. */
  runDue(): void {
    while (this.nextEvent <= this.cycles && !this.isHeld) {
      const [event] = this.events.splice(0, 1);
      this.nextEvent = this.events[0]?.cycle ?? Number.POSITIVE_INFINITY;
      event.callback();
    }
  }

  snapshot(): unknown {
    const { cycles, hz, baseCycles, baseSeconds } = this;
    return { cycles, hz, baseCycles, baseSeconds };
  }

  /** Events are scheduled again by those who own them. */
  restore(state: unknown): void {
    const { cycles, hz, baseCycles, baseSeconds } = state as Record<
      'cycles' | 'hz' | 'baseCycles' | 'baseSeconds',
      number
    >;
    this.cycles = cycles;
    this.hz = hz;
    this.baseCycles = baseCycles;
    this.baseSeconds = baseSeconds;
    this.isHeld = false;
    this.events = [];
    this.nextEvent = Number.POSITIVE_INFINITY;
  }
}
