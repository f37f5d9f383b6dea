/**
 * General-purpose I/O: RM0383 Rev 3, chapter 8, and RM0351 Rev 9, chapter 8. Modelled: modes, push-pull and open drain, pull-ups and pull-downs, bit
 * set and reset, inputs driven from outside, the configuration lock (8.3.6).
 *
 * A pin is a net: its own output, if it has one; else what drives it from outside; else its pull; else it floats and reads
 * 0. Output events tell the level of pins in output mode, the first when a pin becomes one. Alternate functions are kept
 * and can be asked for; what a peripheral drives on its pin is not shown here. Slew rates mean nothing.
 */
import { EmulationError, type ResetKind } from '../peripheral.ts';
import { GPIO_F4, type GpioFamily, gpioRegisters, R } from './gpio-registers.ts';
import { RegisterBlock } from './register-block.ts';

const PIN_COUNT = 16;
const OUTPUT = 1;
const ALTERNATE = 2;
const ANALOG = 3;
const PULL_UP = 1;
const LCKK = 1 << 16;
const ALL = 0xffffffff;

/** Bits per pin of the registers that the lock freezes. */
const LOCKED_FIELD: Readonly<Record<number, number>> = {
  [R.MODER]: 2,
  [R.OTYPER]: 1,
  [R.OSPEEDR]: 2,
  [R.PUPDR]: 2,
  [R.AFRL]: 4,
  [R.AFRH]: 4,
};

export type Level = 0 | 1;

export interface GpioOptions {
  /** `A`, `B`, … */
  readonly port: string;
  /** The STM32F4's when it is not given. */
  readonly family?: GpioFamily;
  /** The level of a pin in output mode changed: `PC13`. */
  readonly onOutput: (pin: string, level: Level) => void;
  /** The level at a pin changed: EXTI watches it. */
  readonly onLevel?: (port: string, pin: number, level: Level) => void;
}

export class Gpio extends RegisterBlock {
  private readonly options: GpioOptions;
  /** What drives each pin from outside; undefined: nothing does. */
  private readonly driven: (Level | undefined)[] = new Array(PIN_COUNT).fill(undefined);
  /** Levels at the pins, and those of pins in output mode as they were last reported. */
  private levels = 0;
  private outputs = 0;
  private reported = 0;
  /** Steps done of the lock's write sequence, and whether it is locked. */
  private lockStep = 0;
  private isLocked = false;

  constructor(options: GpioOptions) {
    super(`GPIO${options.port}`, gpioRegisters(options.port, options.family ?? GPIO_F4));
    this.options = options;
  }

  /** Drives a pin (0..15) from outside, or lets it go. */
  drive(pin: number, level: Level | undefined): void {
    this.driven[pin] = level;
    this.update();
  }

  /** The level at a pin (0..15). */
  levelAt(pin: number): Level {
    return ((this.levels >>> pin) & 1) as Level;
  }

  /** The alternate function (0..15) that a pin is connected to; undefined in the other modes. */
  alternateOf(pin: number): number | undefined {
    if (this.modeOf(pin) !== ALTERNATE) return undefined;
    return (this.get(pin < 8 ? R.AFRL : R.AFRH) >>> (4 * (pin & 7))) & 15;
  }

  steadyUntil(offset: number): number {
    return offset === R.IDR ? Number.POSITIVE_INFINITY : 0;
  }

  protected override onRead(offset: number): number {
    if (offset === R.IDR) return this.levels;
    if (offset === R.LCKR) return this.readLock();
    return this.get(offset);
  }

  protected override onWrite(offset: number, value: number, lanes: number): void {
    if (offset === R.LCKR) return this.writeLock(value, lanes);
    if (offset === R.BSRR) this.set(R.ODR, (this.get(R.ODR) & ~(value >>> 16)) | (value & 0xffff));
    else if (offset === R.BRR) this.set(R.ODR, this.get(R.ODR) & ~value);
    else {
      const old = this.get(offset);
      this.store(offset, value, lanes);
      if (this.isLocked) this.checkLocked(offset, old);
    }
    this.update();
  }

  protected override onReset(_kind: ResetKind): void {
    this.lockStep = 0;
    this.isLocked = false;
    this.update();
  }

  protected override saveExtra(): unknown {
    const { driven, levels, outputs, reported, lockStep, isLocked } = this;
    return { driven: driven.map((level) => level ?? null), levels, outputs, reported, lockStep, isLocked };
  }

  protected override loadExtra(extra: unknown): void {
    const { driven, ...rest } = extra as { driven: (Level | null)[] };
    driven.forEach((level, pin) => {
      this.driven[pin] = level ?? undefined;
    });
    Object.assign(this, rest);
  }

  private modeOf(pin: number): number {
    return (this.get(R.MODER) >>> (2 * pin)) & 3;
  }

  /** LCKK in three writes with the same pins, 1, 0, 1, and a read that confirms (8.4.8). */
  private writeLock(value: number, lanes: number): void {
    if (lanes !== ALL) throw new EmulationError('EMU003', `${this.nameOf(R.LCKR)} takes words only (8.4.8)`);
    if (this.isLocked) throw new EmulationError('EMU007', `${this.nameOf(R.LCKR)} is locked until the next reset`);
    const isKey = (value & LCKK) !== 0;
    const samePins = (value & 0xffff) === this.get(R.LCKR);
    if (this.lockStep === 1 && !isKey && samePins) this.lockStep = 2;
    else if (this.lockStep === 2 && isKey && samePins) this.lockStep = 3;
    else this.lockStep = isKey ? 1 : 0;
    this.store(R.LCKR, value, lanes);
  }

  private readLock(): number {
    if (this.lockStep === 3) this.isLocked = true;
    this.lockStep = 0;
    return this.get(R.LCKR) | (this.isLocked ? LCKK : 0);
  }

  private checkLocked(offset: number, old: number): void {
    const width = LOCKED_FIELD[offset];
    if (width === undefined) return;
    const first = offset === R.AFRH ? 8 : 0;
    const changed = this.get(offset) ^ old;
    for (let pin = first; pin < PIN_COUNT && (pin - first) * width < 32; pin++) {
      const bits = ((2 ** width - 1) << ((pin - first) * width)) >>> 0;
      if (!(changed & bits) || !(this.get(R.LCKR) & (1 << pin))) continue;
      throw new EmulationError('EMU007', `${this.nameOf(offset)}: pin ${pin} is locked until the next reset (8.3.6)`);
    }
  }

  /** Analog pins read 0 (8.3.12). */
  private levelOf(pin: number): number {
    const mode = this.modeOf(pin);
    if (mode === ANALOG) return 0;
    const out = (this.get(R.ODR) >>> pin) & 1;
    const isOpenDrain = (this.get(R.OTYPER) >>> pin) & 1;
    if (mode === OUTPUT && !(isOpenDrain && out)) return out;
    return this.driven[pin] ?? (((this.get(R.PUPDR) >>> (2 * pin)) & 3) === PULL_UP ? 1 : 0);
  }

  private update(): void {
    let levels = 0;
    let outputs = 0;
    for (let pin = 0; pin < PIN_COUNT; pin++) {
      levels |= this.levelOf(pin) << pin;
      if (this.modeOf(pin) === OUTPUT) outputs |= 1 << pin;
    }
    const news = outputs & (~this.outputs | (levels ^ this.reported));
    const changed = levels ^ this.levels;
    this.levels = levels;
    this.outputs = outputs;
    this.reported = levels;
    const { port, onOutput, onLevel } = this.options;
    for (let pin = 0; pin < PIN_COUNT; pin++) {
      const level = ((levels >>> pin) & 1) as Level;
      if (news & (1 << pin)) onOutput(`P${port}${pin}`, level);
      if (changed & (1 << pin)) onLevel?.(port, pin, level);
    }
  }
}
