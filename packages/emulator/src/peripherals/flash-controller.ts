/**
 * What the flash interfaces of the families share: wait states that are checked against the clock, two keys that unlock
 * the control register and two that unlock the option bytes, operations that take their time, error flags and the
 * interrupts for both, erase counts. How an operation is asked for, and what it does, is the family's own.
 *
 * While an operation runs, code that executes from the flash concerned stands still: the processor is stalled for the
 * whole operation. Other code goes on and sees BSY; its reads of that flash are not held up here.
 */
import type { AddressRange } from '@kickstage/base/ranges';
import type { FlashTiming } from '@kickstage/chips/chip';
import { type EmitEvent, EmulationError, type InterruptLine, type ResetKind, type Scheduler } from '../peripheral.ts';
import type { ClockLimit } from './clock-control.ts';
import type { ClockTree } from './clock-tree.ts';
import { Countdown } from './countdown.ts';
import { hex, type Register, RegisterBlock } from './register-block.ts';

/** Keys of the two registers: RM0383 Rev 3, 3.5.1 and 3.6.2; RM0351 Rev 9, 3.3.5 and 3.4.2. */
const KEYS = [0x45670123, 0xcdef89ab] as const;
const OPTION_KEYS = [0x08192a3b, 0x4c5d6e7f] as const;

/** Bits of the status register. */
export const EOP = 1 << 0;
export const OPERR = 1 << 1;
export const BSY = 1 << 16;
/** Bits of the control register. */
export const STRT = 1 << 16;
export const EOPIE = 1 << 24;
export const ERRIE = 1 << 25;
export const LOCK = 2 ** 31;

/** Where a family has what is shared. */
export interface FlashLayout {
  readonly registers: readonly Register[];
  /** Offsets. */
  readonly at: {
    readonly ACR: number;
    readonly KEYR: number;
    readonly OPTKEYR: number;
    readonly SR: number;
    readonly CR: number;
  };
  /** Of ACR. */
  readonly latency: number;
  /** Register and bit that lock the option bytes. */
  readonly optionLock: readonly [offset: number, bit: number];
  /** Manual and section of the wait states. */
  readonly latencySource: string;
}

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
  /** Holds the processor up for so many cycles, if it executes from that part of flash. */
  readonly stall: (cycles: number, from: AddressRange) => void;
}

/** Keys taken so far; a wrong one closes the register until the next reset. */
type Keys = number | 'closed';

export abstract class FlashController extends RegisterBlock {
  private readonly layout: FlashLayout;
  protected readonly options: FlashOptions;
  protected readonly busy: Countdown;
  private readonly counts: number[];
  private keys: Keys = 0;
  private optionKeys: Keys = 0;

  constructor(layout: FlashLayout, options: FlashOptions) {
    super('FLASH', layout.registers);
    this.layout = layout;
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
    const { at, latency, latencySource } = this.layout;
    const table = this.hzByWaitStates();
    const states = this.get(at.ACR) & latency;
    const hz = table[Math.min(states, table.length - 1)];
    return { hz, because: `FLASH_ACR.LATENCY is ${states}, good for ${hz} Hz (${latencySource})` };
  }

  /** Highest processor clock in Hz by wait states. */
  protected abstract hzByWaitStates(): readonly number[];

  /** What is busy changes by events. */
  steadyUntil(): number {
    return Number.POSITIVE_INFINITY;
  }

  protected override onRead(offset: number): number {
    const { at } = this.layout;
    return offset === at.KEYR || offset === at.OPTKEYR ? 0 : this.get(offset);
  }

  protected override onReset(_kind: ResetKind): void {
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
      keys: Keys;
      optionKeys: Keys;
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
  protected writeAccess(value: number, lanes: number): void {
    this.store(this.layout.at.ACR, value, lanes);
    const { hz, because } = this.clockLimit();
    const now = this.options.clocks.cpuHz();
    if (now > hz) throw new EmulationError('EMU006', `the processor runs at ${now} Hz: ${because}`);
  }

  protected writeKey(value: number): void {
    const { CR, KEYR } = this.layout.at;
    this.keys = this.takeKey(KEYR, this.keys, KEYS, value);
    if (this.keys === KEYS.length) this.set(CR, this.get(CR) & ~LOCK);
  }

  protected writeOptionKey(value: number): void {
    const [offset, bit] = this.layout.optionLock;
    this.optionKeys = this.takeKey(this.layout.at.OPTKEYR, this.optionKeys, OPTION_KEYS, value);
    if (this.optionKeys === OPTION_KEYS.length) this.set(offset, this.get(offset) & ~bit);
  }

  /**
   * Whether a write may go into the control register: not while an operation runs, nor while it is locked. `locks` are
   * the bits that lock something: writing them alone to a locked register does nothing.
   */
  protected isControlOpen(value: number, locks: number): boolean {
    const { CR } = this.layout.at;
    if (this.busy.isRunning) throw misuse('FLASH_CR is written while an operation is under way');
    if (!(this.get(CR) & LOCK)) return true;
    if (value & ~locks) throw misuse('FLASH_CR is written while it is locked: two keys in FLASH_KEYR come first');
    return false;
  }

  /** The control register is locked, and takes its keys anew. */
  protected lock(): void {
    const { CR } = this.layout.at;
    this.set(CR, (this.get(CR) | LOCK) >>> 0);
    this.keys = 0;
  }

  /** The option bytes are locked, and take their keys anew. */
  protected lockOptions(): void {
    const [offset, bit] = this.layout.optionLock;
    this.set(offset, (this.get(offset) | bit) >>> 0);
    this.optionKeys = 0;
  }

  protected erase(index: number): void {
    const { sectors, memory, emit, onChange } = this.options;
    const { start, end } = sectors[index];
    memory.fill(0xff, start - sectors[0].start, end - sectors[0].start);
    this.counts[index]++;
    onChange({ start, end });
    emit({ event: 'flash', op: 'erase', address: start, size: end - start });
  }

  /** An operation begins that holds up code from that part of flash. */
  protected begin(seconds: number, from: AddressRange): void {
    const { SR } = this.layout.at;
    this.set(SR, this.get(SR) | BSY);
    this.options.stall(this.busy.start(seconds), from);
  }

  /** EOP is set only where its interrupt is wanted. */
  protected finish(): void {
    const { CR, SR } = this.layout.at;
    this.set(SR, (this.get(SR) & ~BSY) | (this.get(CR) & EOPIE ? EOP : 0));
    this.update();
  }

  /** The operation is not done; OPERR is set only where its interrupt is wanted. */
  protected fail(flag: number): void {
    const { CR, SR } = this.layout.at;
    this.set(SR, this.get(SR) | flag | (this.get(CR) & ERRIE ? OPERR : 0));
    this.update();
  }

  protected clearFlags(flags: number): void {
    const { SR } = this.layout.at;
    this.set(SR, this.get(SR) & ~flags);
    this.update();
  }

  protected update(): void {
    const sr = this.get(this.layout.at.SR);
    const cr = this.get(this.layout.at.CR);
    const ended = (cr & EOPIE) !== 0 && (sr & EOP) !== 0;
    const failed = (cr & ERRIE) !== 0 && (sr & OPERR) !== 0;
    this.options.interrupt.set(ended || failed);
  }

  /** All of the array. */
  protected whole(): AddressRange {
    const { sectors } = this.options;
    return { start: sectors[0].start, end: sectors[sectors.length - 1].end };
  }

  /** A wrong key raises a bus error and closes the register until the next reset. */
  private takeKey(offset: number, taken: Keys, keys: readonly number[], value: number): Keys {
    if (taken !== 'closed' && value === keys[taken]) return taken + 1;
    const why =
      taken === 'closed' || taken === keys.length ? 'no more keys are taken' : `${hex(keys[taken], 8)} is due`;
    throw misuse(`${this.nameOf(offset)} got ${hex(value, 8)}: ${why}, flash stays locked until the next reset`);
  }
}

export function misuse(text: string): EmulationError {
  return new EmulationError('EMU008', text);
}
