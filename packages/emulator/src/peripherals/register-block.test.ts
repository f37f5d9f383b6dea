import { expect, test } from 'vitest';
import type { AccessSize } from '../peripheral.ts';
import { field, NO_BYTES, type Register, RegisterBlock, WORDS_ONLY } from './register-block.ts';
import { errorOf } from './test-time.ts';

const REGISTERS: readonly Register[] = [
  { name: 'A', offset: 0, reset: 0x80000001, writable: 0x0000ffff, ignored: 0x00010000 },
  { name: 'ID', offset: 4, reset: 0x12345678, writable: 0 },
  { name: 'B', offset: 12, reset: 0, writable: 0xffffffff },
];

class Block extends RegisterBlock {}
const make = () => new Block('BLK', REGISTERS);

test.each<[offset: number, size: AccessSize, expected: number]>([
  [4, 4, 0x12345678],
  [4, 2, 0x5678],
  [6, 2, 0x1234],
  [4, 1, 0x78],
  [7, 1, 0x12],
  [0, 4, 0x80000001],
])('read of offset %i with %i bytes', (offset, size, expected) => {
  expect(make().read(offset, size)).toBe(expected);
});

test.each<[offset: number, size: AccessSize, value: number, expected: number]>([
  [12, 4, 0xdeadbeef, 0xdeadbeef],
  [12, 2, 0xdeadbeef, 0x0000beef],
  [14, 2, 0xdead, 0xdead0000],
  [13, 1, 0xab, 0x0000ab00],
  // Reserved bits that are set may be written back; trigger bits keep nothing.
  [0, 4, 0x80011234, 0x80001234],
  [0, 4, 0x00000000, 0x80000000],
])('write of offset %i with %i bytes: 0x%x', (offset, size, value, expected) => {
  const block = make();
  block.write(offset, size, value);
  expect(block.read(offset & ~3, 4)).toBe(expected);
});

test.each<[what: string, act: (block: Block) => void, error: string]>([
  ['EMU002', (b) => b.read(8, 4), 'EMU002: read of BLK at offset 0x08: there is no register'],
  ['EMU002 beyond the last', (b) => b.write(0x40, 4, 0), 'EMU002: write of BLK at offset 0x40: there is no register'],
  ['EMU003', (b) => b.read(2, 4), 'EMU003: read of BLK_A with 32 bits at offset 0x02: not allowed'],
  ['EMU003 odd halfword', (b) => b.write(1, 2, 0), 'EMU003: write of BLK_A with 16 bits at offset 0x01: not allowed'],
  ['EMU005', (b) => b.write(0, 4, 0x40000000), 'EMU005: write of 0x40000000 to BLK_A: bits 0x40000000 are reserved'],
  ['EMU007', (b) => b.write(4, 4, 1), 'EMU007: write of 0x00000001 to BLK_ID, which is read-only'],
])('%s', (_, act, error) => {
  expect(errorOf(() => act(make()))).toBe(error);
});

test('widths that a block does not take', () => {
  const words = new Block('W', REGISTERS, WORDS_ONLY);
  expect(errorOf(() => words.read(12, 2))).toMatch(/^EMU003/);
  const halves = new Block('H', REGISTERS, NO_BYTES);
  expect(halves.read(12, 2)).toBe(0);
  expect(errorOf(() => halves.write(12, 1, 0))).toMatch(/^EMU003/);
});

test('reset and snapshot', () => {
  const block = make();
  block.write(12, 4, 7);
  const state = structuredClone(block.snapshot());
  block.reset('system');
  expect(block.read(12, 4)).toBe(0);
  block.restore(state);
  expect(block.read(12, 4)).toBe(7);
});

test('field', () => {
  expect([field(0xabcd, 0xf00), field(0x80000000, 0x80000000), field(0x7fc0, 0x7fc0)]).toEqual([0xb, 1, 0x1ff]);
});
