/**
 * Flash interface of the STM32L476: RM0351 Rev 9, chapter 3. Two banks of pages, programmed by double words that carry
 * an error-correcting code. Modelled: wait states (checked against the clock and the voltage range), the key sequence
 * and lock, page and mass erase, programming, busy times, error flags and their interrupt, erase counts, reads
 * of double words whose code does not fit; option bytes with write protection and the level of read protection. What
 * other families have, too, is in flash-controller.ts. While one bank is busy, code in the other goes on (3.3.8).
 *
 * A double word is programmed by two stores of a word, the lower address first. It must be erased, or be overwritten with
 * zeros. One whose programming or erase was cut off is *torn*: a read or fetch of it raises the NMI and is kept in
 * FLASH_ECCR (3.3.2), an erase or zeros heal it. A test may mark one (`markTorn`).
 *
 * Option bytes that OPTSTRT has programmed come into force when they are loaded, by OBL_LAUNCH, which resets the chip, or
 * by a power-on; the registers show what was written until the operation ends or a reset comes, then what is in force
 * (3.4.2). Going back from read protection level 1 to 0 erases all of flash (3.5.1); backup registers and SRAM2 stay here.
 *
 * Not modelled, and refused: fast programming, powering flash down while the processor runs, option bytes that change
 * more than protection, watchdog and brown-out level. The caches and the prefetch are kept bits only; so are the
 * brown-out level and what read protection means to a debugger; a single wrong bit (ECCC) never comes.
 */
import { invariant } from '@kickstage/base/invariant';
import type { AddressRange } from '@kickstage/base/ranges';
import { Noise } from '../nonvolatile/noise.ts';
import type { Change, TornBytes } from '../nonvolatile/tear.ts';
import type { AccessSize, InterruptLine, ResetKind } from '../peripheral.ts';
import { FlashController, type FlashOptions, LOCK, misuse, STRT } from './flash-controller.ts';
import {
  CR,
  EARLIER_ERRORS,
  ECCR,
  FIXED_OPTIONS,
  HZ_BY_WAIT_STATES,
  LAYOUT,
  MASS_ERASE_SECONDS,
  OPTIONS,
  OPTR,
  type OptionRegister,
  R,
  RUN_PD,
  SR,
  SR_CLEARABLE,
} from './flash-l4-registers.ts';
import { OptionBytes, optionSeconds, type ReadProtection, readProtectionOf } from './option-bytes.ts';
import { field } from './register-block.ts';

const UNIT = 8;
const OPTION_REGISTERS = Object.keys(OPTIONS) as OptionRegister[];
/** The parts of FLASH_CR of which one alone may be set when something starts. */
const KINDS = CR.PG | CR.PER | CR.MER1 | CR.MER2;

export interface FlashL4Options extends FlashOptions {
  /** Erase sectors in order, without gaps, with their banks: 1 and 2. */
  readonly sectors: readonly (AddressRange & { readonly bank: number })[];
  /** The NMI, as a line that stays up until FLASH_ECCR.ECCD is cleared. */
  readonly nmi: InterruptLine;
  /** The regulator's voltage range in force: 1 or 2. */
  readonly voltageRange?: () => number;
  /** Option registers that are not as from the factory. */
  readonly optionBytes?: Partial<Record<OptionRegister, number>> | undefined;
  /** OBL_LAUNCH: the chip is to be reset. */
  readonly onLoadOptions?: () => void;
}

export class FlashL4 extends FlashController {
  private readonly flash: FlashL4Options;
  private readonly pageCount: number;
  private readonly optionBytes: OptionBytes;
  /** Indexes of double words, from the start of the array. */
  private readonly torn = new Set<number>();
  /** Whether the code of an unstable double word fits. */
  private readonly codes: Noise;
  /** The lower word of a double word that is being programmed. */
  private lower: { readonly address: number; readonly value: number } | undefined;

  constructor(options: FlashL4Options) {
    super(LAYOUT, options);
    this.flash = options;
    this.codes = new Noise(options.seed ?? 1);
    this.pageCount = options.sectors.filter(({ bank }) => bank === 1).length;
    const words = { ...OPTIONS, ...options.optionBytes };
    this.optionBytes = new OptionBytes(new Map(OPTION_REGISTERS.map((name) => [R[name], words[name]])));
    this.showOptions();
  }

  readProtection(): ReadProtection {
    return readProtectionOf(this.optionBytes.word(R.OPTR) & OPTR.RDP);
  }

  /** For tests: the programming, or the erase, of a double word was cut off. Index from the start of the array. */
  markTorn(doubleWordIndex: number): void {
    invariant(doubleWordIndex * UNIT < this.flash.memory.length, `no double word ${doubleWordIndex}`);
    this.torn.add(doubleWordIndex);
    this.tellTorn();
    // Code that was decoded from it is to be fetched again.
    const start = this.whole().start + doubleWordIndex * UNIT;
    this.flash.onChange({ start, end: start + UNIT });
  }

  /**
   * A read or a fetch by the processor, at an offset in the array; gives whether it met something torn. Of several errors
   * the first is kept until ECCD is cleared (3.3.2).
   */
  override noteRead(offset: number, size: number): boolean {
    let isTorn = false;
    const last = Math.floor((offset + size - 1) / UNIT);
    for (let index = Math.floor(offset / UNIT); index <= last; index++) {
      if (!this.torn.has(index)) continue;
      isTorn = true;
      // Bits that read differently each time may just fit the code.
      const isUnstable = this.unstable.settle(index * UNIT, UNIT);
      if (!isUnstable || this.codes.next() < 0.5) this.detect(index);
    }
    return isTorn;
  }

  /** A double word that is neither as it was nor as it was to be does not fit its code. */
  protected override leave(change: Change, torn: TornBytes): void {
    for (let i = 0; i < torn.bytes.length; i += UNIT) {
      const unit = (bytes: Uint8Array) => bytes.subarray(i, i + UNIT).join();
      const now = unit(torn.bytes);
      const isWhole = now === unit(change.before) || now === unit(change.after);
      const isUnstable = torn.unstable.subarray(i, i + UNIT).some((mask) => mask !== 0);
      if (isUnstable || !isWhole) this.torn.add((change.start + i) / UNIT);
    }
    super.leave(change, torn);
  }

  protected override isTorn(): boolean {
    return this.torn.size > 0;
  }

  /** A store of the processor into the array. What silicon reports in FLASH_SR is reported there. */
  program(address: number, size: AccessSize, value: number): void {
    if (this.busy.isRunning) throw misuse('flash is programmed while an operation is under way');
    const { lower } = this;
    this.lower = undefined;
    const kinds = this.get(R.CR) & KINDS;
    if (kinds !== CR.PG || this.get(R.SR) & EARLIER_ERRORS) return this.fail(SR.PGSERR);
    if (size !== 4) return this.fail(SR.SIZERR);
    if (lower === undefined) {
      if (address % UNIT !== 0) return this.fail(SR.PGAERR);
      this.lower = { address, value };
      return;
    }
    if (address !== lower.address + 4) return this.fail(SR.PGAERR);
    this.programUnit(lower.address, lower.value, value);
  }

  /** IWDG_SW, 3.4.1. */
  hasHardwareWatchdog(): boolean {
    return (this.optionBytes.word(R.OPTR) & OPTR.IWDG_SW) === 0;
  }

  protected override hzByWaitStates(): readonly number[] {
    return HZ_BY_WAIT_STATES[this.flash.voltageRange?.() ?? 1];
  }

  protected override onWrite(offset: number, value: number, lanes: number): void {
    switch (offset) {
      case R.ACR:
        if (value & RUN_PD) this.refuse(offset, 'powering flash down while the processor runs');
        return this.writeAccess(value, lanes);
      case R.PDKEYR:
        return this.refuse(offset, 'powering flash down while the processor runs');
      case R.KEYR:
        return this.writeKey(value);
      case R.OPTKEYR:
        if (this.get(R.CR) & LOCK) throw misuse('FLASH_OPTKEYR is written while FLASH_CR is locked');
        return this.writeOptionKey(value);
      case R.SR:
        return this.clearFlags(value & SR_CLEARABLE);
      case R.CR:
        return this.writeControl(value, lanes);
      case R.ECCR:
        return this.writeEcc(value, lanes);
      default:
        return this.writeOptions(offset, value);
    }
  }

  protected override onReset(kind: ResetKind): void {
    this.lower = undefined;
    this.optionBytes.abort();
    if (kind === 'power-on') this.optionBytes.load();
    this.showOptions();
    super.onReset(kind);
    this.flash.nmi.set(false);
  }

  protected override saveExtra(): unknown {
    const options = this.optionBytes.snapshot();
    const codes = this.codes.state;
    return { interface: super.saveExtra(), torn: [...this.torn], codes, lower: this.lower, options };
  }

  protected override loadExtra(extra: unknown): void {
    const saved = extra as {
      interface: unknown;
      torn: number[];
      codes: number;
      lower: { address: number; value: number } | undefined;
      options: unknown;
    };
    this.optionBytes.restore(saved.options);
    this.lower = saved.lower;
    this.torn.clear();
    for (const index of saved.torn) this.torn.add(index);
    this.codes.state = saved.codes;
    super.loadExtra(saved.interface);
    this.flash.nmi.set((this.get(R.ECCR) & ECCR.ECCD) !== 0);
  }

  /** STRT and OPTSTRT stay until the operation ends (3.7.6). */
  protected override finish(): void {
    this.set(R.CR, this.get(R.CR) & ~(STRT | CR.OPTSTRT));
    if (this.optionBytes.finish()) this.showOptions();
    super.finish();
  }

  private writeControl(value: number, lanes: number): void {
    if (!this.isControlOpen(value, LOCK + CR.OPTLOCK)) return;
    if (value & CR.FSTPG) this.refuse(R.CR, 'fast programming');
    const wantsOptions = (value & (CR.OPTSTRT | CR.OBL_LAUNCH)) !== 0;
    if (wantsOptions && this.get(R.CR) & CR.OPTLOCK) {
      throw misuse('FLASH_CR.OPTSTRT or OBL_LAUNCH is set while option bytes are locked: FLASH_OPTKEYR comes first');
    }
    const next = this.store(R.CR, value, lanes);
    if (!(next & CR.PG)) this.lower = undefined;
    // Who locks the control register locks the option bytes, too (3.4.2).
    if (value & (CR.OPTLOCK | LOCK)) this.lockOptions();
    if (value & LOCK) this.lock();
    this.update();
    if (value & CR.OPTSTRT) this.startOptions();
    else if (value & STRT) this.start(next);
    if (!(value & CR.OBL_LAUNCH)) return;
    this.optionBytes.load();
    this.flash.onLoadOptions?.();
  }

  private writeEcc(value: number, lanes: number): void {
    this.store(R.ECCR, value, lanes);
    this.set(R.ECCR, this.get(R.ECCR) & ~(value & (ECCR.ECCC | ECCR.ECCD)));
    this.flash.nmi.set((this.get(R.ECCR) & ECCR.ECCD) !== 0);
  }

  private showOptions(): void {
    for (const [offset, word] of this.optionBytes.inForce) this.set(offset, word);
  }

  private startOptions(): void {
    const before = this.readProtection();
    if (before === 2) throw misuse('option bytes are changed at read protection level 2, which is for ever (3.5.1)');
    let seconds = optionSeconds(this.flash.timing);
    if (before === 1 && readProtectionOf(this.get(R.OPTR) & OPTR.RDP) === 0) {
      this.flash.sectors.forEach((_, index) => this.erase(index));
      seconds += MASS_ERASE_SECONDS;
    }
    this.optionBytes.begin(new Map(OPTION_REGISTERS.map((name) => [R[name], this.get(R[name])])));
    this.set(R.CR, this.get(R.CR) | CR.OPTSTRT);
    this.begin(seconds, this.whole());
  }

  private writeOptions(offset: number, value: number): void {
    const isLocked = (this.get(R.CR) & CR.OPTLOCK) !== 0;
    if (isLocked)
      throw misuse(`${this.nameOf(offset)} is written while it is locked: two keys in FLASH_OPTKEYR come first`);
    if (this.busy.isRunning) throw misuse(`${this.nameOf(offset)} is written while an operation is under way`);
    for (const [name, bits, what] of FIXED_OPTIONS) {
      if (R[name] === offset && ((value ^ this.get(offset)) & bits) !== 0) this.refuse(offset, what);
    }
    this.set(offset, value);
  }

  private start(cr: number): void {
    const kinds = cr & KINDS;
    if (kinds === 0)
      throw misuse('FLASH_CR.STRT is set without PER, MER1 or MER2: silicon does something unpredictable');
    const wantsBanks = (kinds & ~(CR.MER1 | CR.MER2)) === 0;
    if ((!wantsBanks && kinds !== CR.PER) || this.get(R.SR) & EARLIER_ERRORS) return this.fail(SR.PGSERR);
    const bank = cr & CR.BKER ? 1 : 0;
    const page = bank * this.pageCount + field(cr, CR.PNB);
    const pages = wantsBanks ? this.pagesOf((cr & CR.MER1) !== 0, (cr & CR.MER2) !== 0) : [page];
    if (pages.some((index) => this.isProtected(index))) return this.fail(SR.WRPERR);
    for (const index of pages) this.erase(index);
    const { sectors, timing } = this.flash;
    const from = { start: sectors[pages[0]].start, end: sectors[pages[pages.length - 1]].end };
    this.set(R.CR, this.get(R.CR) | STRT);
    this.begin(wantsBanks ? MASS_ERASE_SECONDS : timing.erase[0].typical, this.banksOf(from));
  }

  private pagesOf(first: boolean, second: boolean): number[] {
    const all = this.flash.sectors.map((_, index) => index);
    return all.filter((index) => (index < this.pageCount ? first : second));
  }

  protected override erase(index: number): void {
    super.erase(index);
    const { start, end } = this.flash.sectors[index];
    const base = this.whole().start;
    for (let unit = (start - base) / UNIT; this.torn.size > 0 && unit < (end - base) / UNIT; unit++) this.heal(unit);
  }

  private heal(unit: number): void {
    if (this.torn.delete(unit)) this.tellTorn();
  }

  /** A double word takes one programming, and zeros at any time (3.3.7, PROGERR). */
  private programUnit(address: number, low: number, high: number): void {
    const { memory, timing } = this.flash;
    const offset = address - this.whole().start;
    if (this.isProtected(this.pageOf(address))) return this.fail(SR.WRPERR);
    const unit = offset / UNIT;
    const isErased = !this.torn.has(unit) && memory.subarray(offset, offset + UNIT).every((byte) => byte === 0xff);
    const isZero = low === 0 && high === 0;
    if (!isErased && !isZero) return this.fail(SR.PROGERR);
    this.programBytes(address, UNIT, (bytes) => {
      const view = new DataView(bytes.buffer, bytes.byteOffset, UNIT);
      view.setUint32(0, low, true);
      view.setUint32(4, high, true);
    });
    this.heal(unit);
    this.begin(timing.program.typical, this.banksOf({ start: address, end: address + UNIT }));
  }

  private pageOf(address: number): number {
    const { sectors } = this.flash;
    return sectors.findIndex(({ start, end }) => address >= start && address < end);
  }

  /** The banks that a range lies in. */
  private banksOf(range: AddressRange): AddressRange {
    const { start, end } = this.whole();
    const second = this.flash.sectors[this.pageCount].start;
    return { start: range.start < second ? start : second, end: range.end <= second ? second : end };
  }

  /** Two areas of pages, A and B, for each bank; one that ends before it starts is none (3.4.3). */
  private isProtected(index: number): boolean {
    const isSecond = index >= this.pageCount;
    const page = index % this.pageCount;
    const areas = isSecond ? [R.WRP2AR, R.WRP2BR] : [R.WRP1AR, R.WRP1BR];
    return areas.some((offset) => {
      const word = this.optionBytes.word(offset);
      return page >= (word & 0xff) && page <= ((word >>> 16) & 0xff);
    });
  }

  private detect(unit: number): void {
    const eccr = this.get(R.ECCR);
    if (eccr & (ECCR.ECCC | ECCR.ECCD)) return;
    const bankSize = this.flash.sectors[this.pageCount].start - this.whole().start;
    const offset = unit * UNIT;
    const place = offset < bankSize ? offset : (offset - bankSize) | ECCR.BK_ECC;
    this.set(R.ECCR, (eccr & ECCR.ECCIE) | ECCR.ECCD | place);
    this.flash.nmi.set(true);
  }
}
