import { overlaps, rangeOf } from '@kickstage/base/ranges';
import { expect, test } from 'vitest';
import { stm32f411xe } from './stm32f411.ts';

test('flash sectors add up to 512 KiB', () => {
  const size = stm32f411xe.flash.sectors.reduce((sum, run) => sum + run.count * run.size, 0);
  expect(size).toBe(512 * 1024);
});

test('interrupt numbers are distinct, ascending and below the count', () => {
  const numbers = stm32f411xe.interrupts.map(({ number }) => number);
  expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b));
  expect(numbers.at(-1)).toBe(stm32f411xe.interruptCount - 1);
  expect(new Set(stm32f411xe.interrupts.map(({ name }) => name)).size).toBe(numbers.length);
});

test('register blocks do not overlap, and their interrupts exist', () => {
  const { registerBlocks, interrupts } = stm32f411xe;
  const known = new Set(interrupts.map(({ number }) => number));
  registerBlocks.forEach((a, i) => {
    for (const b of registerBlocks.slice(i + 1))
      expect(overlaps(rangeOf(a.start, a.size), rangeOf(b.start, b.size))).toBe(false);
    for (const irq of Object.values(a.interrupts ?? {})) expect(known.has(irq)).toBe(true);
  });
});
