/**
 * Timers TIM1 to TIM5: RM0383 Rev 3, chapters 12 and 13. Modelled: the time base (prescaler, auto-reload with preload,
 * repetition counter, one-pulse mode, update events and interrupts), up-counting, and compare flags of channels 1 to 4.
 * Not modelled, and refused when switched on: down- and centre-counting, slave modes, input capture, DMA requests; output
 * pins do nothing.
 */
import type { InterruptLine, Scheduler } from '../peripheral.ts';
import type { Bus, ClockTree } from './clock-tree.ts';
import { type Register, RegisterBlock } from './register-block.ts';

const CEN = 1 << 0;
const UDIS = 1 << 1;
const URS = 1 << 2;
const OPM = 1 << 3;
const ARPE = 1 << 7;
const UIF = 1 << 0;

function registers(wide: boolean, advanced: boolean): readonly Register[] {
  const all = wide ? 0xffffffff : 0xffff;
  const list: Register[] = [
    { name: 'CR1', offset: 0x00, reset: 0, writable: 0x3ff },
    { name: 'CR2', offset: 0x04, reset: 0, writable: advanced ? 0x7ffd : 0xf8 },
    { name: 'SMCR', offset: 0x08, reset: 0, writable: 0xfff7 },
    { name: 'DIER', offset: 0x0c, reset: 0, writable: advanced ? 0x7fff : 0x5f5f },
    { name: 'SR', offset: 0x10, reset: 0, writable: 0, ignored: 0x1fff },
    { name: 'EGR', offset: 0x14, reset: 0, writable: 0, ignored: 0xff },
    { name: 'CCMR1', offset: 0x18, reset: 0, writable: 0xffff },
    { name: 'CCMR2', offset: 0x1c, reset: 0, writable: 0xffff },
    { name: 'CCER', offset: 0x20, reset: 0, writable: advanced ? 0x3fff : 0xbbbb },
    { name: 'CNT', offset: 0x24, reset: 0, writable: all },
    { name: 'PSC', offset: 0x28, reset: 0, writable: 0xffff },
    { name: 'ARR', offset: 0x2c, reset: all, writable: all },
    { name: 'CCR1', offset: 0x34, reset: 0, writable: all },
    { name: 'CCR2', offset: 0x38, reset: 0, writable: all },
    { name: 'CCR3', offset: 0x3c, reset: 0, writable: all },
    { name: 'CCR4', offset: 0x40, reset: 0, writable: all },
    { name: 'DCR', offset: 0x48, reset: 0, writable: 0x1f1f },
    { name: 'DMAR', offset: 0x4c, reset: 0, writable: 0xffff },
  ];
  if (advanced) {
    list.push(
      { name: 'RCR', offset: 0x30, reset: 0, writable: 0xff },
      { name: 'BDTR', offset: 0x44, reset: 0, writable: 0xffff },
    );
  } else {
    list.push({ name: 'OR', offset: 0x50, reset: 0, writable: 0x0cc0 });
  }
  return list;
}

export interface TimerOptions {
  readonly name: string;
  readonly bus: Bus;
  /** TIM2 and TIM5 count 32 bits. */
  readonly wide: boolean;
  /** TIM1 has a repetition counter and break. */
  readonly advanced: boolean;
  readonly clocks: ClockTree;
  readonly scheduler: Scheduler;
  readonly update: InterruptLine;
  /** Where TIM1's compare interrupt goes; the others have one line for all. */
  readonly compare?: InterruptLine;
}

export class Timer extends RegisterBlock {
  private readonly options: TimerOptions;
  /** Processor cycle at which `count` was right, and the prescaler's position within a count, in timer clocks. */
  private base = 0;
  private count = 0;
  private fraction = 0;
  /** The values in force; PSC and ARR take effect at an update event. */
  private prescaler = 0;
  private reload: number;
  private repetitions = 0;
  /** Until this cycle no flag can change: reads of the flags need no look at the counter. */
  private quietUntil = 0;

  constructor(options: TimerOptions) {
    super(options.name, registers(options.wide, options.advanced));
    this.options = options;
    this.reload = options.wide ? 0xffffffff : 0xffff;
    options.clocks.onChange((phase) => {
      this.quietUntil = 0;
      if (phase === 'before') this.sync();
      else this.rearm();
    });
  }

  protected override onRead(name: string): number {
    if (name === 'SR' && this.options.scheduler.now() < this.quietUntil) return this.get('SR');
    this.sync();
    if (name === 'SR') this.quietUntil = this.nextChange();
    if (name === 'CNT') return this.count;
    return this.get(name);
  }

  protected override onWrite(name: string, value: number, old: number): void {
    this.sync();
    this.quietUntil = 0;
    switch (name) {
      case 'CR1':
        if (value & 0x70) this.refuse('CR1', 'counting down or centre-aligned');
        this.store(name, value);
        break;
      case 'SMCR':
        if (value & 7) this.refuse('SMCR', 'slave mode');
        this.store(name, value);
        break;
      case 'DIER':
        if (value & 0x7f00) this.refuse('DIER', 'DMA requests');
        this.store(name, value);
        break;
      case 'SR':
        this.set('SR', old & value);
        break;
      case 'EGR':
        this.generate(value);
        break;
      case 'CNT':
        this.count = value;
        this.fraction = 0;
        break;
      case 'ARR':
        this.store(name, value);
        if (!(this.get('CR1') & ARPE)) this.reload = value;
        break;
      case 'CCMR1':
      case 'CCMR2':
        if (value & 0x0303) this.refuse(name, 'input capture');
        this.store(name, value);
        break;
      default:
        this.store(name, value);
    }
    this.rearm();
    this.raise();
  }

  protected override onReset(): void {
    this.quietUntil = 0;
    this.count = 0;
    this.fraction = 0;
    this.prescaler = 0;
    this.reload = this.options.wide ? 0xffffffff : 0xffff;
    this.repetitions = 0;
    this.options.scheduler.cancel(this.name);
    this.raise();
  }

  protected override saveExtra(): unknown {
    this.sync();
    const { base, count, fraction, prescaler, reload, repetitions } = this;
    return { base, count, fraction, prescaler, reload, repetitions };
  }

  protected override loadExtra(extra: unknown): void {
    Object.assign(this, extra);
    this.quietUntil = 0;
    this.rearm();
  }

  /** UG loads the shadow registers and clears the counter; with URS set it raises no flag. */
  private generate(bits: number): void {
    if (bits & 1) {
      this.count = 0;
      this.fraction = 0;
      this.takePreloads();
      if (!(this.get('CR1') & (URS | UDIS))) this.set('SR', this.get('SR') | UIF);
    }
    this.set('SR', this.get('SR') | (bits & 0x1e));
  }

  private takePreloads(): void {
    this.prescaler = this.get('PSC');
    this.reload = this.get('ARR');
    this.repetitions = this.options.advanced ? this.get('RCR') : 0;
  }

  /** Timer clocks since `base`; moves `base` on by whole ones. */
  private elapsed(): number {
    const { clocks, scheduler, bus } = this.options;
    const ratio = clocks.timerHz(bus) / clocks.cpuHz();
    const ticks = Math.floor((scheduler.now() - this.base) * ratio);
    this.base += ticks / ratio;
    return ticks;
  }

  /** Brings the counter up to now. */
  private sync(): void {
    if (!(this.get('CR1') & CEN)) {
      this.base = this.options.scheduler.now();
      return;
    }
    let ticks = this.elapsed() + this.fraction;
    this.fraction = 0;
    while (ticks > 0 && this.get('CR1') & CEN) {
      const divisor = this.prescaler + 1;
      const steps = Math.floor(ticks / divisor);
      if (steps === 0) {
        this.fraction = ticks;
        break;
      }
      const left = this.count <= this.reload ? this.reload - this.count + 1 : this.limit() - this.count + 1;
      const taken = Math.min(steps, left);
      this.compare(this.count, taken);
      ticks -= taken * divisor;
      this.count += taken;
      if (taken === left) this.overflow();
      if (ticks === 0) break;
    }
    this.raise();
  }

  private limit(): number {
    return this.options.wide ? 0xffffffff : 0xffff;
  }

  private overflow(): void {
    this.count = 0;
    const cr1 = this.get('CR1');
    if (this.repetitions > 0) {
      this.repetitions--;
      return;
    }
    if (cr1 & UDIS) return;
    this.takePreloads();
    this.set('SR', this.get('SR') | UIF);
    if (cr1 & OPM) this.set('CR1', cr1 & ~CEN);
  }

  /** Flags of the channels whose value the counter reaches in `steps` counts after `from`. */
  private compare(from: number, steps: number): void {
    for (let channel = 1; channel <= 4; channel++) {
      const value = this.get(`CCR${channel}`);
      if (value > from && value <= from + steps) this.set('SR', this.get('SR') | (1 << channel));
    }
  }

  /** First cycle at which a flag of these channels (and the update flag) can rise; infinity while the counter stands. */
  private nextChange(channels = 0x1e): number {
    const { clocks, bus } = this.options;
    if (!(this.get('CR1') & CEN)) return Number.POSITIVE_INFINITY;
    let steps = this.reload >= this.count ? this.reload - this.count + 1 : this.limit() - this.count + 1;
    for (let channel = 1; channel <= 4; channel++) {
      const value = this.get(`CCR${channel}`);
      if (channels & (1 << channel) && value > this.count) steps = Math.min(steps, value - this.count);
    }
    const ticks = steps * (this.prescaler + 1) - this.fraction;
    return Math.ceil(this.base) + Math.max(1, Math.ceil((ticks * clocks.cpuHz()) / clocks.timerHz(bus)));
  }

  /** Schedules the next moment at which an enabled flag can rise. */
  private rearm(): void {
    const { scheduler, name } = this.options;
    const enabled = this.get('DIER') & 0x1f;
    if (!(this.get('CR1') & CEN) || enabled === 0) return scheduler.cancel(name);
    scheduler.schedule(name, this.nextChange(enabled), () => {
      this.sync();
      this.rearm();
    });
  }

  private raise(): void {
    const active = this.get('SR') & this.get('DIER');
    const { update, compare } = this.options;
    if (compare) {
      update.set((active & UIF) !== 0);
      compare.set((active & 0x1e) !== 0);
    } else update.set((active & 0x1f) !== 0);
  }
}
