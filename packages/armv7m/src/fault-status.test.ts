import { expect, test } from 'vitest';
import { CFSR_BITS, HFSR_BITS, statusBits } from './fault-status.ts';

const names = (value: number, bits: typeof CFSR_BITS) => statusBits(value, bits).map(({ name }) => name);

test.each([
  [0x0000_8200, ['PRECISERR', 'BFARVALID']],
  [0x0001_0000, ['UNDEFINSTR']],
  [0x0200_0000, ['DIVBYZERO']],
  [0x0000_1000, ['STKERR']],
  [0, []],
])('CFSR 0x%s', (value, expected) => {
  expect(names(value, CFSR_BITS)).toEqual(expected);
});

test('HFSR', () => {
  expect(names(0x4000_0000, HFSR_BITS)).toEqual(['FORCED']);
  expect(names(0x8000_0002, HFSR_BITS)).toEqual(['VECTTBL', 'DEBUGEVT']);
});
