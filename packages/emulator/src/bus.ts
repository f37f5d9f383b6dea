/**
 * The memory map as the processor sees it: flash and RAM by typed arrays, the alias of flash at address 0, bit-band
 * aliases (DDI 0403E B3.1.1: each word of an alias is a bit), and blocks of registers. What nobody claims is a bus fault.
 */

import type { AccessSize, Peripheral } from './peripheral.ts';
import { busFault } from './processor/fault.ts';

export interface MemoryUnit {
  readonly start: number;
  readonly bytes: Uint8Array;
  readonly view: DataView;
}

export interface BusBlock {
  readonly start: number;
  readonly size: number;
  readonly peripheral: Peripheral;
  /** Called before each access: the place to complain that the block's clock is off. */
  readonly guard?: (address: number) => void;
}

/** Addresses of registers are looked up by their 1 KiB page. */
const PAGE_SHIFT = 10;
const SRAM_BAND = 0x22000000;
const PERIPHERAL_BAND = 0x42000000;
const BAND_SIZE = 0x02000000;

export function memoryUnit(start: number, size: number): MemoryUnit {
  const bytes = new Uint8Array(size);
  return { start, bytes, view: new DataView(bytes.buffer) };
}

/** Little-endian views of one memory, as this host is; `ramStart` is a signed word. */
export interface MemoryArrays {
  readonly ramStart: number;
  readonly ram8: Uint8Array;
  readonly ram16: Uint16Array;
  readonly ram32: Int32Array;
  readonly flash8: Uint8Array;
  readonly flash16: Uint16Array;
  readonly flash32: Int32Array;
}

function memoryArrays(flash: MemoryUnit, ram: MemoryUnit): MemoryArrays {
  return {
    ramStart: ram.start | 0,
    ram8: ram.bytes,
    ram16: new Uint16Array(ram.bytes.buffer),
    ram32: new Int32Array(ram.bytes.buffer),
    flash8: flash.bytes,
    flash16: new Uint16Array(flash.bytes.buffer),
    flash32: new Int32Array(flash.bytes.buffer),
  };
}

/** Sees an access before it happens; the address is unsigned. */
export type Watcher = (address: number, size: AccessSize, isWrite: boolean) => void;

export class Bus {
  readonly flash: MemoryUnit;
  readonly ram: MemoryUnit;
  /** Takes stores of the processor into flash; without it they are bus faults. */
  onFlashStore: ((address: number, size: AccessSize, value: number) => void) | undefined;
  /** Looks at reads of flash, by their offset in it, while it is watched (`watchFlash`). */
  onFlashRead: ((offset: number, size: AccessSize) => unknown) | undefined;
  /** Looks at fetches of code from flash that is not remembered yet; says whether it must not be remembered now either. */
  onFlashFetch: ((offset: number, size: number) => boolean) | undefined;
  /** Code in the main RAM may have changed. */
  onRamStore: ((address: number) => void) | undefined;
  /** Code in the other RAM may have changed. */
  onMoreRamStore: ((address: number) => void) | undefined;
  private readonly blocks: readonly BusBlock[];
  private readonly pages = new Map<number, BusBlock[]>();
  /** Of the register read last: `Peripheral.steadyUntil`. */
  steadyUntil = 0;
  private lastBlock: BusBlock | undefined;

  /** Bytes of flash that are read without looking further: all of them, or none while accesses are looked at. */
  directFlash: number;
  /** Bytes of flash whose code hot-loop.ts may execute: all of them, or none while accesses are checked. */
  directCode: number;
  /** Bytes of the main RAM that are read and written without looking further: all of them, or none. */
  directRam: number;
  /** RAM beside the main one: reached the slow way. Code in it is executed by the general path. */
  readonly moreRam: readonly MemoryUnit[];
  private readonly ramWords: Int32Array;
  private readonly ramStart: number;
  private watchesFlash = false;
  /** A debugger does what is done now. */
  isDebugged = false;
  private guard: Watcher | undefined;
  private watcher: Watcher | undefined;
  /** Flash and RAM by width, for the processor's fast path. */
  readonly arrays: MemoryArrays;

  constructor(flash: MemoryUnit, ram: MemoryUnit, blocks: readonly BusBlock[], moreRam: readonly MemoryUnit[] = []) {
    this.flash = flash;
    this.directFlash = this.directCode = flash.bytes.length;
    this.directRam = ram.bytes.length;
    this.ram = ram;
    this.moreRam = moreRam;
    this.ramWords = new Int32Array(ram.bytes.buffer);
    this.ramStart = ram.start;
    this.arrays = memoryArrays(flash, ram);
    this.blocks = blocks;
    for (const block of blocks) {
      for (let page = block.start >>> PAGE_SHIFT; page <= (block.start + block.size - 1) >>> PAGE_SHIFT; page++) {
        const list = this.pages.get(page);
        if (list) list.push(block);
        else this.pages.set(page, [block]);
      }
    }
  }

  get registerBlocks(): readonly BusBlock[] {
    return this.blocks;
  }

  /** Whether `onFlashRead` sees reads of flash. Fetches are `onFlashFetch`'s. Watching makes reads slow. */
  watchFlash(isWatched: boolean): void {
    this.watchesFlash = isWatched;
    this.chooseDirect();
  }

  /**
   * Calls `guard` before each access of the processor to data, which it may forbid by throwing. Without one nothing is
   * slower. Code is checked where it is fetched (code-cache.ts).
   */
  setGuard(guard: Watcher | undefined): void {
    this.guard = guard;
    this.chooseDirect();
  }

  /** Calls `watcher` before each access that the guard allows; it may prevent it by throwing. It makes accesses slow. */
  watch(watcher: Watcher | undefined): void {
    this.watcher = watcher;
    this.chooseDirect();
  }

  /** Accesses of a debugger: neither guard nor watcher sees them. */
  unseen<T>(act: () => T): T {
    const { guard, watcher } = this;
    this.guard = this.watcher = undefined;
    this.isDebugged = true;
    this.chooseDirect();
    try {
      return act();
    } finally {
      this.isDebugged = false;
      this.guard = guard;
      this.watcher = watcher;
      this.chooseDirect();
    }
  }

  private chooseDirect(): void {
    const isSeen = this.guard !== undefined || this.watcher !== undefined;
    this.directRam = isSeen ? 0 : this.ram.bytes.length;
    this.directFlash = isSeen || this.watchesFlash ? 0 : this.flash.bytes.length;
    this.directCode = this.guard ? 0 : this.flash.bytes.length;
  }

  /** The memory unit that holds `size` bytes at `address`; the flash alias at 0 counts. */
  unitAt(address: number, size: number): { unit: MemoryUnit; offset: number } | undefined {
    const ramOffset = (address - this.ram.start) >>> 0;
    if (ramOffset + size <= this.ram.bytes.length) return { unit: this.ram, offset: ramOffset };
    const flashOffset = (address - this.flash.start) >>> 0;
    if (flashOffset + size <= this.flash.bytes.length) return { unit: this.flash, offset: flashOffset };
    if (address >>> 0 <= this.flash.bytes.length - size) return { unit: this.flash, offset: address >>> 0 };
    for (const unit of this.moreRam) {
      const offset = (address - unit.start) >>> 0;
      if (offset + size <= unit.bytes.length) return { unit, offset };
    }
    return undefined;
  }

  /** Signed 32 bits. */
  read32(address: number): number {
    const aligned = (address - this.ramStart) >>> 0;
    if (aligned < this.directRam && (aligned & 3) === 0) return this.ramWords[aligned >>> 2];
    const ramOffset = (address - this.ram.start) >>> 0;
    if (ramOffset <= this.directRam - 4) return this.ram.view.getInt32(ramOffset, true);
    const flashOffset = (address - this.flash.start) >>> 0;
    if (flashOffset <= this.directFlash - 4) return this.flash.view.getInt32(flashOffset, true);
    return this.readSlow(address >>> 0, 4) | 0;
  }

  read16(address: number): number {
    const ramOffset = (address - this.ram.start) >>> 0;
    if (ramOffset <= this.directRam - 2) return this.ram.view.getUint16(ramOffset, true);
    const flashOffset = (address - this.flash.start) >>> 0;
    if (flashOffset <= this.directFlash - 2) return this.flash.view.getUint16(flashOffset, true);
    return this.readSlow(address >>> 0, 2);
  }

  read8(address: number): number {
    const ramOffset = (address - this.ram.start) >>> 0;
    if (ramOffset < this.directRam) return this.ram.bytes[ramOffset];
    const flashOffset = (address - this.flash.start) >>> 0;
    if (flashOffset < this.directFlash) return this.flash.bytes[flashOffset];
    return this.readSlow(address >>> 0, 1);
  }

  write32(address: number, value: number): void {
    const aligned = (address - this.ramStart) >>> 0;
    if (aligned < this.directRam && (aligned & 3) === 0 && !this.onRamStore) {
      this.ramWords[aligned >>> 2] = value;
      return;
    }
    const offset = (address - this.ram.start) >>> 0;
    if (offset > this.directRam - 4) return this.writeSlow(address >>> 0, 4, value >>> 0);
    this.ram.view.setInt32(offset, value, true);
    if (this.onRamStore) this.onRamStore(address);
  }

  write16(address: number, value: number): void {
    const offset = (address - this.ram.start) >>> 0;
    if (offset > this.directRam - 2) return this.writeSlow(address >>> 0, 2, value & 0xffff);
    this.ram.view.setInt16(offset, value, true);
    if (this.onRamStore) this.onRamStore(address);
  }

  write8(address: number, value: number): void {
    const offset = (address - this.ram.start) >>> 0;
    if (offset >= this.directRam) return this.writeSlow(address >>> 0, 1, value & 0xff);
    this.ram.bytes[offset] = value;
    if (this.onRamStore) this.onRamStore(address);
  }

  /** The block of registers at an address, guard called. Accesses come in runs to one block: it is tried first. */
  private blockAt(address: number): BusBlock | undefined {
    const last = this.lastBlock;
    if (last && address >= last.start && address < last.start + last.size) {
      last.guard?.(address);
      return last;
    }
    for (const block of this.pages.get(address >>> PAGE_SHIFT) ?? []) {
      if (address < block.start || address >= block.start + block.size) continue;
      this.lastBlock = block;
      block.guard?.(address);
      return block;
    }
    return undefined;
  }

  /** A word that the processor fetches for itself, from the vector table: the guard does not see it. Signed. */
  readVector(address: number): number {
    return this.readPlain(address >>> 0, 4) | 0;
  }

  private readSlow(address: number, size: AccessSize): number {
    this.guard?.(address, size, false);
    this.watcher?.(address, size, false);
    return this.readPlain(address, size);
  }

  private readPlain(address: number, size: AccessSize): number {
    const block = this.blockAt(address);
    if (block) return this.readRegister(block, address - block.start, size);
    const bit = this.bitOf(address);
    if (bit) return (this.readPlain(bit.address, 1) >>> bit.bit) & 1;
    const place = this.unitAt(address, size);
    if (!place) throw busFault(address, 'read of');
    const { unit, offset } = place;
    if (unit === this.flash && this.watchesFlash) this.onFlashRead?.(offset, size);
    return size === 4
      ? unit.view.getUint32(offset, true)
      : size === 2
        ? unit.view.getUint16(offset, true)
        : unit.bytes[offset];
  }

  private readRegister({ peripheral }: BusBlock, offset: number, size: AccessSize): number {
    const value = peripheral.read(offset, size);
    this.steadyUntil = this.watcher ? 0 : (peripheral.steadyUntil?.(offset) ?? 0);
    return value;
  }

  private writeSlow(address: number, size: AccessSize, value: number): void {
    this.guard?.(address, size, true);
    this.watcher?.(address, size, true);
    this.writePlain(address, size, value);
  }

  private writePlain(address: number, size: AccessSize, value: number): void {
    const block = this.blockAt(address);
    if (block) return block.peripheral.write(address - block.start, size, value);
    const bit = this.bitOf(address);
    if (bit) return this.writeBit(bit.address, bit.bit, value & 1);
    const place = this.unitAt(address, size);
    if (place?.unit === this.flash && this.onFlashStore) {
      const aliased = address < this.flash.bytes.length ? address + this.flash.start : address;
      return this.onFlashStore(aliased, size, value);
    }
    if (!place || place.unit === this.flash) throw busFault(address, 'write to');
    storeBytes(place.unit, place.offset, size, value);
    if (place.unit === this.ram) this.onRamStore?.(address);
    else this.onMoreRamStore?.(address);
  }

  /** In a bit-band alias: the byte and bit behind it. */
  private bitOf(address: number): { address: number; bit: number } | undefined {
    for (const band of [SRAM_BAND, PERIPHERAL_BAND]) {
      const offset = address - band;
      if (offset < 0 || offset >= BAND_SIZE) continue;
      const word = band - 0x02000000 + ((offset >>> 5) & ~3);
      const bit = (offset >>> 2) & 31;
      return { address: word + (bit >>> 3), bit: bit & 7 };
    }
    return undefined;
  }

  /** A read and a write of the whole word, as the bus does it. */
  private writeBit(byteAddress: number, bit: number, value: number): void {
    const word = (byteAddress & ~3) >>> 0;
    const place = (byteAddress & 3) * 8 + bit;
    const old = this.readPlain(word, 4);
    this.writePlain(word, 4, (value ? old | (1 << place) : old & ~(1 << place)) >>> 0);
  }
}

function storeBytes({ view }: MemoryUnit, offset: number, size: AccessSize, value: number): void {
  if (size === 4) view.setUint32(offset, value, true);
  else if (size === 2) view.setUint16(offset, value, true);
  else view.setUint8(offset, value);
}
