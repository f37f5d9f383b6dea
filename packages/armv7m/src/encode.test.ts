import { expect, test } from 'vitest';
import { decode, instructionSize } from './decode.ts';
import { EncodeError, encode, fits } from './encode.ts';

test.each([
  ['ADD_imm_T3', { Rd: 1, Rn: 2, S: 0, imm32: 257 }, 'ADD_imm_T3: imm32 = 257 does not fit'],
  ['ADD_imm_T1', { Rd: 1, Rn: 2, imm32: 8 }, 'ADD_imm_T1: imm32 = 8 does not fit: 0..7'],
  ['ADD_imm_T2', { Rd: 1, Rn: 2, imm32: 8 }, 'ADD_imm_T2: Rd = 1, Rn = 2 does not fit: equal registers 0..7'],
  ['ADD_imm_T1', { Rd: 1, imm32: 1 }, 'ADD_imm_T1: operand Rn is missing'],
  ['ADD_imm_T1', { Rd: 1, Rn: 1, imm32: 1, S: 1 }, 'ADD_imm_T1: has no operand S'],
  ['AND_imm_T1', { Rd: 15, Rn: 1, imm32: 1, S: 0 }, 'AND_imm_T1: UNPREDICTABLE: Rd is 15'],
  ['B_T1', { cond: 14, imm32: 0 }, 'B_T1: cond = 14 does not fit: 0..13'],
  ['B_T2', { imm32: 3 }, 'B_T2: imm32 = 3 does not fit: -2048..2046 in steps of 2'],
  ['STR_imm_T2', { Rt: 0, Rn: 12, imm32: 4 }, 'STR_imm_T2: Rn = 12 does not fit: it is always 13'],
  [
    'ORR_reg_T2',
    { Rd: 1, Rn: 15, Rm: 2, S: 0, shift_t: 0, shift_n: 0 },
    'ORR_reg_T2: these operands make it MOV_reg_T3',
  ],
] as const)('%s refuses %o', (id, operands, message) => {
  expect(fits(id, operands)).toBe(false);
  expect(() => encode(id, operands)).toThrow(EncodeError);
  expect(() => encode(id, operands)).toThrow(message);
});

test('instruction sizes by the first halfword', () => {
  expect([0x0000, 0xe7ff, 0xe800, 0xf000, 0xffff].map(instructionSize)).toEqual([2, 2, 4, 4, 4]);
});

test.each([
  [0xb800, 0, 'a gap among the miscellaneous'],
  [0xb640, 0, 'SETEND does not exist here'],
  [0xf8cf, 0x0000, 'STR relative to the PC'],
  [0xf851, 0x0800, 'LDR, neither indexed nor written back'],
  [0xfa00, 0x0000, 'shift without the ones'],
])('%i %i is undefined: %s', (first, second) => {
  expect(decode(first, second)).toBeUndefined();
});
