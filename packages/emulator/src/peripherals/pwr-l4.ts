/**
 * Power control of the STM32L4: RM0351 Rev 9, chapter 5. Modelled: the voltage range and what clock it allows; the way
 * back to range 1 takes a moment that VOSF shows. The supply is steady: the voltage detectors may be switched on and
 * never trip. Pull-ups and pull-downs for standby are kept. Not modelled, and refused: standby and shutdown, low-power
 * run, charging the battery.
 */
import { EmulationError, type Scheduler } from '../peripheral.ts';
import type { ClockLimit } from './clock-control.ts';
import type { ClockTree } from './clock-tree.ts';
import { Countdown } from './countdown.ts';
import { field, NO_BYTES, type Register, RegisterBlock } from './register-block.ts';

const R = { CR1: 0x00, CR2: 0x04, CR3: 0x08, CR4: 0x0c, SR1: 0x10, SR2: 0x14, SCR: 0x18, PUCRA: 0x20 } as const;
/** PWR_CR1, 5.4.1. */
const LPMS = 0x7;
const LPMS_STANDBY = 3;
const DBP = 1 << 8;
const VOS = 0x600;
const LPR = 1 << 14;
/** PWR_CR4, 5.4.4. */
const VBE = 1 << 8;
/** PWR_SR2, 5.4.6. */
const REGLPS = 1 << 8;
const VOSF = 1 << 10;

/** Ports with pull registers, and the bits of their pins: 5.4.8 to 5.4.23. */
const PULLS: readonly Register[] = [...'ABCDEFGH'].flatMap((port, i) => {
  const writable = port === 'H' ? 0x3 : 0xffff;
  return ['PU', 'PD'].map((way, k) => ({
    name: `${way}CR${port}`,
    offset: R.PUCRA + 8 * i + 4 * k,
    reset: 0,
    writable,
  }));
});

/** 5.4.1 to 5.4.23. The low-power regulator is always ready (REGLPS). */
const REGISTERS: readonly Register[] = [
  { name: 'CR1', offset: R.CR1, reset: 0x200, writable: 0x4707 },
  { name: 'CR2', offset: R.CR2, reset: 0, writable: 0x6ff },
  { name: 'CR3', offset: R.CR3, reset: 0x8000, writable: 0x851f },
  { name: 'CR4', offset: R.CR4, reset: 0, writable: 0x31f },
  { name: 'SR1', offset: R.SR1, reset: 0, writable: 0 },
  { name: 'SR2', offset: R.SR2, reset: REGLPS, writable: 0 },
  { name: 'SCR', offset: R.SCR, reset: 0, writable: 0, ignored: 0x11f },
  ...PULLS,
];

/** Highest processor clock in Hz by range: 5.1.8. */
const HZ_BY_RANGE: Readonly<Record<number, number>> = { 1: 80_000_000, 2: 26_000_000 };
/** From range 2 to range 1, typical: DS10198 Rev 8, 6.3.6, regulator modes transition times. */
const RISE_SECONDS = 20e-6;

export interface PwrL4Options {
  readonly scheduler: Scheduler;
  readonly clocks: ClockTree;
  /** The range fell: clocks may be above what it allows. */
  readonly onFall: () => void;
}

export class PwrL4 extends RegisterBlock {
  private readonly rise: Countdown;
  private readonly onFall: () => void;

  constructor({ scheduler, clocks, onFall }: PwrL4Options) {
    super('PWR', REGISTERS, NO_BYTES);
    this.onFall = onFall;
    const onEnd = () => this.set(R.SR2, this.get(R.SR2) & ~VOSF);
    this.rise = new Countdown({ key: 'PWR.VOS', scheduler, clocks, hz: () => 1, onEnd });
  }

  /** The voltage range in force: 1 or 2. */
  range(): number {
    return this.rise.isRunning ? 2 : field(this.get(R.CR1), VOS);
  }

  /** Whether the backup domain may be written. */
  isBackupOpen(): boolean {
    return (this.get(R.CR1) & DBP) !== 0;
  }

  /** The processor's clock that the regulator allows. */
  clockLimit(): ClockLimit {
    const range = this.range();
    const wait = this.rise.isRunning ? ' until PWR_SR2.VOSF falls' : '';
    const hz = HZ_BY_RANGE[range];
    return {
      hz,
      because: `the voltage range (PWR_CR1.VOS) is ${range}${wait}, good for ${hz} Hz (RM0351 Rev 9, 5.1.8)`,
    };
  }

  protected override onWrite(offset: number, value: number, lanes: number): void {
    if (offset === R.CR1) return this.writeControl(value, lanes);
    if (offset === R.CR4 && value & VBE) this.refuse(offset, 'charging the battery');
    this.store(offset, value, lanes);
  }

  protected override onReset(): void {
    this.rise.stop();
  }

  protected override saveExtra(): unknown {
    return this.rise.snapshot();
  }

  protected override loadExtra(extra: unknown): void {
    this.rise.restore(extra as number | undefined);
  }

  private writeControl(value: number, lanes: number): void {
    if (value & LPR) this.refuse(R.CR1, 'low-power run');
    if ((value & LPMS) >= LPMS_STANDBY) this.refuse(R.CR1, 'standby or shutdown');
    const old = field(this.get(R.CR1), VOS);
    const next = field(this.store(R.CR1, value, lanes), VOS);
    if (next === old) return;
    if (!(next in HZ_BY_RANGE)) throw new EmulationError('EMU006', `PWR_CR1.VOS is set to the reserved value ${next}`);
    if (next === 1) {
      this.set(R.SR2, this.get(R.SR2) | VOSF);
      this.rise.start(RISE_SECONDS);
      return;
    }
    this.rise.stop();
    this.set(R.SR2, this.get(R.SR2) & ~VOSF);
    this.onFall();
  }
}
