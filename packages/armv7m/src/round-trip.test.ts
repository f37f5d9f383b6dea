/** decode and encode undo each other: for every encoding, and for every halfword there is. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decode } from './decode.ts';
import { encode, fits, type Operands } from './encode.ts';
import type { Encoding } from './encoding.ts';
import { ENCODINGS, type EncodingId } from './encodings.ts';

function decodeWord({ size }: Encoding, word: number) {
  return size === 2 ? decode(word & 0xffff, 0) : decode(word >>> 16, word & 0xffff);
}

function halfwordsOf({ size }: Encoding, word: number): number[] {
  return size === 2 ? [word & 0xffff] : [word >>> 16, word & 0xffff];
}

function encodes(id: EncodingId, operands: Operands, halfwords: readonly number[]): boolean {
  return fits(id, operands) && encode(id, operands).halfwords.every((h, i) => h === halfwords[i]);
}

test.each(ENCODINGS.map((encoding) => [encoding.id, encoding] as const))('%s', (id, encoding) => {
  const fixed = encoding.mask | encoding.shouldMask;
  const start = encoding.value | encoding.shouldValue;
  let seen = 0;
  fc.assert(
    fc.property(fc.integer(), (bits) => {
      const word = start | (bits & ~fixed);
      const decoded = decodeWord(encoding, word);
      if (decoded?.id !== id) return;
      seen++;
      const halfwords = halfwordsOf(encoding, word);
      const isPredictable = decoded.unpredictable === undefined;
      expect(encodes(decoded.id, decoded.operands, halfwords)).toBe(isPredictable);
    }),
    { numRuns: 100, seed: 7 },
  );
  expect(seen).toBeGreaterThan(0);
});

test('all 16-bit words decode to what encodes to them, or to nothing', () => {
  const unpredictable = new Map<EncodingId, number>();
  let undefinedCount = 0;
  for (let word = 0; word < 0xe800; word++) {
    const decoded = decode(word, 0);
    if (decoded === undefined) undefinedCount++;
    else if (decoded.unpredictable !== undefined) {
      unpredictable.set(decoded.id, (unpredictable.get(decoded.id) ?? 0) + 1);
    } else if (encode(decoded.id, decoded.operands).halfwords[0] !== word) {
      expect.fail(`${word.toString(16)} is ${decoded.id} and encodes otherwise`);
    }
  }
  expect(undefinedCount).toBe(800);
  expect(Object.fromEntries(unpredictable)).toEqual({
    ADD_reg_T2: 1, // add pc, pc
    BLX_reg_T1: 7 * 16 + 1, // low bits, pc
    BX_T1: 7 * 16, // low bits
    CMP_reg_T2: 64 + 31, // both low; either the pc
    CPS_T1: 32 - 2 * 3, // middle bits; neither i nor f
    IT_T1: 15 + 11, // condition 15; `always` with an `else`, or more than one instruction
    LDM_T1: 8, // empty lists
    POP_T1: 1,
    PUSH_T1: 1,
    STM_T1: 8,
  });
});
