/**
 * What the flash interfaces of the families share: wait states that are checked against the clock, two keys that unlock
 * the control register and two that unlock the option bytes, operations that take their time, error flags and the
 * interrupts for both, wear, and what an operation leaves behind that a reset or a power failure cuts off. How an
 * operation is asked for, and what it does, is the family's own.
 *
 * While an operation runs, code that executes from the flash concerned stands still: the processor is stalled for the
 * whole operation. Other code goes on and sees BSY; its reads of that flash are not held up here.
 */
import type { AddressRange } from '@kickstage/base/ranges';
import type { FlashTiming } from '@kickstage/chips/chip';
import { Noise } from '../nonvolatile/noise.ts';
import { type Change, type TornBytes, tearAll } from '../nonvolatile/tear.ts';
import { UnstableBits } from '../nonvolatile/unstable-bits.ts';
import { Wear } from '../nonvolatile/wear.ts';
import { type EmitEvent, EmulationError, type InterruptLine, type ResetKind, type Scheduler } from '../peripheral.ts';
import { type Nonvolatile, type PowerFailure, patternOf, type TornOperation } from '../power.ts';
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
  /** Whether reads and fetches must be seen from now on (`noteRead`): something is torn. */
  readonly onTorn?: (exist: boolean) => void;
  /** An operation begins that takes so many cycles. */
  readonly onOperation?: (cycles: number) => void;
  /** Erases that a sector stands; without it any number. */
  readonly endurance?: number | undefined;
  /** Of what is random about torn bits and worn sectors. */
  readonly seed?: number | undefined;
}

/** Keys taken so far; a wrong one closes the register until the next reset. */
type Keys = number | 'closed';

export abstract class FlashController extends RegisterBlock implements Nonvolatile {
  private readonly layout: FlashLayout;
  protected readonly options: FlashOptions;
  protected readonly busy: Countdown;
  protected readonly unstable: UnstableBits;
  private readonly wear: Wear;
  private readonly noise: Noise;
  /** What the operation under way does to the array; it is done there already. Empty where it changes option bytes alone. */
  private changes: Change[] = [];
  private seconds = 0;
  private isWatched = false;
  private keys: Keys = 0;
  private optionKeys: Keys = 0;

  constructor(layout: FlashLayout, options: FlashOptions) {
    super('FLASH', layout.registers);
    this.layout = layout;
    this.options = options;
    const { scheduler, clocks, sectors, endurance, seed = 1, memory } = options;
    this.unstable = new UnstableBits(memory, seed);
    this.noise = new Noise(seed);
    this.wear = new Wear(
      sectors.map(({ start, end }) => end - start),
      endurance,
      seed,
    );
    this.busy = new Countdown({ key: 'FLASH', scheduler, clocks, hz: () => 1, onEnd: () => this.finish() });
  }

  /** Erases of each sector since the machine was made. */
  get eraseCounts(): readonly number[] {
    return this.wear.eraseCounts;
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

  /** A reset cuts off what is under way, as a power failure does (RM0383 Rev 3, 3.5; RM0351 Rev 9, 3.3.5). */
  protected override onReset(_kind: ResetKind): void {
    this.powerFails({ random: this.noise.next });
    this.keys = 0;
    this.optionKeys = 0;
    this.update();
  }

  /** What is under way is left torn. */
  powerFails(failure: PowerFailure): TornOperation | undefined {
    if (!this.busy.isRunning) return undefined;
    const { changes } = this;
    const part = Math.max(0, Math.min(1, 1 - this.busy.periodsLeft() / this.seconds));
    this.busy.stop();
    this.changes = [];
    const pattern = patternOf(failure);
    if (changes.length === 0) return { op: 'option-bytes', address: 0, size: 0, part, pattern };
    tearAll(changes, { pattern, part, random: failure.random }).forEach((torn, i) => this.leave(changes[i], torn));
    const [{ op, start }] = changes;
    const size = changes.reduce((sum, { after }) => sum + after.length, 0);
    return { op, address: this.whole().start + start, size, part, pattern };
  }

  /** What is left of a change. */
  protected leave({ start }: Change, { bytes, unstable }: TornBytes): void {
    const { memory, onChange } = this.options;
    memory.set(bytes, start);
    unstable.forEach((mask, i) => this.unstable.add(start + i, mask));
    onChange({ start: this.whole().start + start, end: this.whole().start + start + bytes.length });
    this.tellTorn();
  }

  /** Something became torn, or whole again. */
  protected tellTorn(): void {
    const exist = this.isTorn();
    if (exist !== this.isWatched) this.options.onTorn?.(exist);
    this.isWatched = exist;
  }

  /** Whether reads must be seen. */
  protected isTorn(): boolean {
    return this.unstable.exist;
  }

  /** A read or a fetch by the processor, at an offset in the array; gives whether it may be another one next time. */
  noteRead(offset: number, size: number): boolean {
    return this.unstable.settle(offset, size);
  }

  protected override saveExtra(): unknown {
    const { keys, optionKeys, changes, seconds } = this;
    const busy = this.busy.snapshot();
    const [unstable, wear] = [this.unstable.snapshot(), this.wear.snapshot()];
    return { keys, optionKeys, changes, seconds, busy, unstable, wear, noise: this.noise.state };
  }

  protected override loadExtra(extra: unknown): void {
    const saved = extra as {
      keys: Keys;
      optionKeys: Keys;
      changes: Change[];
      seconds: number;
      busy: number | undefined;
      unstable: unknown;
      wear: unknown;
      noise: number;
    };
    this.keys = saved.keys;
    this.optionKeys = saved.optionKeys;
    this.changes = saved.changes;
    this.seconds = saved.seconds;
    this.busy.restore(saved.busy);
    this.unstable.restore(saved.unstable);
    this.wear.restore(saved.wear);
    this.noise.state = saved.noise;
    this.tellTorn();
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
    const { sectors, emit } = this.options;
    const { start, end } = sectors[index];
    this.wear.count(index);
    this.change('erase', { start, end }, (bytes) => {
      bytes.fill(0xff);
      this.wear.spoil(index, bytes);
    });
    const offset = start - sectors[0].start;
    this.unstable.erased(offset, offset + end - start);
    emit({ event: 'flash', op: 'erase', address: start, size: end - start });
  }

  /** Programs bytes at an address: `apply` changes them. */
  protected programBytes(start: number, size: number, apply: (bytes: Uint8Array) => void): void {
    this.change('program', { start, end: start + size }, apply);
    const offset = start - this.whole().start;
    for (let i = 0; i < size; i++) this.unstable.programmed(offset + i, this.options.memory[offset + i]);
    this.options.emit({ event: 'flash', op: 'program', address: start, size });
  }

  private change(op: Change['op'], range: AddressRange, apply: (bytes: Uint8Array) => void): void {
    const { memory, onChange } = this.options;
    const start = range.start - this.whole().start;
    const bytes = memory.subarray(start, start + range.end - range.start);
    const before = bytes.slice();
    apply(bytes);
    this.changes.push({ op, start, before, after: bytes.slice() });
    onChange(range);
  }

  /** An operation begins that holds up code from that part of flash. */
  protected begin(seconds: number, from: AddressRange): void {
    const { SR } = this.layout.at;
    this.set(SR, this.get(SR) | BSY);
    this.seconds = seconds;
    const cycles = this.busy.start(seconds);
    this.options.stall(cycles, from);
    this.options.onOperation?.(cycles);
  }

  /** EOP is set only where its interrupt is wanted. */
  protected finish(): void {
    this.changes = [];
    this.tellTorn();
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
