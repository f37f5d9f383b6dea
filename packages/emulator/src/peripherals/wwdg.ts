/**
 * The window watchdog: RM0383 Rev 3, chapter 16, and RM0351 Rev 9, chapter 37. A down-counter of seven bits at the clock
 * of APB1 / 4096 / 2^WDGTB. Once CR.WDGA is set, the chip is reset when bit 6 falls (0x40 to 0x3F, or by a write), and
 * when CR is written while the counter is above CFR.W. At 0x40 the early wake-up flag rises. Only a reset switches it off.
 *
 * The counter runs freely, also while the watchdog is off (37.3.2), from the first access after a reset on; so does the
 * divider: a write of CR does not restart it, so the first step of a count is at most one period long. Nothing ticks: the
 * counter is worked out when someone looks.
 *
 * Switching it on, or refreshing it, with a counter value whose bit 6 is 0 resets the chip at once (16.4). Stopping its
 * clock while it is on, and freezing it under a debugger, are not modelled.
 */
import type { InterruptLine, Scheduler } from '../peripheral.ts';
import type { ClockTree } from './clock-tree.ts';
import { NO_BYTES, type Register, RegisterBlock } from './register-block.ts';

const R = { CR: 0x00, CFR: 0x04, SR: 0x08 } as const;
const T = 0x7f;
const T6 = 0x40;
const WDGA = 1 << 7;
const WDGTB = 0x180;
const EWI = 1 << 9;
const EWIF = 1 << 0;
/** 16.3: the clock is divided by this before WDGTB. */
const DIVISOR = 4096;

/** 16.6; 37.5. */
const REGISTERS: readonly Register[] = [
  { name: 'CR', offset: R.CR, reset: T, writable: T | WDGA },
  { name: 'CFR', offset: R.CFR, reset: T, writable: T | WDGTB | EWI },
  { name: 'SR', offset: R.SR, reset: 0, writable: 0, ignored: EWIF },
];

export interface WwdgOptions {
  readonly scheduler: Scheduler;
  readonly clocks: ClockTree;
  readonly interrupt: InterruptLine;
  readonly onReset: () => void;
}

export class Wwdg extends RegisterBlock {
  private readonly options: WwdgOptions;
  /** Processor cycle for which `count` and `phase` hold. */
  private base = 0;
  private count = T;
  /** Clocks of APB1 since the last step. */
  private phase = 0;
  /** Its clock may be off until it is used. */
  private isUsed = false;

  constructor(options: WwdgOptions) {
    super('WWDG', REGISTERS, NO_BYTES);
    this.options = options;
    options.clocks.onChange((phase) => {
      if (phase === 'before') this.sync();
      else this.arm();
    });
  }

  steadyUntil(offset: number): number {
    return offset === R.SR ? Number.POSITIVE_INFINITY : 0;
  }

  protected override onRead(offset: number): number {
    this.wake();
    return offset === R.CR ? (this.get(R.CR) & WDGA) | this.count : this.get(offset);
  }

  /** EWIF is cleared by writing a zero (16.6.3). EWI falls by a reset only (16.6.2). */
  protected override onWrite(offset: number, value: number, lanes: number): void {
    this.wake();
    const old = this.get(offset);
    if (offset === R.CR) this.writeControl(value, lanes);
    else if (offset === R.CFR) this.set(offset, this.store(offset, value, lanes) | (old & EWI));
    else this.set(R.SR, old & value);
    this.arm();
    this.raise();
  }

  protected override onReset(): void {
    this.isUsed = false;
    this.count = T;
    this.phase = 0;
    this.arm();
    this.raise();
  }

  protected override saveExtra(): unknown {
    const { base, count, phase, isUsed } = this;
    return { base, count, phase, isUsed };
  }

  protected override loadExtra(extra: unknown): void {
    Object.assign(this, extra);
    this.arm();
    this.raise();
  }

  private wake(): void {
    this.sync();
    if (this.isUsed) return;
    this.isUsed = true;
    this.arm();
  }

  private writeControl(value: number, lanes: number): void {
    const wasOn = this.isOn();
    const isEarly = this.count > (this.get(R.CFR) & T);
    const next = this.store(R.CR, value, lanes) | (wasOn ? WDGA : 0);
    this.set(R.CR, next);
    this.count = next & T;
    if (wasOn && isEarly) return this.options.onReset();
    if (this.isOn() && !(this.count & T6)) this.options.onReset();
  }

  private isOn(): boolean {
    return (this.get(R.CR) & WDGA) !== 0;
  }

  /** Clocks of APB1 of one step. */
  private period(): number {
    return DIVISOR << ((this.get(R.CFR) & WDGTB) >>> 7);
  }

  private cyclesPerClock(): number {
    const { clocks } = this.options;
    return clocks.cpuHz() / clocks.busHz('APB1');
  }

  /** Brings the counter up to now. */
  private sync(): void {
    const now = this.options.scheduler.now();
    if (!this.isUsed) this.base = now;
    const ratio = this.cyclesPerClock();
    const clocks = Math.floor((now - this.base) / ratio);
    this.base += clocks * ratio;
    const period = this.period();
    const steps = Math.floor((this.phase + clocks) / period);
    this.phase = (this.phase + clocks) % period;
    if (this.stepsTo(T6) <= steps) this.set(R.SR, this.get(R.SR) | EWIF);
    const resets = this.isOn() && this.stepsTo(T6 - 1) <= steps;
    this.count = (this.count - steps) & T;
    if (resets) this.options.onReset();
  }

  /** Steps until the counter becomes `value`: 1 to 128. */
  private stepsTo(value: number): number {
    return ((this.count - value - 1) & T) + 1;
  }

  /** The flag, and the reset when it is on, are events: SR is steady between them. */
  private arm(): void {
    const { scheduler } = this.options;
    const isFlagged = (this.get(R.SR) & EWIF) !== 0;
    const steps = Math.min(isFlagged ? Number.POSITIVE_INFINITY : this.stepsTo(T6), this.stepsTo(T6 - 1));
    if (!this.isUsed || (isFlagged && !this.isOn())) return scheduler.cancel('WWDG');
    const cycle = this.base + (steps * this.period() - this.phase) * this.cyclesPerClock();
    scheduler.schedule('WWDG', cycle, () => {
      this.sync();
      this.arm();
      this.raise();
    });
  }

  private raise(): void {
    this.options.interrupt.set((this.get(R.CFR) & EWI) !== 0 && (this.get(R.SR) & EWIF) !== 0);
  }
}
