import { expect, test } from 'vitest';
import { Crc } from './crc.ts';
import { errorOf } from './test-time.ts';

const DR = 0x00;
const IDR = 0x04;
const CR = 0x08;
const INIT = 0x10;
const POL = 0x14;
const REV_BYTES = 1 << 5;
const REV_OUT = 1 << 7;
const DIGITS = [...'123456789'].map((c) => c.charCodeAt(0));

test('STM32F4: words, most significant bit first (CRC-32/MPEG-2)', () => {
  const crc = new Crc(false);
  crc.write(DR, 4, 0);
  expect(crc.read(DR, 4)).toBe(0xc704dd7b);
  crc.write(CR, 4, 1);
  expect(crc.read(DR, 4)).toBe(0xffffffff);
  for (const word of [0x31323334, 0x35363738]) crc.write(DR, 4, word);
  // Of the eight digits 1 to 8.
  expect(crc.read(DR, 4)).toBe(0x49e3c2fb);
});

/** Check values of the catalogue of parametrised CRC algorithms: the nine digits. */
test.each([
  ['CRC-32/MPEG-2', 0, 0xffffffff, 0x04c11db7, 0x0376e6e7, 0],
  ['CRC-32', REV_BYTES | REV_OUT, 0xffffffff, 0x04c11db7, 0xcbf43926, 0xffffffff],
  ['CRC-32C', REV_BYTES | REV_OUT, 0xffffffff, 0x1edc6f41, 0xe3069283, 0xffffffff],
  ['CRC-16/CCITT-FALSE', 1 << 3, 0xffff, 0x1021, 0x29b1, 0],
  ['CRC-16/MODBUS', (1 << 3) | REV_BYTES | REV_OUT, 0xffff, 0x8005, 0x4b37, 0],
  ['CRC-8', 2 << 3, 0, 0x07, 0xf4, 0],
  ['CRC-7/MMC', 3 << 3, 0, 0x09, 0x75, 0],
])('STM32L4: %s', (_, cr, init, polynomial, check, xor) => {
  const crc = new Crc(true);
  crc.write(POL, 4, polynomial);
  crc.write(INIT, 4, init);
  crc.write(CR, 4, cr | 1);
  for (const digit of DIGITS) crc.write(DR, 1, digit);
  expect((crc.read(DR, 4) ^ xor) >>> 0).toBe(check);
});

test.each([
  ['bytes', 1, 0x58d43cb2],
  ['halfwords', 2, 0xd458b23c],
  ['a word', 3, 0xb23cd458],
])('bits of 0x1A2B3C4D reversed by %s (RM0351 Rev 9, 15.3.3)', (_, how, reversed) => {
  const crc = new Crc(true);
  crc.write(CR, 4, (how << 5) | 1);
  crc.write(DR, 4, 0x1a2b3c4d);
  const other = new Crc(true);
  other.write(DR, 4, reversed);
  expect(crc.read(DR, 4)).toBe(other.read(DR, 4));
});

test('widths of data: a word is its bytes, the most significant first', () => {
  const words = new Crc(true);
  words.write(DR, 4, 0x12345678);
  const bytes = new Crc(true);
  for (const byte of [0x12, 0x34]) bytes.write(DR, 1, byte);
  bytes.write(DR, 2, 0x5678);
  expect(words.read(DR, 4)).toBe(bytes.read(DR, 4));
});

test('INIT waits for the reset of the unit; IDR survives it', () => {
  const crc = new Crc(true);
  crc.write(IDR, 4, 0xab);
  crc.write(INIT, 4, 0x1234);
  expect(crc.read(DR, 4)).toBe(0xffffffff);
  crc.write(CR, 4, 1);
  expect([crc.read(DR, 4), crc.read(IDR, 4), crc.read(CR, 4)]).toEqual([0x1234, 0xab, 0]);
});

test('a snapshot, a reset', () => {
  const crc = new Crc(false);
  crc.write(DR, 4, 1);
  const value = crc.read(DR, 4);
  const state = structuredClone(crc.snapshot());
  crc.reset('system');
  expect(crc.read(DR, 4)).toBe(0xffffffff);
  crc.restore(state);
  expect(crc.read(DR, 4)).toBe(value);
});

test('refused on the STM32F4: bytes, a polynomial', () => {
  expect(errorOf(() => new Crc(false).write(DR, 1, 1))).toMatch(/^EMU003/);
  expect(errorOf(() => new Crc(false).write(POL, 4, 1))).toMatch(/^EMU002/);
  expect(errorOf(() => new Crc(false).write(CR, 4, REV_OUT))).toMatch(/^EMU005/);
});
