/**
 * The backup registers of the RTC: RM0383 Rev 3, 17.6.20, and RM0351 Rev 9, 38.6.20. They are in the backup domain: a
 * system reset leaves them alone; a power-on clears them unless a battery holds VBAT, and so does RCC_BDCR.BDRST.
 *
 * Strict: access without the RTC's clock (RTCSEL and RTCEN in RCC_BDCR), and a write while the domain is closed (DBP in
 * PWR_CR or PWR_CR1), are lost on silicon and end the run (5.1.2; 5.1.4). The calendar, alarms, wake-up and tamper
 * detection are not modelled.
 */
import { EmulationError, type ResetKind } from '../peripheral.ts';
import { type Register, RegisterBlock, WORDS_ONLY } from './register-block.ts';

const FIRST = 0x50;

export interface BackupRegistersOptions {
  readonly count: number;
  /** PWR: whether the backup domain may be written. */
  readonly isOpen: () => boolean;
  /** RCC: whether the RTC has a clock. */
  readonly isClocked: () => boolean;
  /** VBAT is there while the rest has no power. */
  readonly hasBattery: boolean;
}

export class BackupRegisters extends RegisterBlock {
  private readonly options: BackupRegistersOptions;

  constructor(options: BackupRegistersOptions) {
    super('RTC', registers(options.count), WORDS_ONLY);
    this.options = options;
  }

  override reset(kind: ResetKind): void {
    if (kind === 'power-on' && !this.options.hasBattery) this.clear();
  }

  /** The backup domain is reset. */
  clear(): void {
    super.reset('power-on');
  }

  steadyUntil(): number {
    return Number.POSITIVE_INFINITY;
  }

  protected override onRead(offset: number): number {
    this.check(offset);
    return this.get(offset);
  }

  protected override onWrite(offset: number, value: number, lanes: number): void {
    this.check(offset);
    if (!this.options.isOpen()) {
      throw new EmulationError(
        'EMU014',
        `${this.nameOf(offset)} is written while the backup domain is closed: set PWR_CR.DBP (PWR_CR1.DBP) first`,
      );
    }
    this.store(offset, value, lanes);
  }

  private check(offset: number): void {
    if (offset < FIRST) this.refuse(offset, 'the real-time clock');
    if (this.options.isClocked()) return;
    throw new EmulationError(
      'EMU009',
      `${this.nameOf(offset)} is used while the RTC has no clock: choose one in RCC_BDCR.RTCSEL and set RTCEN first`,
    );
  }
}

/** The registers of the RTC before the first backup register are there to be refused by name. */
const OTHERS = ['TR', 'DR', 'CR', 'ISR', 'PRER', 'WUTR', 'CALIBR', 'ALRMAR', 'ALRMBR', 'WPR', 'SSR', 'SHIFTR'].concat([
  ...['TSTR', 'TSDR', 'TSSSR', 'CALR', 'TAMPCR', 'ALRMASSR', 'ALRMBSSR', 'OR'],
]);

function registers(count: number): Register[] {
  const others = OTHERS.map((name, i) => ({ name, offset: 4 * i, reset: 0, writable: 0xffffffff }));
  const backup = Array.from({ length: count }, (_, i) => ({
    name: `BKP${i}R`,
    offset: FIRST + 4 * i,
    reset: 0,
    writable: 0xffffffff,
  }));
  return [...others, ...backup];
}
