/** A sector of simulated flash: what it holds, and its torn places. */

/**
 * How a torn place reads. `bits`: a mixture that stays as it is. `flicker`: old or new at each reading. `late`: as before
 * for one session, then as if the operation had ended. `fade`: the other way round. `half` (erase alone): the first half
 * is done. `noise` (erase alone): anything, and it stays.
 */
export type Tear = 'bits' | 'flicker' | 'late' | 'fade' | 'half' | 'noise';

export interface TornPlace {
  readonly tear: Tear;
  readonly old: Uint8Array;
  readonly done: Uint8Array;
  /** Sessions since it was torn. */
  readonly age: number;
}

/** By unit; -1: the whole sector, as its erase left it. */
export type TornPlaces = ReadonlyMap<number, TornPlace>;

const FRESH = 0;
const PROGRAMMED = 1;

/** How many sectors were made or changed. */
let changes = 0;

export class FlashSector {
  readonly bytes: Uint8Array;
  /** The same as words; hosts and chips alike are little-endian. */
  readonly words: Int32Array;
  /** FRESH or PROGRAMMED, by unit. */
  readonly units: Uint8Array;
  /** Undefined where there are none. */
  readonly torn: TornPlaces | undefined;
  /** Its last erase went wrong though power was there: what is programmed over the rest is no violation, but wrong. */
  readonly isSpoiled: boolean;
  /** Everything behind this offset is erased. */
  used: number;
  /** Another number after each change of its bytes: sectors with the same stamp hold the same. */
  stamp: number;

  /** `bytes` has a buffer of its own. */
  constructor(bytes: Uint8Array, units: Uint8Array, used: number, torn?: TornPlaces, isSpoiled = false) {
    this.bytes = bytes;
    this.words = new Int32Array(bytes.buffer, 0, bytes.length >> 2);
    this.units = units;
    this.used = used;
    this.torn = torn;
    this.isSpoiled = isSpoiled;
    this.stamp = ++changes;
  }

  static erased(size: number, unit: number, erasedByte: number): FlashSector {
    return new FlashSector(new Uint8Array(size).fill(erasedByte), new Uint8Array(size / unit), 0);
  }

  /** The same with memory of its own, to be changed. */
  copy(): FlashSector {
    return new FlashSector(this.bytes.slice(), this.units.slice(), this.used, this.torn, this.isSpoiled);
  }

  /** The same memory with other torn places. */
  withTorn(torn: TornPlaces): FlashSector {
    return new FlashSector(this.bytes, this.units, this.used, torn.size > 0 ? torn : undefined, this.isSpoiled);
  }

  spoiled(): FlashSector {
    return new FlashSector(this.bytes, this.units, this.used, this.torn, true);
  }

  /** A session begins: torn places age. */
  aged(): FlashSector {
    if (!this.torn) return this;
    return this.withTorn(new Map([...this.torn].map(([unit, place]) => [unit, { ...place, age: place.age + 1 }])));
  }

  /** A unit, which ends at that offset, was programmed. */
  program(unit: number, end: number): void {
    this.units[unit] = PROGRAMMED;
    if (end > this.used) this.used = end;
    this.change();
  }

  /** To be called when its bytes have changed. */
  change(): void {
    this.stamp = ++changes;
  }

  isFresh(unit: number): boolean {
    return this.units[unit] === FRESH && !(this.torn?.has(unit) || this.torn?.has(-1));
  }

  /** The torn place that a unit is in. */
  tornAt(unit: number): TornPlace | undefined {
    return this.torn?.get(unit) ?? (this.units[unit] === FRESH ? this.torn?.get(-1) : undefined);
  }
}
