/**
 * The interpreter's memory: the wasm module's bytes from address 0, and behind a wide gap the data objects, each at an
 * address of its own. An access that leaves both traps, as in wasm; on the chip it would be a bus fault or worse.
 */
import { alignUp } from '@kickstage/base/bits';
import type { IrValue } from './arithmetic.ts';
import type { IrModule, MemoryAccess, ValueType } from './types.ts';

/** Far from address 0 and from its end, so that no small wrong offset leads there. */
const OBJECTS_BASE = 0x4000_0000;

/** An access outside memory. */
export class MemoryTrap extends Error {
  override name = 'MemoryTrap';
}

export class InterpreterMemory {
  /** From address 0. */
  readonly low: Uint8Array;
  /** From OBJECTS_BASE. */
  readonly objects: Uint8Array;
  /** Addresses of data objects and of functions (odd, as on the chip). */
  readonly addresses = new Map<string, number>();

  constructor(module: IrModule, low: Uint8Array, symbols: ReadonlyMap<string, number>) {
    this.low = low;
    let at = OBJECTS_BASE;
    for (const { name, size, alignment } of module.data) {
      at = alignUp(at, alignment);
      this.addresses.set(name, at);
      at += size;
    }
    module.functions.forEach((func, i) => void this.addresses.set(func.name, 2 * i + 1));
    for (const [name, address] of symbols) this.addresses.set(name, address);
    this.objects = new Uint8Array(at - OBJECTS_BASE);
    for (const { name, bytes, relocations } of module.data) {
      const start = this.addressOf(name);
      this.objects.set(bytes, start - OBJECTS_BASE);
      for (const { offset, symbol, addend } of relocations)
        this.write(start + offset, 4, this.addressOf(symbol) + addend);
    }
  }

  addressOf(symbol: string): number {
    const address = this.addresses.get(symbol);
    if (address === undefined) throw new MemoryTrap(`no address for ${symbol}`);
    return address;
  }

  /** The bytes of `size` from `address`; traps where they are not all there. */
  region(address: number, size: number): { bytes: Uint8Array; start: number } {
    const start = address >>> 0;
    if (start + size <= this.low.length) return { bytes: this.low, start };
    const inObjects = start - OBJECTS_BASE;
    if (inObjects >= 0 && inObjects + size <= this.objects.length) return { bytes: this.objects, start: inObjects };
    throw new MemoryTrap(`${size} bytes at 0x${start.toString(16)}`);
  }

  load(type: ValueType, address: number, { width, signed }: MemoryAccess): IrValue {
    const { bytes, start } = this.region(address, width);
    let value = 0n;
    for (let i = width - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes[start + i]);
    if (signed) value = BigInt.asIntN(8 * width, value);
    return type === 'i64' ? BigInt.asIntN(64, value) : Number(BigInt.asIntN(32, value));
  }

  store(address: number, { width }: MemoryAccess, value: IrValue): void {
    const { bytes, start } = this.region(address, width);
    let rest = BigInt.asUintN(64, BigInt(value));
    for (let i = 0; i < width; i++, rest >>= 8n) bytes[start + i] = Number(rest & 0xffn);
  }

  copy(to: number, from: number, size: number): void {
    const source = this.region(from, size);
    const target = this.region(to, size);
    target.bytes.set(source.bytes.slice(source.start, source.start + size), target.start);
  }

  fill(to: number, byte: number, size: number): void {
    const { bytes, start } = this.region(to, size);
    bytes.fill(byte & 0xff, start, start + size);
  }

  private write(address: number, width: 4, value: number): void {
    this.store(address, { width, signed: false, offset: 0, volatile: false, alignment: 1 }, value);
  }
}
