/**
 * The CRC unit: RM0383 Rev 3, chapter 4 (CRC-32 with the polynomial 0x04C11DB7, whole words, most significant bit first),
 * and RM0351 Rev 9, chapter 15 (polynomials of 7, 8, 16 or 32 bits, any initial value, bits reversed on the way in and
 * out, bytes and halfwords). The result is there at once; silicon takes 4 clocks for a word and holds up the next access.
 */
import type { AccessSize } from '../peripheral.ts';
import { ANY_WIDTH, field, type Register, RegisterBlock, WORDS_ONLY } from './register-block.ts';

const R = { DR: 0x00, IDR: 0x04, CR: 0x08, INIT: 0x10, POL: 0x14 } as const;
const POLYNOMIAL = 0x04c11db7;
const ALL = 0xffffffff;
/** CRC_CR: 4.4.3; 15.4.3. */
const RESET = 1 << 0;
const POLYSIZE = 0x18;
const REV_IN = 0x60;
const REV_OUT = 1 << 7;
const SIZES = [32, 16, 8, 7];

/** 4.4; 15.4. */
const FIXED: readonly Register[] = [
  { name: 'DR', offset: R.DR, reset: ALL, writable: ALL },
  { name: 'IDR', offset: R.IDR, reset: 0, writable: 0xff },
  { name: 'CR', offset: R.CR, reset: 0, writable: 0, ignored: RESET },
];
const PROGRAMMABLE: readonly Register[] = [
  FIXED[0],
  FIXED[1],
  { name: 'CR', offset: R.CR, reset: 0, writable: POLYSIZE | REV_IN | REV_OUT, ignored: RESET },
  { name: 'INIT', offset: R.INIT, reset: ALL, writable: ALL },
  { name: 'POL', offset: R.POL, reset: POLYNOMIAL, writable: ALL },
];

export class Crc extends RegisterBlock {
  private readonly isProgrammable: boolean;
  /** The remainder, in its lowest bits. */
  private remainder = ALL;

  /** `isProgrammable`: as in the STM32L4. */
  constructor(isProgrammable: boolean) {
    super('CRC', isProgrammable ? PROGRAMMABLE : FIXED, isProgrammable ? ANY_WIDTH : WORDS_ONLY);
    this.isProgrammable = isProgrammable;
  }

  /** What is written to DR counts with its width. */
  override write(offset: number, size: AccessSize, value: number): void {
    if (offset === R.DR && (size === 4 || this.isProgrammable)) this.take(value, 8 * size);
    else super.write(offset, size, value);
  }

  steadyUntil(): number {
    return Number.POSITIVE_INFINITY;
  }

  protected override onRead(offset: number): number {
    if (offset !== R.DR) return this.get(offset);
    return this.get(R.CR) & REV_OUT ? reverse(this.remainder, this.polynomialBits()) : this.remainder;
  }

  /** A new initial value comes into force with the next reset of the unit (15.3.3). */
  protected override onWrite(offset: number, value: number, lanes: number): void {
    this.store(offset, value, lanes);
    if (offset === R.CR && value & RESET) this.begin();
  }

  protected override onReset(): void {
    this.begin();
  }

  protected override saveExtra(): unknown {
    return this.remainder;
  }

  protected override loadExtra(extra: unknown): void {
    this.remainder = extra as number;
  }

  private begin(): void {
    const init = this.isProgrammable ? this.get(R.INIT) : ALL;
    this.remainder = (init & this.mask()) >>> 0;
  }

  private polynomialBits(): number {
    return SIZES[field(this.get(R.CR), POLYSIZE)];
  }

  private mask(): number {
    return ALL >>> (32 - this.polynomialBits());
  }

  private take(value: number, width: number): void {
    const size = this.polynomialBits();
    const polynomial = this.isProgrammable ? this.get(R.POL) : POLYNOMIAL;
    const bits = this.reversedIn(value, width);
    let remainder = this.remainder;
    for (let i = width - 1; i >= 0; i--) {
      const out = ((remainder >>> (size - 1)) ^ (bits >>> i)) & 1;
      remainder = out ? (remainder << 1) ^ polynomial : remainder << 1;
    }
    this.remainder = (remainder & this.mask()) >>> 0;
  }

  /** Reversed by bytes, halfwords or words, but never by more than was written (15.3.3). */
  private reversedIn(value: number, width: number): number {
    const how = field(this.get(R.CR), REV_IN);
    if (how === 0) return value;
    const step = Math.min(width, 4 << how);
    let result = 0;
    for (let at = 0; at < width; at += step) result |= reverse((value >>> at) & (ALL >>> (32 - step)), step) << at;
    return result >>> 0;
  }
}

function reverse(value: number, bits: number): number {
  let result = 0;
  for (let i = 0; i < bits; i++) result |= ((value >>> i) & 1) << (bits - 1 - i);
  return result >>> 0;
}
