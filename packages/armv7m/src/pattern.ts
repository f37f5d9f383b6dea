/**
 * Bit patterns as the manual draws them, most significant bit first: `11110 i 0 1000 S Rn 0 imm3 Rd imm8`.
 *
 *  - a run of 0 and 1: fixed bits;
 *  - a run in parentheses, `(0)`, `(1111)`: bits that should be so. Others make the instruction UNPREDICTABLE;
 *  - a name: a field. Registers (`R…`) have four bits, `imm8` as many as it says, any other name one; `Rd:3` says it.
 */
import { invariant } from '@kickstage/base/invariant';

export interface BitField {
  readonly name: string;
  readonly shift: number;
  readonly width: number;
}

/** Words of 32-bit instructions have the first halfword in bits 31..16. All words are signed JavaScript integers. */
export interface Pattern {
  readonly size: 2 | 4;
  /** Fixed bits and their value. */
  readonly mask: number;
  readonly value: number;
  /** Bits in parentheses and their value. */
  readonly shouldMask: number;
  readonly shouldValue: number;
  readonly fields: readonly BitField[];
}

function fieldWidth(token: string): number {
  const explicit = /:(\d+)$/.exec(token);
  if (explicit) return Number(explicit[1]);
  const immediate = /^imm(\d+)$/.exec(token);
  if (immediate) return Number(immediate[1]);
  return token.startsWith('R') && token.length > 1 ? 4 : 1;
}

/** Reads a pattern. A pattern that is neither 16 nor 32 bits long, or has a field twice, is our bug. */
export function parsePattern(text: string): Pattern {
  const tokens = text.split(' ').map((token) => {
    const digits = /^(\(?)([01]+)\)?$/.exec(token);
    return digits
      ? { bits: digits[2], should: digits[1] === '(', width: digits[2].length }
      : { name: token.split(':')[0], width: fieldWidth(token) };
  });
  const total = tokens.reduce((sum, token) => sum + token.width, 0);
  invariant(total === 16 || total === 32, `pattern '${text}' has ${total} bits`);

  const fixed = { mask: 0, value: 0 };
  const should = { mask: 0, value: 0 };
  const fields: BitField[] = [];
  let shift = total;
  for (const token of tokens) {
    shift -= token.width;
    if (token.bits === undefined) {
      invariant(!fields.some((f) => f.name === token.name), `pattern '${text}' has field ${token.name} twice`);
      fields.push({ name: token.name, shift, width: token.width });
      continue;
    }
    const into = token.should ? should : fixed;
    into.mask |= (2 ** token.width - 1) << shift;
    into.value |= Number.parseInt(token.bits, 2) << shift;
  }
  return {
    size: total === 16 ? 2 : 4,
    mask: fixed.mask,
    value: fixed.value,
    shouldMask: should.mask,
    shouldValue: should.value,
    fields,
  };
}
