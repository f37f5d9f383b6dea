/** Where a value is: location expressions (DWARF 4, 2.6.1) and lists of them by address, .debug_loc (2.6.2). */
import { ByteWriter } from '@kickstage/base/bytes';
import { OP } from './constants.ts';
import { sleb, uleb } from './leb128.ts';
import type { AddressRange } from './ranges.ts';

/** One word, or the only part, of a value. */
export type Location =
  | { readonly kind: 'register'; readonly register: number }
  /** In memory at CFA + offset: the function's frame base is its CFA. */
  | { readonly kind: 'frame'; readonly offset: number }
  | { readonly kind: 'address'; readonly address: number }
  /** Nowhere, but known. */
  | { readonly kind: 'constant'; readonly value: number };

/** The value's location: one part, or several words, low one first. An absent word is not known. */
export function locationExpression(parts: readonly (Location | undefined)[], wordSize = 4): Uint8Array {
  const out = new ByteWriter();
  for (const part of parts) {
    if (part) writeLocation(out, part);
    // The upper half of a double is a piece already.
    if (parts.length > 1 && !(part && isUpperHalf(part))) uleb(out.u8(OP.piece), wordSize);
  }
  return out.toBytes();
}

/** s16 to s31 (IHI 0040, 3.1). */
const isKeptSingle = (register: number) => register >= 80 && register < 96;
const isUpperHalf = (location: Location) =>
  location.kind === 'register' && isKeptSingle(location.register) && (location.register & 1) === 1;

/**
 * Functions save s16 to s31 by the doubles that they are halves of, and gdb 13 takes a single from the innermost frame
 * whatever frame it is asked for: they are named as halves, too.
 */
function writeKeptSingle(out: ByteWriter, register: number): void {
  const FIRST_DOUBLE = 256;
  uleb(out.u8(OP.regx), FIRST_DOUBLE + ((register - 64) >> 1));
  if (register & 1) uleb(uleb(out.u8(OP.bit_piece), 32), 32);
}

function writeLocation(out: ByteWriter, location: Location): void {
  switch (location.kind) {
    case 'register':
      if (isKeptSingle(location.register)) writeKeptSingle(out, location.register);
      else if (location.register < 32) out.u8(OP.reg0 + location.register);
      else uleb(out.u8(OP.regx), location.register);
      return;
    case 'frame':
      return void sleb(out.u8(OP.fbreg), location.offset);
    case 'address':
      out.u8(OP.addr).u32(location.address);
      return;
    case 'constant':
      return void uleb(out.u8(OP.constu), location.value).u8(OP.stack_value);
  }
}

export interface LocationRange extends AddressRange {
  readonly expression: Uint8Array;
}

/** Lists in .debug_loc. Addresses are absolute: units with lists say that their base is 0. */
export class LocationLists {
  private readonly out = new ByteWriter();

  /** Adds a list; gives its offset. */
  add(ranges: readonly LocationRange[]): number {
    const at = this.out.length;
    for (const { start, end, expression } of ranges) {
      this.out.u32(start).u32(end).u16(expression.length).append(expression);
    }
    this.out.u32(0).u32(0);
    return at;
  }

  toBytes(): Uint8Array {
    return this.out.toBytes();
  }
}
