/**
 * The power of a machine: it can be cut at any cycle, or within any flash operation of the microcontroller's own flash and
 * of the serial flash on its board. Each of them keeps then what it has kept, and a torn rest of the operation that was
 * under way (nonvolatile/tear.ts). A cut is armed for one time; a restored snapshot disarms it.
 *
 * The instruction during which the cycle passes is completed; the time that it spends waiting for flash is not. A machine
 * without power does not run (`power-cut`) until `Machine.reset('power-on')`.
 */
import { invariant } from '@kickstage/base/invariant';
import type { Clock } from './clock.ts';
import { Noise, type Random } from './nonvolatile/noise.ts';
import { TEAR_PATTERNS, type TearPattern } from './nonvolatile/tear.ts';

/** How an operation is left; without a pattern the random numbers choose one. */
export interface PowerFailure {
  readonly pattern?: TearPattern | undefined;
  readonly random: Random;
}

/** An operation that was left unfinished. */
export interface TornOperation {
  /** Name of the flash where it is not the microcontroller's: addresses are its own then. */
  readonly unit?: string;
  readonly op: 'program' | 'erase' | 'status' | 'option-bytes';
  readonly address: number;
  readonly size: number;
  /** Of its time, 0 to 1, that was over. */
  readonly part: number;
  readonly pattern: TearPattern;
}

/** Keeps data without power, and may be about to change them. */
export interface Nonvolatile {
  /** Power fails now. */
  powerFails(failure: PowerFailure): TornOperation | undefined;
}

export interface PowerCut {
  /** As the machine's clock counts them. */
  readonly cycle?: number;
  /** Counted from 1, from the call on: the flash operation within which power fails. */
  readonly operation?: number;
  /** Of the operation's time, 0 to 1: when. A half without it. */
  readonly part?: number;
  readonly pattern?: TearPattern;
  /** Of the random numbers; 1 without it. */
  readonly seed?: number;
}

/** What a cut did. */
export interface CutReport {
  readonly cycle: number;
  readonly torn: readonly TornOperation[];
}

const KEY = 'power';

export class Power {
  private readonly clock: Clock;
  private readonly stop: () => void;
  private readonly parts: Nonvolatile[] = [];
  private cut: PowerCut | undefined;
  private operationsLeft = 0;
  /** Whether the machine has power. */
  isOn = true;
  /** Flash operations that have begun since the machine was made. */
  operationCount = 0;
  /** Of the last power failure. */
  report: CutReport | undefined;

  /** `stop`: the processor is to stop at once. */
  constructor(clock: Clock, stop: () => void) {
    this.clock = clock;
    this.stop = stop;
  }

  add(part: Nonvolatile): void {
    this.parts.push(part);
  }

  /** Arms a cut, in place of an earlier one. */
  cutAt(cut: PowerCut): void {
    const { cycle, operation } = cut;
    invariant((cycle === undefined) !== (operation === undefined), 'a cut is at a cycle or at an operation');
    this.disarm();
    this.report = undefined;
    this.cut = cut;
    this.operationsLeft = operation ?? 0;
    if (cycle !== undefined) this.schedule(cycle);
  }

  disarm(): void {
    this.cut = undefined;
    this.clock.cancel(KEY);
  }

  /** A flash operation begins that will take so many cycles. */
  operationBegins(cycles: number): void {
    this.operationCount++;
    if (this.cut?.operation === undefined) return;
    this.operationsLeft--;
    if (this.operationsLeft === 0) this.schedule(this.clock.cycles + Math.floor(cycles * (this.cut.part ?? 0.5)));
  }

  /** Power is on, and nothing holds the clock. */
  turnOn(): void {
    this.isOn = true;
    this.clock.isHeld = false;
  }

  snapshot(): unknown {
    const { isOn, operationCount, report } = this;
    return { isOn, operationCount, report };
  }

  restore(state: unknown): void {
    Object.assign(this, state);
    this.disarm();
    this.clock.isHeld = !this.isOn;
  }

  private schedule(wanted: number): void {
    const cycle = Math.max(wanted, this.clock.cycles);
    this.clock.schedule(KEY, cycle, () => this.fail(cycle));
  }

  private fail(cycle: number): void {
    const { pattern, seed = 1 } = this.cut ?? {};
    this.cut = undefined;
    // What the processor did not wait for any more has not happened.
    this.clock.cycles = Math.min(this.clock.cycles, cycle);
    this.clock.isHeld = true;
    this.isOn = false;
    const random = new Noise(seed).next;
    const torn = this.parts.flatMap((part) => part.powerFails({ pattern, random }) ?? []);
    this.report = { cycle: this.clock.cycles, torn };
    this.stop();
  }
}

export function patternOf({ pattern, random }: PowerFailure): TearPattern {
  return pattern ?? TEAR_PATTERNS[Math.floor(random() * TEAR_PATTERNS.length)];
}
