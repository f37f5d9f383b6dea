import { expect, test } from 'vitest';
import { parseBlocks } from './block-table.ts';

const table = { enableRegisters: { AHB1ENR: 0x30, APB1ENR: 0x40 }, source: 'RM' };

test('tables together, by address', () => {
  expect(parseBlocks(table, 'RCC rcc 40023800 400 - global=5', 'TIM2 timer 40000000 400 APB1ENR.0')).toEqual([
    {
      name: 'TIM2',
      kind: 'timer',
      start: 0x4000_0000,
      size: 0x400,
      clockEnable: { register: 'APB1ENR', offset: 0x40, bit: 0 },
      source: 'RM',
    },
    { name: 'RCC', kind: 'rcc', start: 0x4002_3800, size: 0x400, interrupts: { global: 5 }, source: 'RM' },
  ]);
});

test.each([
  ['A a 40000000 400 -', 'B b 40000000 400 -', 'two blocks at the address of A'],
  ['A a 40000000 400 -', 'A a 40000400 400 -', 'A is given twice'],
  ['A a 40000000 400 -', 'B b 40000400 400 APB2ENR.1', 'no register APB2ENR'],
  ['A a 40000000 400 -', 'B b 4000040 400 -', '"B b 4000040 400 -" is not a line of the table'],
])('%s, %s', (first, second, message) => {
  expect(() => parseBlocks(table, first, second)).toThrow(message);
});
