/**
 * The bus: which memory or peripheral answers at an address. RAM and flash have a short path; everything else (aliases,
 * bit-bands of DDI 0403E A3.7 and the Cortex-M4 manual, peripherals, unaligned accesses) goes through `slow…`.
 * Addresses may be given signed or unsigned.
 */
import { dataBusFault, unaligned } from './core/fault.ts';
import { type MemoryRange, Region } from './memory.ts';
import type { AccessSize, Peripheral } from './peripheral.ts';

export interface MappedPeripheral extends MemoryRange {
  readonly peripheral: Peripheral;
}

/** Who hears of a plain store to flash; without one it is a BusFault. */
export type FlashWriteHook = (address: number, size: AccessSize, value: number) => void;

const BIT_BAND_ALIASES = [
  { alias: 0x22000000, target: 0x20000000 },
  { alias: 0x42000000, target: 0x40000000 },
] as const;
const BIT_BAND_ALIAS_SIZE = 0x02000000;

/** From here on the private peripheral bus: word accesses, privileged only (B3.1). */
const PRIVATE_START = 0xe0000000;
const PRIVATE_END = 0xe0100000;

export class Bus {
  readonly flash: Region;
  readonly ram: Region;
  readonly #peripherals: MappedPeripheral[] = [];
  #last: MappedPeripheral | undefined;
  readonly #ramStart: number;
  readonly #ramSize: number;
  readonly #ram8: Uint8Array;
  readonly #ram16: Uint16Array;
  readonly #ram32: Int32Array;
  readonly #flashStart: number;
  readonly #flashSize: number;
  flashWrite: FlashWriteHook | undefined;
  /** CCR.UNALIGN_TRP. */
  trapUnaligned = false;
  /** Whether the access under way is privileged; asked only for the private peripheral bus. */
  isPrivileged: () => boolean = () => true;

  constructor(flash: MemoryRange, ram: MemoryRange) {
    this.flash = new Region(flash, false);
    this.ram = new Region(ram, true);
    this.#ramStart = ram.start;
    this.#ramSize = ram.size;
    this.#ram8 = this.ram.bytes;
    this.#ram16 = this.ram.halfwords;
    this.#ram32 = this.ram.words;
    this.#flashStart = flash.start;
    this.#flashSize = flash.size;
  }

  map(peripheral: MappedPeripheral): void {
    this.#peripherals.push(peripheral);
  }

  peripherals(): readonly MappedPeripheral[] {
    return this.#peripherals;
  }

  /** Region and start at which it answers, for an address that instructions may be fetched from. */
  codeAt(address: number): { region: Region; start: number } | undefined {
    const a = address >>> 0;
    if (a - this.#flashStart >= 0 && a - this.#flashStart < this.#flashSize) {
      return { region: this.flash, start: this.#flashStart };
    }
    if (a - this.#ramStart >= 0 && a - this.#ramStart < this.#ramSize) return { region: this.ram, start: this.#ramStart };
    return a < this.#flashSize ? { region: this.flash, start: 0 } : undefined;
  }

  read32(address: number): number {
    const o = (address - this.#ramStart) >>> 0;
    if (o < this.#ramSize && (o & 3) === 0) return this.#ram32[o >> 2];
    const f = (address - this.#flashStart) >>> 0;
    if (f < this.#flashSize && (f & 3) === 0) return this.flash.words[f >> 2];
    return this.#slowRead(address >>> 0, 4);
  }

  read16(address: number): number {
    const o = (address - this.#ramStart) >>> 0;
    if (o < this.#ramSize && (o & 1) === 0) return this.#ram16[o >> 1];
    const f = (address - this.#flashStart) >>> 0;
    if (f < this.#flashSize && (f & 1) === 0) return this.flash.halfwords[f >> 1];
    return this.#slowRead(address >>> 0, 2);
  }

  read8(address: number): number {
    const o = (address - this.#ramStart) >>> 0;
    if (o < this.#ramSize) return this.#ram8[o];
    const f = (address - this.#flashStart) >>> 0;
    if (f < this.#flashSize) return this.flash.bytes[f];
    return this.#slowRead(address >>> 0, 1);
  }

  write32(address: number, value: number): void {
    const o = (address - this.#ramStart) >>> 0;
    if (o < this.#ramSize && (o & 3) === 0) {
      this.#ram32[o >> 2] = value;
      if (o < this.ram.codeHigh) this.ram.invalidate(o, o + 4);
      return;
    }
    this.#slowWrite(address >>> 0, 4, value >>> 0);
  }

  write16(address: number, value: number): void {
    const o = (address - this.#ramStart) >>> 0;
    if (o < this.#ramSize && (o & 1) === 0) {
      this.#ram16[o >> 1] = value;
      if (o < this.ram.codeHigh) this.ram.invalidate(o, o + 2);
      return;
    }
    this.#slowWrite(address >>> 0, 2, value & 0xffff);
  }

  write8(address: number, value: number): void {
    const o = (address - this.#ramStart) >>> 0;
    if (o < this.#ramSize) {
      this.#ram8[o] = value;
      if (o < this.ram.codeHigh) this.ram.invalidate(o, o + 1);
      return;
    }
    this.#slowWrite(address >>> 0, 1, value & 0xff);
  }

  /** Bytes of memory without side effects; undefined where there is none. Peripherals are not asked. */
  peek(address: number): number | undefined {
    const at = this.codeAt(address);
    return at?.region.bytes[(address >>> 0) - at.start];
  }

  /** Changes a byte of memory, flash included, as a debugger or programmer does. Answers whether there is one. */
  poke(address: number, value: number): boolean {
    const at = this.codeAt(address);
    if (at === undefined) return false;
    const offset = (address >>> 0) - at.start;
    at.region.bytes[offset] = value;
    at.region.invalidate(offset, offset + 1);
    return true;
  }

  #find(address: number): MappedPeripheral | undefined {
    const last = this.#last;
    if (last !== undefined && address >= last.start && address < last.start + last.size) return last;
    this.#last = this.#peripherals.find(({ start, size }) => address >= start && address < start + size) ?? last;
    const found = this.#last;
    return found !== undefined && address >= found.start && address < found.start + found.size ? found : undefined;
  }

  #peripheralAt(address: number, size: AccessSize, what: string): MappedPeripheral {
    const found = this.#find(address);
    if (found === undefined) throw dataBusFault(address, `${what} of ${size} byte(s) outside memory`);
    if (address >= PRIVATE_START && address < PRIVATE_END && !this.isPrivileged()) {
      throw dataBusFault(address, `unprivileged ${what} of a system register`);
    }
    if ((address & (size - 1)) !== 0) throw unaligned(address, `${what} of a peripheral`);
    return found;
  }

  #slowRead(address: number, size: AccessSize): number {
    if ((address & (size - 1)) !== 0) return this.#readBytes(address, size);
    const aliased = this.codeAt(address);
    if (aliased !== undefined) {
      const o = address - aliased.start;
      if (size === 4) return aliased.region.words[o >> 2];
      return size === 2 ? aliased.region.halfwords[o >> 1] : aliased.region.bytes[o];
    }
    const band = bitBand(address);
    if (band !== undefined) return (this.read32(band.word) >>> band.bit) & 1;
    const { peripheral, start } = this.#peripheralAt(address, size, 'read');
    return peripheral.read(address - start, size);
  }

  #readBytes(address: number, size: AccessSize): number {
    if (this.trapUnaligned) throw unaligned(address, 'read');
    let value = 0;
    for (let i = 0; i < size; i++) {
      const a = (address + i) >>> 0;
      if (this.codeAt(a) === undefined) this.#rejectUnaligned(a, address, 'read');
      value |= this.read8(a) << (8 * i);
    }
    return value >>> 0;
  }

  #rejectUnaligned(at: number, address: number, what: string): void {
    if (this.#find(at) !== undefined || bitBand(at) !== undefined) throw unaligned(address, `${what} of a peripheral`);
    throw dataBusFault(at, `${what} outside memory`);
  }

  #slowWrite(address: number, size: AccessSize, value: number): void {
    if ((address & (size - 1)) !== 0) return this.#writeBytes(address, size, value);
    if (this.codeAt(address) !== undefined) {
      if (this.flashWrite === undefined) throw dataBusFault(address, 'store to flash');
      const inAlias = (address - this.#flashStart) >>> 0 >= this.#flashSize;
      return this.flashWrite(inAlias ? address + this.#flashStart : address, size, value);
    }
    const band = bitBand(address);
    if (band !== undefined) {
      const old = this.read32(band.word);
      return this.write32(band.word, (value & 1) !== 0 ? old | (1 << band.bit) : old & ~(1 << band.bit));
    }
    const { peripheral, start } = this.#peripheralAt(address, size, 'write');
    peripheral.write(address - start, size, value);
  }

  #writeBytes(address: number, size: AccessSize, value: number): void {
    if (this.trapUnaligned) throw unaligned(address, 'write');
    for (let i = 0; i < size; i++) {
      const a = (address + i) >>> 0;
      const at = this.codeAt(a);
      if (at === undefined) this.#rejectUnaligned(a, address, 'write');
      if (at?.region === this.flash) throw dataBusFault(a, 'unaligned store to flash');
    }
    for (let i = 0; i < size; i++) this.write8(address + i, value >>> (8 * i));
  }
}

/** Word and bit that a bit-band alias address stands for. */
function bitBand(address: number): { word: number; bit: number } | undefined {
  for (const { alias, target } of BIT_BAND_ALIASES) {
    const offset = address - alias;
    if (offset < 0 || offset >= BIT_BAND_ALIAS_SIZE) continue;
    const byte = target + (offset >>> 5);
    return { word: (byte & ~3) >>> 0, bit: (byte & 3) * 8 + ((offset >>> 2) & 7) };
  }
  return undefined;
}
