/**
 * Timers: RM0383 Rev 3, chapters 12 to 14; RM0351 Rev 9, chapters 30 to 33. Modelled: up-counting with prescaler,
 * auto-reload with and without preload, repetition counter (TIM1, TIM8, TIM15 to TIM17), one-pulse mode, update events
 * and their interrupt, and the compare flags and interrupts of the channels, with and without preload.
 *
 * Nothing ticks: the counter is worked out when someone looks, and an event is scheduled only for an interrupt.
 * `nextChange` is the first cycle at which a flag can rise, so that polling SR costs a comparison.
 *
 * Not modelled, and refused when switched on: counting down and centre-aligned, slave modes and external clocks, input
 * capture, channel outputs, DMA, the break, trigger and commutation interrupts of timers with a break.
 */
import type { InterruptLine, Scheduler } from '../peripheral.ts';
import type { Bus, ClockTree } from './clock-tree.ts';
import { type AccessRule, RegisterBlock } from './register-block.ts';
import { R, type TimerKind, timerRegisters } from './timer-registers.ts';

const CEN = 1 << 0;
const UDIS = 1 << 1;
const URS = 1 << 2;
const OPM = 1 << 3;
const ARPE = 1 << 7;
/** Bits of SR, DIER and EGR: they stand at the same places. */
const UPDATE = 1 << 0;
const COMPARE = 0x1e;
/** Writes in halfwords or words, reads of any width (12.4, 13.4). */
const WIDTHS: AccessRule = { read: 1, write: 2 };

export interface TimerOptions extends TimerKind {
  readonly name: string;
  readonly bus: Bus;
  readonly clocks: ClockTree;
  readonly scheduler: Scheduler;
  /** The update interrupt; without `compare` the one for all. */
  readonly update: InterruptLine;
  /** TIM1's compare interrupt. */
  readonly compare?: InterruptLine;
}

export class Timer extends RegisterBlock {
  private readonly options: TimerOptions;
  private readonly limit: number;
  /** Processor cycle for which `count` and `phase` hold. */
  private base = 0;
  private count = 0;
  /** Timer clocks since the last count: 0..prescaler. */
  private phase = 0;
  /** Processor cycles of a timer clock: a power of two. */
  private ratio = 1;
  /** Values in force: PSC, RCR, and where preloaded ARR and CCR1..4, come in at an update event. */
  private prescaler = 0;
  private reload: number;
  private repetitions = 0;
  private readonly targets = [0, 0, 0, 0];
  private readonly channels: readonly number[];
  private readonly repeats: boolean;
  private nextChange = Number.POSITIVE_INFINITY;

  constructor(options: TimerOptions) {
    super(options.name, timerRegisters(options), WIDTHS);
    this.options = options;
    this.channels = [0, 1, 2, 3].slice(0, options.channels ?? 4);
    this.repeats = options.advanced || options.repetition === true;
    this.limit = options.wide ? 0xffffffff : 0xffff;
    this.reload = this.limit;
    options.clocks.onChange((phase) => {
      if (phase === 'before') this.sync();
      else this.rearm();
    });
  }

  steadyUntil(offset: number): number {
    return offset === R.SR ? this.nextChange : 0;
  }

  protected override onRead(offset: number): number {
    if (offset === R.SR && this.options.scheduler.now() < this.nextChange) return this.get(R.SR);
    this.sync();
    return offset === R.CNT ? this.count : this.get(offset);
  }

  protected override onWrite(offset: number, value: number, lanes: number): void {
    this.sync();
    this.refuseUnmodelled(offset, value);
    if (offset === R.SR) this.set(R.SR, this.get(R.SR) & (value | ~lanes));
    else if (offset === R.EGR) this.generate(value);
    else this.configure(offset, value, lanes);
    this.rearm();
    this.raise();
  }

  protected override onReset(): void {
    this.count = this.phase = this.prescaler = this.repetitions = 0;
    this.reload = this.limit;
    this.targets.fill(0);
    this.rearm();
    this.raise();
  }

  protected override saveExtra(): unknown {
    const { base, count, phase, ratio, prescaler, reload, repetitions } = this;
    return { fields: { base, count, phase, ratio, prescaler, reload, repetitions }, targets: [...this.targets] };
  }

  protected override loadExtra(extra: unknown): void {
    const { fields, targets } = extra as { fields: object; targets: number[] };
    Object.assign(this, fields);
    targets.forEach((target, channel) => {
      this.targets[channel] = target;
    });
    this.rearm();
    this.raise();
  }

  private configure(offset: number, value: number, lanes: number): void {
    const wasOn = this.isOn();
    const next = this.store(offset, value, lanes);
    const { scheduler } = this.options;
    if (offset === R.CNT) this.count = next;
    else if (offset === R.ARR && !(this.get(R.CR1) & ARPE)) this.reload = next;
    // The counter starts one timer clock after CEN (12.3.1).
    else if (offset === R.CR1 && this.isOn() && !wasOn) this.base = scheduler.now() + this.cyclesPerClock();
    else if (offset >= R.CCR1 && offset <= R.CCR4) this.setTarget((offset - R.CCR1) / 4, next);
  }

  private setTarget(channel: number, value: number): void {
    if (!this.isPreloaded(channel)) this.targets[channel] = value;
  }

  /** OCxPE: bits 3 and 11 of the two CCMR. */
  private isPreloaded(channel: number): boolean {
    const mode = this.get(channel < 2 ? R.CCMR1 : R.CCMR2);
    return ((mode >>> ((channel & 1) * 8)) & (1 << 3)) !== 0;
  }

  private refuseUnmodelled(offset: number, value: number): void {
    if (offset === R.CR1 && value & 0x70) this.refuse(offset, 'counting down or centre-aligned');
    if (offset === R.SMCR && value & 0x4007) this.refuse(offset, 'slave mode or an external clock');
    if (offset === R.DIER && value & 0x7f00) this.refuse(offset, 'DMA');
    if (offset === R.DIER && this.repeats && value & 0xe0)
      this.refuse(offset, 'a break, trigger or commutation interrupt');
    if ((offset === R.CCMR1 || offset === R.CCMR2) && value & 0x0303) this.refuse(offset, 'input capture');
    if (offset === R.CCER && value & 0x5555) this.refuse(offset, 'the output of a channel');
    if (offset === R.BDTR && value & 0x1000) this.refuse(offset, 'the break input');
    if (offset === R.DMAR) this.refuse(offset, 'DMA');
  }

  /** UG clears counter and prescaler; unless UDIS forbids the update event, it also brings preloads into force (12.3.2). */
  private generate(bits: number): void {
    if (bits & UPDATE) {
      this.count = this.phase = 0;
      if (!(this.get(R.CR1) & UDIS)) {
        this.takePreloads();
        if (!(this.get(R.CR1) & URS)) this.flag(UPDATE);
      }
    }
    this.flag(bits & ~UPDATE & 0xff);
  }

  private takePreloads(): void {
    this.prescaler = this.get(R.PSC);
    this.reload = this.get(R.ARR);
    this.repetitions = this.repeats ? this.get(R.RCR) : 0;
    for (const channel of this.channels) this.targets[channel] = this.get(R.CCR1 + 4 * channel);
  }

  private flag(bits: number): void {
    this.set(R.SR, this.get(R.SR) | bits);
  }

  private isOn(): boolean {
    return (this.get(R.CR1) & CEN) !== 0;
  }

  /** A counter whose reload value in force is 0 stands still (12.4.12). */
  private isCounting(): boolean {
    return this.isOn() && this.reload !== 0;
  }

  private cyclesPerClock(): number {
    const { clocks, bus } = this.options;
    return clocks.cpuHz() / clocks.timerHz(bus);
  }

  /** Brings the counter up to now. */
  private sync(): void {
    const now = this.options.scheduler.now();
    if (!this.isCounting()) {
      if (now > this.base) this.base = now;
      return;
    }
    if (now < this.base) return;
    const clocks = Math.floor((now - this.base) / this.ratio);
    this.base += clocks * this.ratio;
    this.advance(clocks);
    if (now >= this.nextChange) {
      this.rearm();
      this.raise();
    }
  }

  private advance(clocks: number): void {
    let left = clocks + this.phase;
    this.phase = 0;
    while (left > 0) {
      const divisor = this.prescaler + 1;
      const counts = Math.floor(left / divisor);
      const toOverflow = (this.count <= this.reload ? this.reload : this.limit) - this.count + 1;
      if (counts < toOverflow) {
        this.pass(this.count, this.count + counts);
        this.count += counts;
        this.phase = left - counts * divisor;
        return;
      }
      this.pass(this.count, this.count + toOverflow - 1);
      left -= toOverflow * divisor;
      this.overflow();
      if (!this.isCounting()) return;
      left = this.skipPeriods(left);
    }
  }

  /** Leaves out whole rounds of a counter that only repeats itself: all they can do is to raise flags again. */
  private skipPeriods(left: number): number {
    if (this.get(R.CR1) & OPM || this.get(R.ARR) !== this.reload || this.get(R.PSC) !== this.prescaler) return left;
    const rounds = this.repeats ? this.get(R.RCR) + 1 : 1;
    const period = (this.reload + 1) * (this.prescaler + 1) * rounds;
    // One round at least is counted out, so that repetitions and preloads have settled.
    const skipped = Math.max(0, Math.floor(left / period) - 1);
    return left - skipped * period;
  }

  /** The counter went past `reload`, or past its last value when the reload value lay below it. */
  private overflow(): void {
    const matched = this.count <= this.reload;
    this.count = 0;
    for (const channel of this.channels) {
      // A target above the reload value counts as reached at the overflow (12.4.5, CC1IF).
      if (this.targets[channel] === 0 || this.targets[channel] > this.reload) this.flag(2 << channel);
    }
    if (!matched) return;
    if (this.repetitions > 0) {
      this.repetitions--;
      return;
    }
    const cr1 = this.get(R.CR1);
    if (cr1 & UDIS) return;
    this.takePreloads();
    this.flag(UPDATE);
    if (cr1 & OPM) this.set(R.CR1, cr1 & ~CEN);
  }

  /** Flags of the channels whose target lies in `from` (exclusive) to `to`. */
  private pass(from: number, to: number): void {
    for (const channel of this.channels) {
      const target = this.targets[channel];
      if (target > from && target <= to) this.flag(2 << channel);
    }
  }

  /** Works out when the next flag can rise, and schedules that moment if an interrupt hangs on it. */
  private rearm(): void {
    const { scheduler, name } = this.options;
    this.ratio = this.cyclesPerClock();
    this.nextChange = Number.POSITIVE_INFINITY;
    if (this.isCounting()) {
      const clocks = this.countsToChange() * (this.prescaler + 1) - this.phase;
      this.nextChange = this.base + clocks * this.ratio;
    }
    const enabled = this.get(R.DIER) & (UPDATE | COMPARE);
    if (this.nextChange === Number.POSITIVE_INFINITY || enabled === 0) scheduler.cancel(name);
    else scheduler.schedule(name, this.nextChange, () => this.sync());
  }

  private countsToChange(): number {
    const { count, reload, targets } = this;
    let counts = (count <= reload ? reload : this.limit) - count + 1;
    for (const channel of this.channels) {
      const away = targets[channel] - count;
      if (away > 0 && away < counts && !(this.get(R.SR) & (2 << channel))) counts = away;
    }
    return counts;
  }

  private raise(): void {
    const active = this.get(R.SR) & this.get(R.DIER);
    const { update, compare } = this.options;
    if (!compare) return update.set((active & 0x5f) !== 0);
    update.set((active & UPDATE) !== 0);
    compare.set((active & COMPARE) !== 0);
  }
}
