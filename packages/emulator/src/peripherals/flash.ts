/**
 * Flash interface of the STM32F411: RM0383 Rev 3, chapter 3. Modelled: wait states (checked against the clock), the key
 * sequence and lock, sector and mass erase, programming by 8, 16 and 32 bits, busy times, error flags and
 * their interrupt, erase counts; option bytes with write protection and the level of read protection. Programming only
 * turns ones into zeros. What other families have, too, is in flash-controller.ts.
 *
 * Option bytes are in force from the end of the operation that OPTSTRT starts; OPTCR shows what was written to it until
 * the next reset loads it anew (3.6.1, 3.6.2). Going back from read protection level 1 to 0 erases all of flash (3.6.3).
 *
 * Not modelled, and refused: 64-bit programming (needs an external voltage), execute-only sectors (SPRMOD). The caches and
 * the prefetch are kept bits only; so are the brown-out level and what read protection means to a debugger.
 */
import { invariant } from '@kickstage/base/invariant';
import { type AddressRange, contains } from '@kickstage/base/ranges';
import type { AccessSize, ResetKind } from '../peripheral.ts';
import { FlashController, type FlashOptions, LOCK, misuse, STRT } from './flash-controller.ts';
import {
  CR,
  FACTORY_OPTIONS,
  HZ_BY_WAIT_STATES,
  LAYOUT,
  MASS_ERASE_SECONDS,
  OPTCR_NWRP,
  OPTCR_RDP,
  OPTLOCK,
  OPTSTRT,
  R,
  SPRMOD,
  SR,
  SR_CLEARABLE,
  WDG_SW,
} from './flash-registers.ts';
import { OptionBytes, optionSeconds, type ReadProtection, readProtectionOf } from './option-bytes.ts';
import { field, hex } from './register-block.ts';

/** A row of the array: a program operation may not cross one (3.5.4). */
const ROW_SIZE = 16;

export interface FlashF4Options extends FlashOptions {
  /** FLASH_OPTCR without its lock, where it is not as from the factory. */
  readonly optionBytes?: { readonly OPTCR?: number } | undefined;
}

export class Flash extends FlashController {
  private readonly optionBytes: OptionBytes;

  constructor(options: FlashF4Options) {
    super(LAYOUT, options);
    this.optionBytes = new OptionBytes(new Map([[R.OPTCR, options.optionBytes?.OPTCR ?? FACTORY_OPTIONS]]));
    this.showOptions();
  }

  readProtection(): ReadProtection {
    return readProtectionOf(field(this.inForce(), OPTCR_RDP));
  }

  /**
   * A store of the processor into the array. What silicon reports in FLASH_SR is reported there; a store while the
   * interface is locked would only be lost, and ends the run.
   */
  program(address: number, size: AccessSize, value: number): void {
    const cr = this.get(R.CR);
    if (cr & LOCK) {
      throw misuse(`store of ${size} bytes to ${hex(address, 8)} in flash while FLASH_CR is locked: it is lost`);
    }
    if (this.busy.isRunning) throw misuse('flash is programmed while an operation is under way');
    if (!(cr & CR.PG)) return this.fail(SR.PGSERR);
    if (size !== 2 ** field(cr, CR.PSIZE)) return this.fail(SR.PGPERR);
    if (address % ROW_SIZE > ROW_SIZE - size) return this.fail(SR.PGAERR);
    const { sectors } = this.options;
    const sector = sectors.findIndex((range) => contains(range, address));
    if (this.isProtected(sector)) return this.fail(SR.WRPERR);
    this.programBytes(address, size, (bytes) => {
      for (let i = 0; i < size; i++) bytes[i] &= (value >>> (8 * i)) & 0xff;
    });
    this.begin(this.options.timing.program.typical, this.whole());
  }

  /** WDG_SW, 3.6.1. */
  hasHardwareWatchdog(): boolean {
    return (this.inForce() & WDG_SW) === 0;
  }

  protected override hzByWaitStates(): readonly number[] {
    return HZ_BY_WAIT_STATES;
  }

  protected override onWrite(offset: number, value: number, lanes: number): void {
    switch (offset) {
      case R.ACR:
        return this.writeAccess(value, lanes);
      case R.KEYR:
        return this.writeKey(value);
      case R.OPTKEYR:
        return this.writeOptionKey(value);
      case R.SR:
        return this.clearFlags(value & SR_CLEARABLE);
      case R.CR:
        return this.writeControl(value, lanes);
      default:
        return this.writeOptions(value, lanes);
    }
  }

  private writeControl(value: number, lanes: number): void {
    if (!this.isControlOpen(value, LOCK)) return;
    const next = this.store(R.CR, value, lanes);
    if (value & LOCK) this.lock();
    this.update();
    if (value & STRT) this.start(next);
  }

  protected override onReset(kind: ResetKind): void {
    this.optionBytes.abort();
    this.optionBytes.load();
    this.showOptions();
    super.onReset(kind);
  }

  protected override saveExtra(): unknown {
    return { interface: super.saveExtra(), options: this.optionBytes.snapshot() };
  }

  protected override loadExtra(extra: unknown): void {
    const saved = extra as { interface: unknown; options: unknown };
    this.optionBytes.restore(saved.options);
    super.loadExtra(saved.interface);
  }

  protected override finish(): void {
    if (this.optionBytes.finish()) this.optionBytes.load();
    this.set(R.OPTCR, this.get(R.OPTCR) & ~OPTSTRT);
    super.finish();
  }

  private inForce(): number {
    return this.optionBytes.word(R.OPTCR);
  }

  private showOptions(): void {
    this.set(R.OPTCR, this.inForce() | OPTLOCK);
  }

  private writeOptions(value: number, lanes: number): void {
    if (this.get(R.OPTCR) & OPTLOCK)
      throw misuse('FLASH_OPTCR is written while it is locked: two keys in FLASH_OPTKEYR come first');
    if (this.busy.isRunning) throw misuse('FLASH_OPTCR is written while an operation is under way');
    if (value & SPRMOD) this.refuse(R.OPTCR, 'execute-only sectors (SPRMOD)');
    const next = this.store(R.OPTCR, value, lanes);
    if (next & OPTLOCK) return this.lockOptions();
    if (value & OPTSTRT) this.startOptions(next & ~OPTSTRT);
  }

  private startOptions(word: number): void {
    const before = this.readProtection();
    if (before === 2) throw misuse('option bytes are changed at read protection level 2, which is for ever (3.6.3)');
    const { timing, sectors } = this.options;
    let seconds = optionSeconds(timing);
    if (before === 1 && readProtectionOf(field(word, OPTCR_RDP)) === 0) {
      sectors.forEach((_, i) => this.erase(i));
      seconds += MASS_ERASE_SECONDS[2];
    }
    this.optionBytes.begin(new Map([[R.OPTCR, word]]));
    this.set(R.OPTCR, (word | OPTSTRT) >>> 0);
    this.begin(seconds, this.whole());
  }

  private start(cr: number): void {
    const { sectors } = this.options;
    const psize = field(cr, CR.PSIZE);
    if (psize === 3) this.refuse(R.CR, 'parallelism of 64 bits');
    const wantsSector = (cr & CR.SER) !== 0;
    const wantsAll = (cr & CR.MER) !== 0;
    if (wantsSector === wantsAll) return this.fail(SR.PGSERR);
    if (wantsAll) {
      if (sectors.some((_, i) => this.isProtected(i))) return this.fail(SR.WRPERR);
      sectors.forEach((_, i) => this.erase(i));
      return this.begin(MASS_ERASE_SECONDS[psize], this.whole());
    }
    const index = field(cr, CR.SNB);
    if (index >= sectors.length) throw misuse(`FLASH_CR.SNB names sector ${index}, which does not exist`);
    if (this.isProtected(index)) return this.fail(SR.WRPERR);
    this.erase(index);
    return this.begin(this.eraseSeconds(sectors[index], 8 << psize), this.whole());
  }

  private eraseSeconds({ start, end }: AddressRange, parallelism: number): number {
    const { erase } = this.options.timing;
    const time = erase.find((row) => row.sectorSize === end - start && row.parallelism === parallelism);
    invariant(time, `no erase time for ${end - start} bytes, ${parallelism} bits at once`);
    return time.typical;
  }

  private isProtected(sector: number): boolean {
    return (this.inForce() & OPTCR_NWRP & (1 << (16 + sector))) === 0;
  }
}
