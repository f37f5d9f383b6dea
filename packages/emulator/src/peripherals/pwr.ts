/**
 * Power control: RM0383 Rev 3, chapter 5. Modelled: the voltage scale and what clock it allows. The supply is steady: the
 * voltage detector may be switched on and never trips. Not modelled, and refused: standby, the backup regulator.
 */
import { EmulationError } from '../peripheral.ts';
import type { ClockLimit } from './clock-control.ts';
import { field, NO_BYTES, type Register, RegisterBlock } from './register-block.ts';

const R = { CR: 0x00, CSR: 0x04 } as const;
const VOS = 0xc000;
const PDDS = 1 << 1;
const DBP = 1 << 8;
const BRE = 1 << 9;

/** 5.4. VOSRDY reads 1: the regulator is always ready. */
const REGISTERS: readonly Register[] = [
  { name: 'CR', offset: R.CR, reset: 0x00008000, writable: 0x0030eff3, ignored: 0xc },
  { name: 'CSR', offset: R.CSR, reset: 0x00004000, writable: 0x00000300, ignored: 0x400f },
];

/** Highest processor clock in Hz by VOS: 5.4.1. Value 0 is reserved and selects scale 3. */
const HZ_BY_SCALE = [64_000_000, 64_000_000, 84_000_000, 100_000_000];

export interface PwrOptions {
  /** The scale may be changed only while the PLL is off, and is in force only while it is on (5.1.3). */
  readonly isPllOn: () => boolean;
}

export class Pwr extends RegisterBlock {
  private readonly options: PwrOptions;

  constructor(options: PwrOptions) {
    super('PWR', REGISTERS, NO_BYTES);
    this.options = options;
  }

  /** Whether the backup domain may be written. */
  isBackupOpen(): boolean {
    return (this.get(R.CR) & DBP) !== 0;
  }

  /** The processor's clock that the regulator allows. */
  clockLimit(): ClockLimit {
    const vos = field(this.get(R.CR), VOS);
    if (!this.options.isPllOn()) return { hz: HZ_BY_SCALE[0], because: 'without the PLL the regulator is at scale 3' };
    return {
      hz: HZ_BY_SCALE[vos],
      because: `PWR_CR.VOS is ${vos}, good for ${HZ_BY_SCALE[vos]} Hz (RM0383 Rev 3, 5.4.1)`,
    };
  }

  protected override onWrite(offset: number, value: number, lanes: number): void {
    const old = this.get(offset);
    if (offset === R.CSR && value & BRE) this.refuse(offset, 'the backup regulator');
    if (offset === R.CR && value & PDDS) this.refuse(offset, 'standby');
    const next = this.store(offset, value, lanes);
    if (offset === R.CR && (next ^ old) & VOS && this.options.isPllOn()) {
      throw new EmulationError('EMU006', 'PWR_CR.VOS is changed while the PLL is on (RM0383 Rev 3, 5.4.1)');
    }
  }
}
