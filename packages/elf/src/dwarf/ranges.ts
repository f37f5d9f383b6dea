/**
 * Which addresses a unit covers, told twice: .debug_aranges, which a debugger reads to find a unit by an address (DWARF 4,
 * 6.1.2), and .debug_ranges, which the unit itself names (2.17.3).
 */
import { ByteWriter } from '@kickstage/base/bytes';
import { ARANGES_VERSION } from './constants.ts';

export interface AddressRange {
  readonly start: number;
  readonly end: number;
}

/** Header of 12 bytes, filled so that the pairs begin at a multiple of their size. */
const FILLING = 4;

/** `unitOffset` is that of the unit in .debug_info. */
export function writeAranges(units: readonly { unitOffset: number; ranges: readonly AddressRange[] }[]): Uint8Array {
  const out = new ByteWriter();
  for (const { unitOffset, ranges } of units) {
    out
      .u32(8 + FILLING + 8 * (ranges.length + 1))
      .u16(ARANGES_VERSION)
      .u32(unitOffset)
      .u8(4)
      .u8(0)
      .u32(0);
    for (const { start, end } of ranges) out.u32(start).u32(end - start);
    out.u32(0).u32(0);
  }
  return out.toBytes();
}

/** Lists of ranges in .debug_ranges. Addresses are absolute: units with lists say that their base is 0. */
export class RangeLists {
  private readonly out = new ByteWriter();

  /** Adds a list; gives its offset. */
  add(ranges: readonly AddressRange[]): number {
    const at = this.out.length;
    for (const { start, end } of ranges) this.out.u32(start).u32(end);
    this.out.u32(0).u32(0);
    return at;
  }

  toBytes(): Uint8Array {
    return this.out.toBytes();
  }
}
