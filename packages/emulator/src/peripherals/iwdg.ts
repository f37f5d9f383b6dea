/**
 * The independent watchdog: RM0383 Rev 3, chapter 15, and RM0351 Rev 9, chapter 36. Keys written to KR start it (0xCCCC),
 * refresh it (0xAAAA) and open PR, RLR and WINR (0x5555; any other key closes them). It counts down from RLR with the LSI
 * divided by PR and resets the chip at the end of the count. The window (STM32L4): a refresh while the counter is above
 * WINR resets, too.
 *
 * Once started only a reset stops it: a system reset like any other, so software has to start it again. The option bit
 * of the hardware watchdog starts it with every reset (15.3.1; 36.3.3). It keeps the LSI on. A write of PR, RLR and WINR
 * takes five LSI periods to come into force, shown by PVU, RVU and WVU; while the LSI is off it never does.
 *
 * Strict: a write to a closed register, one while the last is still under way, and an unknown key end the run; silicon
 * ignores them. The LSI has its typical frequency. Freezing the counter under a debugger (DBGMCU) is not modelled.
 */
import { EmulationError, type Scheduler } from '../peripheral.ts';
import type { ClockTree } from './clock-tree.ts';
import { Countdown } from './countdown.ts';
import { hex, NO_BYTES, type Register, RegisterBlock } from './register-block.ts';

const R = { KR: 0x00, PR: 0x04, RLR: 0x08, SR: 0x0c, WINR: 0x10 } as const;
const START = 0xcccc;
const REFRESH = 0xaaaa;
const OPEN = 0x5555;
/** By register: the flag in SR that its update is under way. */
const UPDATES: Readonly<Record<number, number>> = { [R.PR]: 1 << 0, [R.RLR]: 1 << 1, [R.WINR]: 1 << 2 };
/** An update takes up to so many LSI periods: 15.4.4; 36.4.4. */
const UPDATE_PERIODS = 5;
const MOST = 0xfff;

/** Typical, in Hz: DS10314 Rev 8, 6.3.9; DS10198 Rev 8, 6.3.8. */
const LSI_HZ = 32_000;

/** 15.4; 36.4. */
const REGISTERS: readonly Register[] = [
  { name: 'KR', offset: R.KR, reset: 0, writable: 0, ignored: 0xffff },
  { name: 'PR', offset: R.PR, reset: 0, writable: 0x7 },
  { name: 'RLR', offset: R.RLR, reset: MOST, writable: MOST },
  { name: 'SR', offset: R.SR, reset: 0, writable: 0 },
];
const WINDOW_REGISTER: Register = { name: 'WINR', offset: R.WINR, reset: MOST, writable: MOST };

export interface IwdgOptions {
  readonly scheduler: Scheduler;
  readonly clocks: ClockTree;
  /** The oscillator that it counts by. */
  readonly lsi: {
    /** Switches it on until the next reset; gives the seconds until it is ready. */
    forceLsi(): number;
    /** Seconds until it is ready; undefined while it is off. */
    lsiSeconds(): number | undefined;
  };
  readonly hasWindow: boolean;
  /** Whether the option bytes ask for the hardware watchdog. */
  readonly startsByItself: () => boolean;
  /** The count ended, or a refresh came too early. */
  readonly onReset: () => void;
}

export class Iwdg extends RegisterBlock {
  private readonly options: IwdgOptions;
  /** Counts watchdog clocks until the reset. */
  private readonly count: Countdown;
  /** Counts LSI periods until the updates are done. */
  private readonly update: Countdown;
  private isStarted = false;
  private isOpen = false;
  /** Values in force. */
  private divider = 4;
  private reload = MOST;
  private window = MOST;
  /** Where a count begins that is not started yet: at the counter's reset value until it is refreshed (15.3; 36.3). */
  private loaded = MOST;

  constructor(options: IwdgOptions) {
    super('IWDG', options.hasWindow ? [...REGISTERS, WINDOW_REGISTER] : REGISTERS, NO_BYTES);
    this.options = options;
    const { scheduler, clocks } = options;
    this.count = new Countdown({
      key: 'IWDG',
      scheduler,
      clocks,
      hz: () => LSI_HZ / this.divider,
      onEnd: () => options.onReset(),
    });
    this.update = new Countdown({
      key: 'IWDG.update',
      scheduler,
      clocks,
      hz: () => LSI_HZ,
      onEnd: () => this.finishUpdate(),
    });
  }

  steadyUntil(): number {
    return Number.POSITIVE_INFINITY;
  }

  protected override onRead(offset: number): number {
    if (offset === R.SR) this.continueUpdate();
    return this.get(offset);
  }

  protected override onWrite(offset: number, value: number, lanes: number): void {
    if (offset === R.KR) return this.takeKey(value);
    const name = this.nameOf(offset);
    if (!this.isOpen) throw misuse(`${name} is written while it is closed: write 0x5555 to IWDG_KR first`);
    this.continueUpdate();
    const flag = UPDATES[offset];
    if (this.get(R.SR) & flag) throw misuse(`${name} is written before its last value is in force: wait for IWDG_SR`);
    this.store(offset, value, lanes);
    this.set(R.SR, this.get(R.SR) | flag);
    this.continueUpdate();
  }

  protected override onReset(): void {
    this.count.stop();
    this.update.stop();
    this.isStarted = this.isOpen = false;
    this.divider = 4;
    this.reload = this.window = this.loaded = MOST;
    if (this.options.startsByItself()) this.start();
  }

  protected override saveExtra(): unknown {
    const { isStarted, isOpen, divider, reload, window, loaded } = this;
    return {
      fields: { isStarted, isOpen, divider, reload, window, loaded },
      ends: [this.count.snapshot(), this.update.snapshot()],
    };
  }

  protected override loadExtra(extra: unknown): void {
    const { fields, ends } = extra as { fields: object; ends: (number | undefined)[] };
    Object.assign(this, fields);
    this.count.restore(ends[0]);
    this.update.restore(ends[1]);
  }

  private takeKey(key: number): void {
    this.isOpen = key === OPEN;
    if (key === START) this.start();
    else if (key === REFRESH) this.refresh();
    else if (key !== OPEN) throw misuse(`IWDG_KR got ${hex(key, 4)}, which is none of its keys`);
  }

  private start(): void {
    if (this.isStarted) return;
    this.isStarted = true;
    this.count.start(this.loaded + 1 + (this.options.lsi.forceLsi() * LSI_HZ) / this.divider);
    this.continueUpdate();
  }

  private refresh(): void {
    this.loaded = this.reload;
    if (!this.isStarted) return;
    if (this.counter() > this.window) return this.options.onReset();
    this.count.start(this.reload + 1);
  }

  private counter(): number {
    return Math.min(MOST, Math.ceil(this.count.periodsLeft() - 1e-9) - 1);
  }

  /** Updates wait for the LSI. */
  private continueUpdate(): void {
    const seconds = this.options.lsi.lsiSeconds();
    if (this.get(R.SR) === 0 || this.update.isRunning || seconds === undefined) return;
    this.update.start(UPDATE_PERIODS + seconds * LSI_HZ);
  }

  /** All that were written come into force together. A new window refreshes the counter (36.3.2). */
  private finishUpdate(): void {
    const flags = this.get(R.SR);
    this.set(R.SR, 0);
    const left = this.count.periodsLeft();
    if (flags & UPDATES[R.PR]) {
      this.divider = 4 << Math.min(6, this.get(R.PR));
      if (this.isStarted) this.count.start(left);
    }
    this.reload = this.get(R.RLR);
    if (!(flags & UPDATES[R.WINR])) return;
    this.window = this.get(R.WINR);
    if (this.isStarted) this.count.start(this.reload + 1);
  }
}

function misuse(text: string): EmulationError {
  return new EmulationError('EMU011', text);
}
