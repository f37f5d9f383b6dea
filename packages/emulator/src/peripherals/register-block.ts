/**
 * The common ground of register blocks: named registers at offsets, reset values, the bits that keep what is written.
 * Strict: an offset without a register, a width that the manual does not allow, a write that sets reserved bits, or a
 * write to a register that is only read, is an error that names the register and the offset.
 *
 * Registers are addressed by their offset. A write narrower than a word reaches some *lanes* of the register: `lanes`
 * is the mask of its bits that the access carries, and `value` is 0 outside.
 */
import { type AccessSize, EmulationError, type Peripheral, type ResetKind } from '../peripheral.ts';

export interface Register {
  /** As in the manual. */
  readonly name: string;
  readonly offset: number;
  readonly reset: number;
  /** Bits that keep what is written. */
  readonly writable: number;
  /** Bits that may be written and keep nothing: flags, triggers, read-only fields. A one in any other bit is an error. */
  readonly ignored?: number;
}

/** The narrowest accesses that a block takes, in bytes. */
export interface AccessRule {
  readonly read: AccessSize;
  readonly write: AccessSize;
}

export const ANY_WIDTH: AccessRule = { read: 1, write: 1 };
export const WORDS_ONLY: AccessRule = { read: 4, write: 4 };
export const NO_BYTES: AccessRule = { read: 2, write: 2 };

export abstract class RegisterBlock implements Peripheral {
  readonly name: string;
  private readonly registers: readonly Register[];
  private readonly rule: AccessRule;
  /** By word offset. */
  private readonly byWord: (Register | undefined)[] = [];
  private readonly words: Uint32Array;

  constructor(name: string, registers: readonly Register[], rule: AccessRule = ANY_WIDTH) {
    this.name = name;
    this.registers = registers;
    this.rule = rule;
    const wordCount = Math.max(...registers.map((register) => register.offset)) / 4 + 1;
    this.words = new Uint32Array(wordCount);
    for (let word = 0; word < wordCount; word++) this.byWord.push(undefined);
    for (const register of registers) {
      this.byWord[register.offset / 4] = register;
      this.words[register.offset / 4] = register.reset;
    }
  }

  read(offset: number, size: AccessSize): number {
    const register = this.byWord[offset >>> 2];
    if (register === undefined) this.failMissing('read', offset);
    if (size < this.rule.read || (offset & (size - 1)) !== 0) this.failWidth('read', register, offset, size);
    const word = this.onRead(register.offset);
    if (size === 4) return word >>> 0;
    return (word >>> ((offset & 3) * 8)) & (size === 1 ? 0xff : 0xffff);
  }

  write(offset: number, size: AccessSize, value: number): void {
    const register = this.byWord[offset >>> 2];
    if (register === undefined) this.failMissing('write', offset);
    if (size < this.rule.write || (offset & (size - 1)) !== 0) this.failWidth('write', register, offset, size);
    const shift = (offset & 3) * 8;
    const lanes = size === 4 ? 0xffffffff : ((size === 1 ? 0xff : 0xffff) << shift) >>> 0;
    const wanted = ((value << shift) & lanes) >>> 0;
    this.checkWritable(register, wanted);
    this.onWrite(register.offset, wanted, lanes);
  }

  reset(kind: ResetKind): void {
    for (const { offset, reset } of this.registers) this.words[offset / 4] = reset;
    this.onReset(kind);
  }

  snapshot(): unknown {
    const extra = this.saveExtra();
    return { words: this.words.slice(), extra };
  }

  restore(state: unknown): void {
    const { words, extra } = state as { words: Uint32Array; extra: unknown };
    this.words.set(words);
    this.loadExtra(extra);
  }

  /** What a register holds, without the effects of a read. */
  protected get(offset: number): number {
    return this.words[offset >>> 2];
  }

  protected set(offset: number, value: number): void {
    this.words[offset >>> 2] = value;
  }

  /** Puts the writable bits of `value` that the access carries into the register; gives what it holds then. */
  protected store(offset: number, value: number, lanes: number): number {
    const mask = this.byWord[offset >>> 2]!.writable & lanes;
    const next = ((this.get(offset) & ~mask) | (value & mask)) >>> 0;
    this.set(offset, next);
    return next;
  }

  /** What a read gives. Blocks whose reads do something override it. */
  protected onRead(offset: number): number {
    return this.get(offset);
  }

  /** What a write does. */
  protected onWrite(offset: number, value: number, lanes: number): void {
    this.store(offset, value, lanes);
  }

  protected onReset(_kind: ResetKind): void {}

  /** State beside the registers. */
  protected saveExtra(): unknown {
    return undefined;
  }

  protected loadExtra(_extra: unknown): void {}

  /** Ends the run: something that the manual has and this model lacks. */
  protected refuse(offset: number, what: string): never {
    throw new EmulationError('EMU004', `${this.nameOf(offset)}: ${what} is not modelled`);
  }

  /** `RCC_CR` for an offset. */
  protected nameOf(offset: number): string {
    return `${this.name}_${this.byWord[offset >>> 2]?.name}`;
  }

  private checkWritable(register: Register, wanted: number): void {
    const { writable, ignored = 0, offset } = register;
    if ((writable | ignored) === 0) {
      throw new EmulationError('EMU007', `write of ${hex(wanted, 8)} to ${this.nameOf(offset)}, which is read-only`);
    }
    // Writing back what is there is how read-modify-write code keeps reserved bits.
    const wrong = (wanted & ~(writable | ignored | this.get(offset))) >>> 0;
    if (wrong === 0) return;
    throw new EmulationError(
      'EMU005',
      `write of ${hex(wanted, 8)} to ${this.nameOf(offset)}: bits ${hex(wrong, 8)} are reserved`,
    );
  }

  private failMissing(verb: string, offset: number): never {
    throw new EmulationError('EMU002', `${verb} of ${this.name} at offset ${hex(offset, 2)}: there is no register`);
  }

  private failWidth(verb: string, register: Register, offset: number, size: AccessSize): never {
    throw new EmulationError(
      'EMU003',
      `${verb} of ${this.nameOf(register.offset)} with ${size * 8} bits at offset ${hex(offset, 2)}: not allowed`,
    );
  }
}

export function hex(value: number, digits: number): string {
  return `0x${(value >>> 0).toString(16).padStart(digits, '0')}`;
}

/** The bits of `word` under `mask`, moved down. */
export function field(word: number, mask: number): number {
  return (word & mask) >>> (31 - Math.clz32(mask & -mask));
}
