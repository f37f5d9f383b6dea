import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  ASR,
  decodeShift,
  encodeFloatImmediate,
  encodeModifiedImmediate,
  encodeShift,
  expandFloatImmediate,
  expandModifiedImmediate,
  isUnpredictableModifiedImmediate,
  LSL,
  LSR,
  modifiedImmediateCarry,
  ROR,
  RRX,
} from './immediates.ts';

test.each([
  [0x0ab, 0x000000ab],
  [0x1ab, 0x00ab00ab],
  [0x2ab, 0xab00ab00],
  [0x3ab, 0xabababab],
  [0x400, 0x80000000],
  [0x47f, 0xff000000],
  [0xfff, 0x000001fe],
])('ThumbExpandImm(%i) = %i (DDI 0403E table A5-11)', (imm12, value) => {
  expect(expandModifiedImmediate(imm12)).toBe(value);
  expect(encodeModifiedImmediate(value)).toBe(imm12);
});

test('every constant has one form, and it is found', () => {
  const values = new Set<number>();
  for (let imm12 = 0; imm12 < 4096; imm12++) {
    if (isUnpredictableModifiedImmediate(imm12)) continue;
    const value = expandModifiedImmediate(imm12);
    expect(encodeModifiedImmediate(value)).toBe(imm12);
    values.add(value);
  }
  expect(values.size).toBe(4096 - 3);
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 0xffffffff }), (value) => {
      expect(encodeModifiedImmediate(value) !== undefined).toBe(values.has(value));
    }),
    { numRuns: 2000, seed: 1 },
  );
});

test.each([0x101, 0x00ab00ac, 0x1ff, 0xff0001, 257.5, -1, 2 ** 32, Number.NaN])(
  '%f is no modified immediate',
  (value) => {
    expect(encodeModifiedImmediate(value)).toBeUndefined();
  },
);

test.each([
  [0xff, undefined],
  [0x80008000, undefined],
  [0xffffffff, undefined],
  [0x80000000, 1],
  [0x7f800000, 0],
  [0x100, 0],
])('carry of constant %i: %o', (value, carry) => {
  expect(modifiedImmediateCarry(value)).toBe(carry);
});

test('all 128 immediate shifts', () => {
  for (let bits = 0; bits < 128; bits++) {
    const [type, amount] = decodeShift(bits);
    expect(encodeShift(type, amount)).toBe(bits);
  }
});

test.each([
  [LSL, 32],
  [LSL, -1],
  [LSR, 0],
  [LSR, 33],
  [ASR, 0],
  [ROR, 0],
  [ROR, 32],
  [RRX, 0],
  [5, 1],
  [LSL, 1.5],
])('shift of type %i by %f does not exist', (type, amount) => {
  expect(encodeShift(type, amount)).toBeUndefined();
});

test('VFPExpandImm: 256 numbers, (16..31)/16 times 2 to the power of -3..4 (DDI 0403E A6.4)', () => {
  const single = new Float32Array(1);
  const bits = new Uint32Array(single.buffer);
  const expected: number[] = [];
  for (const sign of [1, -1]) {
    for (let exponent = -3; exponent <= 4; exponent++) {
      for (let n = 16; n < 32; n++) expected.push(sign * (n / 16) * 2 ** exponent);
    }
  }
  const values = Array.from({ length: 256 }, (_, imm8) => {
    bits[0] = expandFloatImmediate(imm8);
    expect(encodeFloatImmediate(bits[0])).toBe(imm8);
    return single[0];
  });
  expect(new Set(values)).toEqual(new Set(expected));
  for (const other of [0, 0x3f800001, 0x42000000, 0x3dfc0000]) expect(encodeFloatImmediate(other)).toBeUndefined();
});
