/**
 * The common ground of register blocks: named registers at offsets, reset values, the bits that may be written. Strict:
 * an offset without a register, a width that the manual does not allow, or a write to reserved bits is an error that
 * names the register.
 */
import { type AccessSize, EmulationError, type Peripheral, type ResetKind } from '../peripheral.ts';

export interface Register {
  readonly name: string;
  readonly offset: number;
  readonly reset: number;
  /** Bits that software can change. A write that sets any other bit which `ignored` does not cover is an error. */
  readonly writable: number;
  /** Bits that may be written and keep no value: read-only flags, triggers that `onWrite` handles. */
  readonly ignored?: number;
  /** Narrowest access that the manual allows, in bytes; 1 where it says nothing. */
  readonly minimumAccess?: AccessSize;
}

export abstract class RegisterBlock implements Peripheral {
  readonly name: string;
  /** Values by position in the table; names are found through `positions`. */
  private readonly values: Uint32Array;
  private readonly positions = new Map<string, number>();
  private readonly table: readonly Register[];
  /** Register by offset / 4. */
  private readonly byWord: (Register | undefined)[] = [];

  constructor(name: string, registers: readonly Register[]) {
    this.name = name;
    this.table = registers;
    this.values = new Uint32Array(registers.length);
    registers.forEach((register, i) => {
      this.byWord[register.offset >>> 2] = register;
      this.positions.set(register.name, i);
      this.values[i] = register.reset;
    });
  }

  read(offset: number, size: AccessSize): number {
    const register = this.find(offset, size, 'read');
    const shift = (offset & 3) * 8;
    const word = this.onRead(register.name) >>> 0;
    return size === 4 ? word : (word >>> shift) & (size === 1 ? 0xff : 0xffff);
  }

  write(offset: number, size: AccessSize, value: number): void {
    const register = this.find(offset, size, 'write');
    const shift = (offset & 3) * 8;
    const mask = size === 4 ? 0xffffffff : (size === 1 ? 0xff : 0xffff) << shift;
    const old = this.get(register.name);
    const wanted = ((old & ~mask) | ((value << shift) & mask)) >>> 0;
    this.checkReserved(register, (wanted & mask) >>> 0, old);
    this.onWrite(register.name, wanted, old);
  }

  reset(_kind: ResetKind): void {
    this.table.forEach(({ reset }, i) => {
      this.values[i] = reset;
    });
    this.onReset();
  }

  snapshot(): unknown {
    return { registers: [...this.values], extra: this.saveExtra() };
  }

  restore(state: unknown): void {
    const { registers, extra } = state as { registers: number[]; extra: unknown };
    this.values.set(registers);
    this.loadExtra(extra);
  }

  /** The stored value of a register. */
  protected get(name: string): number {
    return this.values[this.positions.get(name)!];
  }

  protected set(name: string, value: number): void {
    this.values[this.positions.get(name)!] = value;
  }

  /** The writable bits of `value`, the rest as it was. */
  protected store(name: string, value: number): number {
    const { writable } = this.registerNamed(name);
    const next = ((this.get(name) & ~writable) | (value & writable)) >>> 0;
    this.set(name, next);
    return next;
  }

  /** What a read gives; blocks whose reads do something override it. */
  protected onRead(name: string): number {
    return this.get(name);
  }

  /** What a write does; the default stores the writable bits. */
  protected onWrite(name: string, value: number, _old: number): void {
    this.store(name, value);
  }

  protected onReset(): void {}

  /** State beside the registers. */
  protected saveExtra(): unknown {
    return undefined;
  }

  protected loadExtra(_extra: unknown): void {}

  /** What is not modelled: an error that names the register and says what. */
  protected refuse(register: string, what: string): never {
    throw new EmulationError('EMU004', `${this.name}_${register}: ${what} is not modelled`);
  }

  private registerNamed(name: string): Register {
    const position = this.positions.get(name);
    if (position !== undefined) return this.table[position];
    throw new EmulationError('EMU002', `${this.name} has no register ${name}`);
  }

  private find(offset: number, size: AccessSize, verb: string): Register {
    const register = this.byWord[offset >>> 2];
    if (!register) throw new EmulationError('EMU002', `${verb} of ${this.name} at ${at(offset)}: there is no register`);
    if (size < (register.minimumAccess ?? 1) || (offset & 3) + size > 4) {
      throw new EmulationError(
        'EMU003',
        `${verb} of ${this.name}_${register.name} with ${size * 8} bits at ${at(offset)}: not allowed`,
      );
    }
    return register;
  }

  private checkReserved(register: Register, written: number, old: number): void {
    const reserved = (written & ~(register.writable | (register.ignored ?? 0))) >>> 0;
    // Writing back what is there is how read-modify-write code keeps reserved bits.
    const changed = (reserved & ~old) >>> 0;
    if (changed === 0) return;
    throw new EmulationError(
      'EMU005',
      `write of 0x${written.toString(16).padStart(8, '0')} to ${this.name}_${register.name}: bits 0x${changed.toString(16).padStart(8, '0')} are reserved`,
    );
  }
}

const at = (offset: number) => `offset 0x${offset.toString(16).padStart(2, '0')}`;

/** Value of the bits of `word` under `mask`, moved down. */
export function field(word: number, mask: number): number {
  return (word & mask) >>> (31 - Math.clz32(mask & -mask));
}
