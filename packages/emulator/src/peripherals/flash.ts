/**
 * Flash interface: RM0383 Rev 3, chapter 3. Modelled: wait states (checked against the clock), the key sequence and
 * lock, sector and mass erase, programming by 8, 16 and 32 bits, write protection as OPTCR says after reset, busy times,
 * error flags and their interrupt, erase counts. Programming only turns ones into zeros.
 *
 * While an operation runs, code that executes from flash stands still (3.5): the processor is stalled for the whole
 * operation. Code in RAM goes on and sees BSY; its reads of flash are not held up here. Not modelled, and refused: 64-bit
 * programming (needs an external voltage), changing option bytes. The caches and the prefetch are kept bits only.
 */
import { invariant } from '@kickstage/base/invariant';
import { type AddressRange, contains } from '@kickstage/base/ranges';
import type { FlashTiming } from '@kickstage/chips/chip';
import { type AccessSize, type EmitEvent, EmulationError, type InterruptLine, type Scheduler } from '../peripheral.ts';
import type { ClockLimit } from './clock-control.ts';
import type { ClockTree } from './clock-tree.ts';
import { Countdown } from './countdown.ts';
import {
  CR,
  HZ_BY_WAIT_STATES,
  KEYS,
  MASS_ERASE_SECONDS,
  OPTCR_NWRP,
  OPTION_KEYS,
  OPTLOCK,
  R,
  REGISTERS,
  SR,
  SR_CLEARABLE,
} from './flash-registers.ts';
import { field, hex, RegisterBlock } from './register-block.ts';

/** A row of the array: a program operation may not cross one (3.5.4). */
const ROW_SIZE = 16;

export interface FlashOptions {
  /** Erase sectors in order, without gaps. */
  readonly sectors: readonly AddressRange[];
  readonly timing: FlashTiming;
  /** The array itself, from the first sector's start. */
  readonly memory: Uint8Array;
  readonly scheduler: Scheduler;
  readonly clocks: ClockTree;
  readonly interrupt: InterruptLine;
  readonly emit: EmitEvent;
  /** Bytes changed: code decoded from there is stale. */
  readonly onChange: (range: AddressRange) => void;
  /** Holds the processor up for so many cycles, if it executes from flash. */
  readonly stall: (cycles: number) => void;
}

export class Flash extends RegisterBlock {
  private readonly options: FlashOptions;
  private readonly busy: Countdown;
  private readonly counts: number[];
  /** Keys taken so far; a wrong one closes the register until the next reset. */
  private keys: number | 'closed' = 0;
  private optionKeys: number | 'closed' = 0;

  constructor(options: FlashOptions) {
    super('FLASH', REGISTERS);
    this.options = options;
    this.counts = options.sectors.map(() => 0);
    const { scheduler, clocks } = options;
    this.busy = new Countdown({ key: 'FLASH', scheduler, clocks, hz: () => 1, onEnd: () => this.finish() });
  }

  /** Erases of each sector since the machine was made. */
  get eraseCounts(): readonly number[] {
    return this.counts;
  }

  /** The processor's clock that the wait states allow. */
  clockLimit(): ClockLimit {
    const states = this.get(R.ACR) & 0xf;
    const hz = HZ_BY_WAIT_STATES[Math.min(states, HZ_BY_WAIT_STATES.length - 1)];
    return { hz, because: `FLASH_ACR.LATENCY is ${states}, good for ${hz} Hz (RM0383 Rev 3, 3.4.1)` };
  }

  /**
   * A store of the processor into the array. What silicon reports in FLASH_SR is reported there; a store while the
   * interface is locked would only be lost, and ends the run.
   */
  program(address: number, size: AccessSize, value: number): void {
    const cr = this.get(R.CR);
    if (cr & CR.LOCK) {
      throw misuse(`store of ${size} bytes to ${hex(address, 8)} in flash while FLASH_CR is locked: it is lost`);
    }
    if (this.busy.isRunning) throw misuse('flash is programmed while an operation is under way');
    if (!(cr & CR.PG)) return this.fail(SR.PGSERR);
    if (size !== 2 ** field(cr, CR.PSIZE)) return this.fail(SR.PGPERR);
    if (address % ROW_SIZE > ROW_SIZE - size) return this.fail(SR.PGAERR);
    const { memory, sectors, emit, onChange } = this.options;
    const sector = sectors.findIndex((range) => contains(range, address));
    if (this.isProtected(sector)) return this.fail(SR.WRPERR);
    const offset = address - sectors[0].start;
    for (let i = 0; i < size; i++) memory[offset + i] &= (value >>> (8 * i)) & 0xff;
    onChange({ start: address, end: address + size });
    emit({ event: 'flash', op: 'program', address, size });
    this.begin(this.options.timing.program.typical);
  }

  /** What is ready, and what is busy, changes by events. */
  steadyUntil(): number {
    return Number.POSITIVE_INFINITY;
  }

  protected override onRead(offset: number): number {
    return offset === R.KEYR || offset === R.OPTKEYR ? 0 : this.get(offset);
  }

  protected override onWrite(offset: number, value: number, lanes: number): void {
    switch (offset) {
      case R.ACR:
        return this.writeAccess(value, lanes);
      case R.KEYR:
        this.keys = this.takeKey(offset, this.keys, KEYS, value);
        if (this.keys === KEYS.length) this.set(R.CR, this.get(R.CR) & ~CR.LOCK);
        return;
      case R.OPTKEYR:
        this.optionKeys = this.takeKey(offset, this.optionKeys, OPTION_KEYS, value);
        if (this.optionKeys === OPTION_KEYS.length) this.set(R.OPTCR, this.get(R.OPTCR) & ~OPTLOCK);
        return;
      case R.SR:
        this.set(R.SR, this.get(R.SR) & ~(value & SR_CLEARABLE));
        return this.update();
      case R.CR:
        return this.writeControl(value, lanes);
      default:
        return this.writeOptions(value, lanes);
    }
  }

  protected override onReset(): void {
    this.keys = 0;
    this.optionKeys = 0;
    this.busy.stop();
    this.update();
  }

  protected override saveExtra(): unknown {
    return { keys: this.keys, optionKeys: this.optionKeys, counts: [...this.counts], busy: this.busy.snapshot() };
  }

  protected override loadExtra(extra: unknown): void {
    const { keys, optionKeys, counts, busy } = extra as {
      keys: number | 'closed';
      optionKeys: number | 'closed';
      counts: number[];
      busy: number | undefined;
    };
    this.keys = keys;
    this.optionKeys = optionKeys;
    this.counts.splice(0, counts.length, ...counts);
    this.busy.restore(busy);
    this.update();
  }

  /** Fewer wait states than the clock needs would make the processor read rubbish. */
  private writeAccess(value: number, lanes: number): void {
    this.store(R.ACR, value, lanes);
    const { hz, because } = this.clockLimit();
    const now = this.options.clocks.cpuHz();
    if (now > hz) throw new EmulationError('EMU006', `the processor runs at ${now} Hz: ${because}`);
  }

  /** A wrong key raises a bus error and closes the register until the next reset (3.5.1). */
  private takeKey(offset: number, taken: number | 'closed', keys: readonly number[], value: number): number | 'closed' {
    if (taken !== 'closed' && value === keys[taken]) return taken + 1;
    const why =
      taken === 'closed' || taken === keys.length ? 'no more keys are taken' : `${hex(keys[taken], 8)} is due`;
    throw misuse(`${this.nameOf(offset)} got ${hex(value, 8)}: ${why}, flash stays locked until the next reset`);
  }

  private writeControl(value: number, lanes: number): void {
    const old = this.get(R.CR);
    if (this.busy.isRunning) throw misuse('FLASH_CR is written while an operation is under way');
    if (old & CR.LOCK) {
      if (value & ~CR.LOCK) throw misuse('FLASH_CR is written while it is locked: two keys in FLASH_KEYR come first');
      return;
    }
    const next = this.store(R.CR, value, lanes);
    if (value & CR.LOCK) {
      this.set(R.CR, (next | CR.LOCK) >>> 0);
      this.keys = 0;
    }
    this.update();
    if (value & CR.STRT) this.start(next);
  }

  private writeOptions(value: number, lanes: number): void {
    const old = this.get(R.OPTCR);
    if (old & OPTLOCK) throw misuse('FLASH_OPTCR is written while it is locked: two keys in FLASH_OPTKEYR come first');
    const next = this.store(R.OPTCR, value, lanes);
    if ((next ^ old) & ~OPTLOCK) this.refuse(R.OPTCR, 'changing option bytes');
    if (next & OPTLOCK) this.optionKeys = 0;
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
      return this.begin(MASS_ERASE_SECONDS[psize]);
    }
    const index = field(cr, CR.SNB);
    if (index >= sectors.length) throw misuse(`FLASH_CR.SNB names sector ${index}, which does not exist`);
    if (this.isProtected(index)) return this.fail(SR.WRPERR);
    this.erase(index);
    return this.begin(this.eraseSeconds(sectors[index], 8 << psize));
  }

  private eraseSeconds({ start, end }: AddressRange, parallelism: number): number {
    const { erase } = this.options.timing;
    const time = erase.find((row) => row.sectorSize === end - start && row.parallelism === parallelism);
    invariant(time, `no erase time for ${end - start} bytes, ${parallelism} bits at once`);
    return time.typical;
  }

  private isProtected(sector: number): boolean {
    return (this.get(R.OPTCR) & OPTCR_NWRP & (1 << (16 + sector))) === 0;
  }

  private erase(index: number): void {
    const { sectors, memory, emit, onChange } = this.options;
    const { start, end } = sectors[index];
    memory.fill(0xff, start - sectors[0].start, end - sectors[0].start);
    this.counts[index]++;
    onChange({ start, end });
    emit({ event: 'flash', op: 'erase', address: start, size: end - start });
  }

  private begin(seconds: number): void {
    this.set(R.SR, this.get(R.SR) | SR.BSY);
    this.options.stall(this.busy.start(seconds));
  }

  /** EOP is set only where its interrupt is wanted (3.8.4). */
  private finish(): void {
    const { EOPIE } = CR;
    this.set(R.SR, (this.get(R.SR) & ~SR.BSY) | (this.get(R.CR) & EOPIE ? SR.EOP : 0));
    this.update();
  }

  /** The operation is not done; OPERR is set only where its interrupt is wanted (3.8.4). */
  private fail(flag: number): void {
    this.set(R.SR, this.get(R.SR) | flag | (this.get(R.CR) & CR.ERRIE ? SR.OPERR : 0));
    this.update();
  }

  private update(): void {
    const sr = this.get(R.SR);
    const cr = this.get(R.CR);
    const ended = (cr & CR.EOPIE) !== 0 && (sr & SR.EOP) !== 0;
    const failed = (cr & CR.ERRIE) !== 0 && (sr & SR.OPERR) !== 0;
    this.options.interrupt.set(ended || failed);
  }
}

function misuse(text: string): EmulationError {
  return new EmulationError('EMU008', text);
}
