/**
 * Virtual time. Its unit is the processor clock cycle since power-on: everything is scheduled in cycles. A change of the
 * processor's frequency changes how long the following cycles last, so seconds are summed up stretch by stretch.
 *
 * The processor core counts within a slice on its own (`slice`), and `now()` adds that to the base.
 */
import type { Scheduler } from './peripheral.ts';

interface ScheduledEvent {
  readonly key: string;
  readonly cycle: number;
  readonly order: number;
  readonly callback: () => void;
}

export interface ClockState {
  readonly cycles: number;
  readonly hertz: number;
  readonly stretchCycle: number;
  readonly stretchSeconds: number;
}

/** Frequency of the cycle counter until someone sets another one. */
const DEFAULT_HERTZ = 16_000_000;

export class Clock implements Scheduler {
  /** Cycles since power-on without those of the core's running slice. */
  #base = 0;
  #slice: () => number = () => 0;
  #hertz = DEFAULT_HERTZ;
  #stretchCycle = 0;
  #stretchSeconds = 0;
  /** Sorted, the next one last. */
  #events: ScheduledEvent[] = [];
  #order = 0;
  /** Called when the next event may have moved closer. */
  onReschedule: () => void = () => {};

  now(): number {
    return this.#base + this.#slice();
  }

  get cycles(): number {
    return this.now();
  }

  get hertz(): number {
    return this.#hertz;
  }

  /** The core's count of cycles in its running slice. */
  attach(slice: () => number): void {
    this.#slice = slice;
  }

  /** Adds cycles to the base: a finished slice's, or slept ones. */
  advance(cycles: number): void {
    this.#base += cycles;
  }

  setFrequency(hertz: number): void {
    this.#stretchSeconds = this.seconds();
    this.#stretchCycle = this.now();
    this.#hertz = hertz;
  }

  seconds(): number {
    return this.#stretchSeconds + (this.now() - this.#stretchCycle) / this.#hertz;
  }

  /** The first cycle at which `seconds()` reaches a value at the present frequency. */
  cycleAt(seconds: number): number {
    return this.#stretchCycle + Math.ceil((seconds - this.#stretchSeconds) * this.#hertz);
  }

  schedule(key: string, cycle: number, callback: () => void): void {
    this.cancel(key);
    const event = { key, cycle, order: this.#order++, callback };
    let at = this.#events.length;
    while (at > 0 && this.#events[at - 1].cycle <= cycle) at--;
    this.#events.splice(at, 0, event);
    this.onReschedule();
  }

  cancel(key: string): void {
    const at = this.#events.findIndex((event) => event.key === key);
    if (at >= 0) this.#events.splice(at, 1);
  }

  /** Cycle of the next event, Infinity without one. */
  nextCycle(): number {
    return this.#events.at(-1)?.cycle ?? Number.POSITIVE_INFINITY;
  }

  /** Calls everything that is due, in order of cycle, then of scheduling. */
  runDue(): void {
    for (;;) {
      const event = this.#events.at(-1);
      if (event === undefined || event.cycle > this.now()) return;
      this.#events.pop();
      event.callback();
    }
  }

  snapshot(): ClockState {
    return {
      cycles: this.now(),
      hertz: this.#hertz,
      stretchCycle: this.#stretchCycle,
      stretchSeconds: this.#stretchSeconds,
    };
  }

  /** Back to a state; scheduled events are dropped, their owners schedule them again. */
  restore(state: ClockState): void {
    this.#base = state.cycles - this.#slice();
    this.#hertz = state.hertz;
    this.#stretchCycle = state.stretchCycle;
    this.#stretchSeconds = state.stretchSeconds;
    this.#events = [];
  }
}
