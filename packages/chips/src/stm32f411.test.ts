import { overlaps, rangeOf } from '@kickstage/base/ranges';
import { expect, test } from 'vitest';
import { blackpill } from './boards/blackpill.ts';
import type { RegisterBlock } from './chip.ts';
import { findChip } from './registry.ts';
import { stm32f411xe } from './stm32f411.ts';

const { flash, ram, areas = [], interrupts, interruptCount, registerBlocks } = stm32f411xe;

const block = (name: string) => registerBlocks.find((b) => b.name === name)!;

test('flash sectors add up to 512 KiB, and each size has erase times', () => {
  expect(flash.sectors.reduce((sum, run) => sum + run.count * run.size, 0)).toBe(512 * 1024);
  const { erase, program } = flash.timing!;
  for (const { size } of flash.sectors) {
    const times = erase.filter((time) => time.sectorSize === size);
    expect(times.map(({ parallelism }) => parallelism)).toEqual([8, 16, 32]);
    // More bits at once are faster; larger sectors are slower.
    expect(times.map(({ typical }) => typical)).toEqual(times.map(({ typical }) => typical).sort((a, b) => b - a));
  }
  for (const { typical, maximum } of [...erase, program]) {
    expect(typical).toBeGreaterThan(0);
    expect(maximum).toBeGreaterThan(typical);
  }
  expect(erase.find((time) => time.sectorSize === 0x2_0000 && time.parallelism === 32)).toMatchObject({ typical: 1 });
});

test('interrupt numbers are distinct, ascending and below the count', () => {
  const numbers = interrupts.map(({ number }) => number);
  expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b));
  expect(numbers[numbers.length - 1]).toBe(interruptCount - 1);
  expect(new Set(interrupts.map(({ name }) => name)).size).toBe(numbers.length);
});

test('reserved positions of the vector table', () => {
  const used = new Set(interrupts.map(({ number }) => number));
  const reserved = Array.from({ length: interruptCount }, (_, i) => i).filter((i) => !used.has(i));
  expect(reserved.join(' ')).toBe(
    '19 20 21 22 39 43 44 45 46 48 52 53 54 55 61 62 63 64 65 66 74 75 76 77 78 79 80 82 83',
  );
});

test.each([
  ['WWDG_IRQHandler', 0],
  ['EXTI0_IRQHandler', 6],
  ['TIM1_UP_TIM10_IRQHandler', 25],
  ['USART2_IRQHandler', 38],
  ['FPU_IRQHandler', 81],
  ['SPI5_IRQHandler', 85],
])('%s', (name, number) => {
  expect(interrupts.find((vector) => vector.name === name)?.number).toBe(number);
});

test('flash, RAM, special areas and register blocks do not overlap', () => {
  const flashSize = flash.sectors.reduce((sum, run) => sum + run.count * run.size, 0);
  const all = [{ name: 'flash', start: flash.start, size: flashSize }, ...ram, ...areas, ...registerBlocks];
  all.forEach((a, i) => {
    for (const b of all.slice(i + 1))
      expect(overlaps(rangeOf(a.start, a.size), rangeOf(b.start, b.size)), `${a.name}, ${b.name}`).toBe(false);
  });
});

test('register blocks are in order, their interrupts exist, and every interrupt but the FPU has a block', () => {
  const starts = registerBlocks.map(({ start }) => start);
  expect(starts).toEqual([...starts].sort((a, b) => a - b));
  const raised = new Set(registerBlocks.flatMap(({ interrupts: causes = {} }) => Object.values(causes)));
  const known = interrupts.map(({ number }) => number);
  for (const number of raised) expect(known).toContain(number);
  expect(interrupts.filter(({ number }) => !raised.has(number)).map(({ name }) => name)).toEqual(['FPU_IRQHandler']);
});

test('a clock enable is a bit that no other kind of block has', () => {
  const owners = new Map<string, RegisterBlock>();
  for (const b of registerBlocks) {
    if (!b.clockEnable) continue;
    const { register, bit } = b.clockEnable;
    const owner = owners.get(`${register}.${bit}`);
    // The I2S extensions are clocked with their SPI.
    expect(owner === undefined || [owner.kind, b.kind].includes('i2s')).toBe(true);
    expect(bit).toBeLessThan(32);
    owners.set(`${register}.${bit}`, b);
  }
  expect(registerBlocks.filter((b) => !b.clockEnable).map(({ name }) => name)).toEqual([
    'RTC',
    'IWDG',
    'EXTI',
    'RCC',
    'FLASH',
    'DBGMCU',
  ]);
  expect(block('GPIOC').clockEnable).toEqual({ register: 'AHB1ENR', offset: 0x30, bit: 2 });
  expect(block('USART2').clockEnable).toEqual({ register: 'APB1ENR', offset: 0x40, bit: 17 });
  expect(block('SYSCFG').clockEnable).toEqual({ register: 'APB2ENR', offset: 0x44, bit: 14 });
});

test('every fact has its source', () => {
  for (const fact of [flash, flash.timing!, ...ram, ...areas, ...registerBlocks])
    expect(stm32f411xe.sources.some((source) => fact.source.includes(source))).toBe(true);
});

test('the board names what its microcontroller has', () => {
  const { led, button, console, chip } = blackpill;
  expect(chip).toBe(findChip('STM32F411xE'));
  expect(findChip('STM32F411')).toBeUndefined();
  expect(block(console!.port)).toMatchObject({ kind: 'usart' });
  for (const pin of [led!.pin, button!.pin, console!.tx, console!.rx]) expect(block(`GPIO${pin[1]}`)).toBeDefined();
});
