/** Prepared instructions by address: filled as code is executed, emptied where memory changes. */
import type { Bus, MemoryUnit } from '../bus.ts';
import { CFSR, Fault } from './fault.ts';
import { TRAP } from './halt.ts';
import { packHot } from './hot-code.ts';
import type { Instruction } from './instruction.ts';
import { prepare } from './prepare.ts';

interface UnitCache {
  readonly unit: MemoryUnit;
  readonly start: number;
  /** Halfwords of the unit. */
  readonly count: number;
  /** Empty until the first fetch from the unit: code in RAM is rare, and RAM may be large. */
  readonly slots: (Instruction | undefined)[];
  /** Slots that hold a trap. */
  readonly traps: Set<number>;
}

export type FetchCheck = (address: number) => void;

export class CodeCache {
  private readonly caches: readonly UnitCache[];
  private readonly ramCache: UnitCache;
  private readonly moreRamCaches: readonly UnitCache[];
  /** Instructions of flash by (address - start) / 2: the processor's loop looks here first. Empty while fetches are checked. */
  flashSlots: (Instruction | undefined)[];
  private readonly slotsOfFlash: (Instruction | undefined)[];
  private check: FetchCheck | undefined;
  /** Two words for each halfword of flash: what hot-loop.ts executes. */
  readonly hot: Int32Array;
  /** Bytes of flash, by their offset in it, may have changed, or got a trap. */
  onFlashChange: ((start: number, end: number) => void) | undefined;
  private ramUsed = false;
  private readonly bus: Bus;

  constructor(bus: Bus) {
    this.bus = bus;
    const flash = emptyCache(bus.flash, bus.flash.start);
    allocate(flash);
    this.flashSlots = this.slotsOfFlash = flash.slots;
    this.hot = new Int32Array(bus.flash.bytes.length);
    this.ramCache = emptyCache(bus.ram, bus.ram.start);
    this.moreRamCaches = bus.moreRam.map((unit) => emptyCache(unit, unit.start));
    this.caches = [flash, { ...flash, start: 0 }, this.ramCache, ...this.moreRamCaches];
  }

  /** Every fetch is checked from now on: by address, for each halfword; the check may throw. */
  setCheck(check: FetchCheck | undefined): void {
    this.check = check;
    this.flashSlots = check ? [] : this.slotsOfFlash;
  }

  fetch(address: number): Instruction {
    this.check?.(address);
    for (let k = 0; k < this.caches.length; k++) {
      const { start, count, slots } = this.caches[k];
      const index = ((address - start) >>> 0) >>> 1;
      if (index >= count) continue;
      const instruction = slots[index] ?? this.fill(this.caches[k], index);
      if (instruction.size === 4) this.check?.(address + 2);
      return instruction;
    }
    throw fetchFault(address >>> 0);
  }

  /** Makes the processor halt before the instruction at `address`; false where code cannot be. */
  setTrap(address: number): boolean {
    const place = this.placeOf(address);
    if (!place) return false;
    place.cache.traps.add(place.index);
    this.invalidate(address, address + 2);
    return true;
  }

  removeTrap(address: number): void {
    const place = this.placeOf(address);
    if (place?.cache.traps.delete(place.index)) this.invalidate(address, address + 2);
  }

  hasTrap(address: number): boolean {
    const place = this.placeOf(address);
    return place?.cache.traps.has(place.index) ?? false;
  }

  /** Whether there is a trap in the bytes of flash from offset `start` to `end`. */
  hasTrapInFlash(start: number, end: number): boolean {
    const { flash } = this.bus;
    for (const { unit, traps } of this.caches)
      if (unit === flash) for (const index of traps) if (index >= start >>> 1 && 2 * index < end) return true;
    return false;
  }

  private placeOf(address: number): { cache: UnitCache; index: number } | undefined {
    for (const cache of this.caches) {
      const index = ((address - cache.start) >>> 0) >>> 1;
      if (index < cache.count) return { cache, index };
    }
    return undefined;
  }

  /** Bytes from `start` to `end` changed. */
  invalidate(start: number, end: number): void {
    for (const cache of this.caches) {
      const from = Math.max(0, (start - cache.start - 2) >> 1);
      const to = Math.min(cache.slots.length, (end - cache.start + 1) >> 1);
      for (let i = from; i < to; i++) cache.slots[i] = undefined;
      if (cache.unit !== this.bus.flash || from >= to) continue;
      this.onFlashChange?.(2 * from, 2 * to);
      this.hot.fill(0, 2 * from, 2 * to);
    }
  }

  private fill(cache: UnitCache, index: number): Instruction {
    const { unit, slots, start, traps } = cache;
    if (slots.length === 0) allocate(cache);
    if (traps.has(index)) {
      slots[index] = TRAP;
      return TRAP;
    }
    const hw1 = unit.view.getUint16(index * 2, true);
    const hw2 = index * 2 + 4 <= unit.bytes.length ? unit.view.getUint16(index * 2 + 2, true) : 0;
    const { instruction, decoded } = prepare(hw1, hw2);
    if (unit === this.bus.flash && this.bus.onFlashFetch?.(index * 2, instruction.size)) return instruction;
    slots[index] = instruction;
    if (decoded && start === this.bus.flash.start)
      this.hot.set(packHot(decoded, instruction, start + index * 2), 2 * index);
    if (unit === this.bus.ram && !this.ramUsed) {
      this.ramUsed = true;
      this.bus.onRamStore = (address) => this.ramStored(this.ramCache, address);
    }
    if (this.bus.moreRam.includes(unit)) this.bus.onMoreRamStore ??= (address) => this.moreRamStored(address);
    return instruction;
  }

  private moreRamStored(address: number): void {
    for (const cache of this.moreRamCaches) this.ramStored(cache, address);
  }

  private ramStored({ slots, start }: UnitCache, address: number): void {
    const index = (address - start) >> 1;
    if (index < 0 || index >= slots.length) return;
    if (index > 0) slots[index - 1] = undefined;
    slots[index] = undefined;
    slots[index + 1] = undefined;
  }
}

/** Peripherals, devices and the system are never code (DDI 0403E B3.1, table B3-1); elsewhere nobody answers. */
function fetchFault(address: number): Fault {
  const text = `instruction fetch from 0x${address.toString(16).padStart(8, '0')}`;
  const neverCode = (address >= 0x40000000 && address < 0x60000000) || address >= 0xa0000000;
  return neverCode ? new Fault('MemManage', CFSR.IACCVIOL, text) : new Fault('BusFault', CFSR.IBUSERR, text);
}

function emptyCache(unit: MemoryUnit, start: number): UnitCache {
  return { unit, start, count: unit.bytes.length >> 1, slots: [], traps: new Set() };
}

function allocate({ slots, count }: UnitCache): void {
  slots.length = count;
  slots.fill(undefined);
}
