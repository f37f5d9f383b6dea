/**
 * Flash as strict as flash can be, in bytes: a write unit can be programmed once after its sector was erased, and again
 * only with all bits programmed; everything else, or an access outside, is a violation, which is a fault of the firmware.
 *
 * An operation that power interrupts leaves its unit or sector torn: what it then reads as is up to the kind of tear, and
 * may differ from reading to reading. Flash with an error correcting code may say that it doubts what it reads.
 */
import { FlashSector, type Tear } from './flash-sector.ts';
import type { Random } from './random.ts';

export type { Tear } from './flash-sector.ts';

/** A memory's shape. */
export interface FlashShape {
  readonly name: string;
  /** First addresses of its sectors, and behind them the end of the last one. */
  readonly bounds: readonly number[];
  readonly unit: number;
  readonly erasedByte: number;
  /** Whether it has an error correcting code. */
  readonly hasEcc: boolean;
  /** What may be erased and programmed; all of it when absent. */
  readonly regions?: readonly { readonly start: number; readonly end: number }[];
}

export const PROGRAM_TEARS: readonly Tear[] = ['bits', 'flicker', 'late', 'fade'];
export const ERASE_TEARS: readonly Tear[] = ['half', 'noise', 'flicker', 'late', 'fade'];

/**
 * What flash may do wrong while power is there. `ignored`: nothing happens, and its controller says that all went well.
 * `refused`: nothing happens, and its controller says so. `weak`: some bits do not come out as they should.
 */
export type Hiccup = 'ignored' | 'refused' | 'weak';
export const HICCUPS: readonly Hiccup[] = ['ignored', 'refused', 'weak'];

export interface FlashOperation {
  readonly op: 'program' | 'erase';
  readonly memory: number;
  readonly address: number;
  /** What is programmed: one unit, as words of 32 bits with a sign. */
  readonly words?: readonly number[];
}

/** The firmware did what this flash does not bear. */
export class FlashViolation extends Error {}

export type FlashImage = readonly FlashSector[];

export class SimFlash {
  readonly shape: FlashShape;
  /** Erases that were begun, by sector. */
  readonly erases: number[];
  programmedUnits = 0;
  /** Whether the last readings were doubted; the reader clears it. */
  isDoubted = false;
  private sectors: FlashSector[];
  private owned: boolean[];
  /** The sector that was looked up last. */
  private last = 0;
  private readonly random: () => Random;
  private readonly erasedWord: number;

  constructor(shape: FlashShape, random: () => Random) {
    this.shape = shape;
    this.random = random;
    this.erasedWord = Math.imul(shape.erasedByte, 0x0101_0101);
    this.sectors = shape.bounds.slice(0, -1).map((start, i) => this.erasedSector(shape.bounds[i + 1] - start));
    this.owned = this.sectors.map(() => true);
    this.erases = this.sectors.map(() => 0);
  }

  /** All that it holds. Cheap: sectors are copied when they are changed. */
  snapshot(): FlashImage {
    this.owned.fill(false);
    return [...this.sectors];
  }

  restore(image: FlashImage): void {
    this.sectors = [...image];
    this.owned.fill(false);
  }

  /** A session begins: torn places age. */
  age(): void {
    this.sectors.forEach((sector, i) => {
      if (sector.torn) this.sectors[i] = sector.aged();
    });
  }

  /** The sector with that number, to be read. */
  sector(index: number): FlashSector {
    return this.sectors[index];
  }

  /** The word at an address, as it reads just now. */
  readWord(address: number): number {
    const index = this.sectorAt(address, 4);
    const sector = this.sectors[index];
    const offset = address - this.shape.bounds[index];
    const word = sector.words[offset >> 2];
    return sector.torn ? this.readTorn(sector, offset, word) : word;
  }

  private readTorn(sector: FlashSector, offset: number, stable: number): number {
    const unit = Math.floor(offset / this.shape.unit);
    const place = sector.tornAt(unit);
    if (!place) return stable;
    const at = sector.torn!.has(unit) ? offset - unit * this.shape.unit : offset;
    const { tear, old, done, age } = place;
    if (tear === 'bits' || tear === 'noise' || tear === 'half') {
      if (this.shape.hasEcc && tear !== 'half') this.isDoubted = true;
      return stable;
    }
    const isDone = tear === 'flicker' ? this.random().below(2) === 0 : tear === 'late' ? age > 1 : age <= 1;
    if (tear === 'flicker' && this.shape.hasEcc && this.random().below(3) === 0) this.isDoubted = true;
    return wordAt(isDone ? done : old, at);
  }

  /** What an operation does when nothing interrupts it. */
  apply({ op, address, words }: FlashOperation): void {
    if (op === 'erase') this.erase(address);
    else this.program(address, words!);
  }

  private erase(address: number): void {
    const index = this.sectorToErase(address);
    this.erases[index]++;
    this.renew(index);
  }

  private program(address: number, words: readonly number[]): void {
    const { index, offset, unit } = this.checkProgram(address, words);
    const sector = this.own(index);
    const { words: held, isSpoiled } = sector;
    const first = offset >> 2;
    // Programming moves bits away from erased only.
    for (let i = 0; i < words.length; i++)
      held[first + i] = isSpoiled
        ? ((words[i] ^ this.erasedWord) | (held[first + i] ^ this.erasedWord)) ^ this.erasedWord
        : words[i];
    sector.program(unit, offset + 4 * words.length);
    if (sector.torn?.has(unit)) {
      const torn = new Map(sector.torn);
      torn.delete(unit);
      this.sectors[index] = sector.withTorn(torn);
    }
    this.programmedUnits++;
  }

  /** An operation that goes wrong while power is there. */
  stumble(operation: FlashOperation, how: Hiccup, random: Random): void {
    const { op, address, words } = operation;
    if (op === 'erase') return this.eraseBadly(this.sectorToErase(address), how, random);
    const { index, offset } = this.checkProgram(address, words!);
    if (how !== 'weak') return;
    const at = random.below(4 * words!.length);
    const old = this.sectors[index].bytes[offset + at];
    this.apply(operation);
    this.sectors[index].bytes[offset + at] = old;
    this.sectors[index].change();
  }

  /** Of a sector whose erase goes wrong nothing is erased, or all but a byte. */
  private eraseBadly(index: number, how: Hiccup, random: Random): void {
    const old = this.sectors[index];
    const at = random.below(old.bytes.length);
    if (how === 'weak') {
      this.renew(index);
      this.sectors[index].bytes[at] = old.bytes[at];
      this.sectors[index].used = at + 1;
    }
    this.owned[index] = how === 'weak';
    this.sectors[index] = this.sectors[index].spoiled();
  }

  private checkProgram(address: number, words: readonly number[]) {
    const { unit: size, bounds, name } = this.shape;
    if (address % size !== 0 || 4 * words.length !== size)
      throw new FlashViolation(
        `${name}: ${4 * words.length} bytes programmed at ${hex(address)}: units are ${size} bytes`,
      );
    const index = this.sectorAt(address, size);
    const offset = address - bounds[index];
    const unit = offset / size;
    this.checkRegion(address, size);
    const sector = this.sectors[index];
    if (!sector.isFresh(unit) && !sector.isSpoiled && !words.every((word) => word === ~this.erasedWord))
      throw new FlashViolation(`${name}: the unit at ${hex(address)} is programmed again without an erase`);
    return { index, offset, unit };
  }

  /** What an operation leaves behind that power interrupts. */
  tear({ op, address, words }: FlashOperation, tear: Tear, random: Random): void {
    if (op === 'erase') this.tearErase(address, tear, random);
    else this.tearProgram(address, words!, tear, random);
  }

  private tearProgram(address: number, words: readonly number[], tear: Tear, random: Random): void {
    const { index, offset, unit } = this.checkProgram(address, words);
    const sector = this.own(index);
    const bytes = new Uint8Array(Int32Array.from(words).buffer);
    const old = sector.bytes.slice(offset, offset + bytes.length);
    if (tear === 'bits')
      sector.bytes.set(
        bytes.map((byte, i) => old[i] ^ ((old[i] ^ byte) & random.below(256))),
        offset,
      );
    sector.program(unit, offset + bytes.length);
    const torn = new Map(sector.torn).set(unit, { tear, old, done: bytes, age: 0 });
    this.sectors[index] = sector.withTorn(torn);
  }

  private tearErase(address: number, tear: Tear, random: Random): void {
    const index = this.sectorToErase(address);
    this.erases[index]++;
    const { bytes: old } = this.sectors[index];
    const { erasedByte, unit } = this.shape;
    const done = new Uint8Array(old.length).fill(erasedByte);
    const bytes = old.slice();
    if (tear === 'half') bytes.fill(erasedByte, 0, old.length >> 1);
    if (tear === 'noise') for (let i = 0; i < bytes.length; i += 1 + random.below(64)) bytes[i] = random.below(256);
    const torn = new Map([[-1, { tear, old: old.slice(), done, age: 0 }]]);
    this.sectors[index] = new FlashSector(bytes, new Uint8Array(old.length / unit), old.length, torn);
    this.owned[index] = true;
  }

  /** The bytes of a range, torn places as they would read if they were stable; for oracles. */
  peek(address: number, length: number): Uint8Array {
    const out = new Uint8Array(length);
    for (let done = 0; done < length; ) {
      const index = this.sectorOf(address + done);
      const from = address + done - this.shape.bounds[index];
      const part = this.sectors[index].bytes.subarray(from, from + length - done);
      out.set(part, done);
      done += part.length;
    }
    return out;
  }

  /** Offset of the first byte of a range that is not erased; undefined where all are. Torn places as `peek` has them. */
  firstUsed(address: number, length: number): number | undefined {
    const { erasedByte, bounds } = this.shape;
    for (let done = 0; done < length; ) {
      const index = this.sectorOf(address + done);
      const { bytes, used } = this.sectors[index];
      const from = address + done - bounds[index];
      const end = Math.min(from + length - done, bytes.length);
      for (let at = from; at < Math.min(end, used); at++) if (bytes[at] !== erasedByte) return done + at - from;
      done += end - from;
    }
    return undefined;
  }

  /** Whether a range has no torn place. */
  isStable(address: number, length: number): boolean {
    const { bounds, unit } = this.shape;
    for (let at = address; at < address + length; ) {
      const index = this.sectorOf(at);
      const end = Math.min(address + length, bounds[index + 1]);
      const sector = this.sectors[index];
      if (sector.torn)
        for (; at < end; at += unit) if (sector.tornAt(Math.floor((at - bounds[index]) / unit))) return false;
      at = end;
    }
    return true;
  }

  /** Puts bytes in place as a programmer does: sectors are taken as erased before. */
  load(address: number, bytes: Uint8Array): void {
    const { unit, erasedByte } = this.shape;
    for (let i = 0; i < bytes.length; i += unit) {
      const part = new Uint8Array(unit).fill(erasedByte);
      part.set(bytes.subarray(i, i + unit));
      this.program(address + i, [...new Int32Array(part.buffer)]);
    }
    this.programmedUnits = 0;
  }

  /** What somebody else does, who has flash in his hands: sectors are erased, and bytes written from the start on. */
  overwrite(start: number, end: number, bytes: Uint8Array): void {
    for (let at = start; at < end; at = this.sectorEnd(at)) {
      const index = this.sectorOf(at);
      this.renew(index);
    }
    this.load(start, bytes);
  }

  private own(index: number): FlashSector {
    if (!this.owned[index]) {
      this.sectors[index] = this.sectors[index].copy();
      this.owned[index] = true;
    }
    return this.sectors[index];
  }

  /** The sector is erased. */
  private renew(index: number): void {
    this.sectors[index] = this.erasedSector(this.sectors[index].bytes.length);
    this.owned[index] = true;
  }

  private erasedSector(size: number): FlashSector {
    return FlashSector.erased(size, this.shape.unit, this.shape.erasedByte);
  }

  /** The number of the sector that an address is in. */
  sectorOf(address: number): number {
    return this.sectorAt(address, 1);
  }

  /** End of the sector that an address is in. */
  sectorEnd(address: number): number {
    return this.shape.bounds[this.sectorOf(address) + 1];
  }

  private sectorToErase(address: number): number {
    const index = this.sectorOf(address);
    if (this.shape.bounds[index] !== address)
      throw new FlashViolation(`${this.shape.name}: no sector begins at ${hex(address)}`);
    this.checkRegion(address, this.shape.bounds[index + 1] - address);
    return index;
  }

  /** Throws where an operation changes what updates of the app under test have no business with. */
  private checkRegion(address: number, size: number): void {
    const { regions, name } = this.shape;
    if (!regions) return;
    for (const { start, end } of regions) if (address >= start && address + size <= end) return;
    throw new FlashViolation(`${name}: ${hex(address)} is in no region of this app's updates`);
  }

  private sectorAt(address: number, size: number): number {
    const { bounds, name } = this.shape;
    // What is read is nearly always where the last was.
    if (address >= bounds[this.last] && address + size <= bounds[this.last + 1]) return this.last;
    if (address < bounds[0] || address + size > bounds[bounds.length - 1])
      throw new FlashViolation(`${name}: ${hex(address)} is outside`);
    let low = 0;
    let high = bounds.length - 1;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (bounds[middle] <= address) low = middle;
      else high = middle;
    }
    this.last = low;
    return low;
  }
}

function wordAt(bytes: Uint8Array, offset: number): number {
  return bytes[offset] | (bytes[offset + 1] << 8) | (bytes[offset + 2] << 16) | (bytes[offset + 3] << 24) | 0;
}

const hex = (value: number) => `0x${value.toString(16).toUpperCase()}`;
