/** What holds for every microcontroller that Kickstage knows, and would for one that a user brings. */
import { overlaps, rangeOf } from '@kickstage/base/ranges';
import { expect, test } from 'vitest';
import type { ChipFacts } from './chip.ts';
import { CHIPS, findChip } from './registry.ts';

const CASES = CHIPS.map((chip) => [chip.name, chip] as const);

const flashSize = ({ flash }: ChipFacts) => flash.sectors.reduce((sum, { count, size }) => sum + count * size, 0);

/** The letter that ends a name says the flash's size: ordering information of the datasheets. */
const KIB_OF_LETTER: Readonly<Record<string, number>> = { B: 128, C: 256, E: 512, G: 1024 };

test('names are distinct and find their facts', () => {
  for (const chip of CHIPS) expect(findChip(chip.name)).toBe(chip);
  expect(findChip('STM32F411')).toBeUndefined();
});

test.each(CASES)('%s: flash sectors add up to the size that the name says', (name, chip) => {
  expect(flashSize(chip)).toBe(KIB_OF_LETTER[name.slice(-1)] * 1024);
});

test.each(CASES)('%s: sectors begin at multiples of their size and of the write unit', (_, { flash, resetAddress }) => {
  expect(resetAddress).toBe(flash.start);
  let at = flash.start;
  for (const { count, size } of flash.sectors) {
    expect(count).toBeGreaterThan(0);
    expect(at % size).toBe(0);
    expect(size % flash.writeSize).toBe(0);
    at += count * size;
  }
});

test.each(CASES)('%s: every sector size has erase times, and more bits at once are not slower', (_, { flash }) => {
  const { erase, program } = flash.timing!;
  for (const { size } of flash.sectors) {
    const times = erase.filter(({ sectorSize }) => sectorSize === size);
    expect(times.length).toBeGreaterThan(0);
    const typical = times.sort((a, b) => a.parallelism - b.parallelism).map((time) => time.typical);
    expect(typical).toEqual([...typical].sort((a, b) => b - a));
  }
  for (const { typical, maximum } of [...erase, program]) {
    expect(typical).toBeGreaterThan(0);
    expect(maximum).toBeGreaterThan(typical);
  }
});

test.each(CASES)('%s: flash, RAM, special areas and register blocks do not overlap', (_, chip) => {
  const { flash, ram, areas = [], registerBlocks } = chip;
  const all = [{ name: 'flash', start: flash.start, size: flashSize(chip) }, ...ram, ...areas, ...registerBlocks];
  all.forEach((a, i) => {
    expect(a.size, a.name).toBeGreaterThan(0);
    for (const b of all.slice(i + 1))
      expect(overlaps(rangeOf(a.start, a.size), rangeOf(b.start, b.size)), `${a.name}, ${b.name}`).toBe(false);
  });
});

test.each(CASES)('%s: interrupts are distinct, ascending and below the count', (_, { interrupts, interruptCount }) => {
  const numbers = interrupts.map(({ number }) => number);
  expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b));
  expect(numbers[numbers.length - 1]).toBe(interruptCount - 1);
  expect(new Set(interrupts.map(({ name }) => name)).size).toBe(numbers.length);
});

test.each(CASES)('%s: every interrupt but the FPU comes from a block', (_, { interrupts, registerBlocks }) => {
  const raised = new Set(registerBlocks.flatMap(({ interrupts: causes = {} }) => Object.values(causes)));
  expect(interrupts.filter(({ number }) => !raised.has(number)).map(({ name }) => name)).toEqual(['FPU_IRQHandler']);
  for (const number of raised) expect(interrupts.some((vector) => vector.number === number)).toBe(true);
});

test.each(CASES)('%s: blocks are in order, with the ones that every app needs', (_, { registerBlocks }) => {
  const starts = registerBlocks.map(({ start }) => start);
  expect(starts).toEqual([...starts].sort((a, b) => a - b));
  const names = registerBlocks.map(({ name }) => name);
  for (const name of ['RCC', 'FLASH', 'PWR', 'GPIOA', 'USART1', 'USART2', 'SPI1', 'TIM1', 'TIM2', 'EXTI', 'SYSCFG'])
    expect(names).toContain(name);
  for (const name of ['IWDG', 'WWDG', 'DBGMCU']) expect(names).toContain(name);
});

/** The RTC's registers have an enable bit only in the smaller chips of the STM32L4. */
const hasRtcEnable = ({ family, name }: ChipFacts) => family === 'stm32l4' && name !== 'STM32L476xG';

test.each(CASES)('%s: what has no clock enable', (_, chip) => {
  const { registerBlocks } = chip;
  const always = ['DBGMCU', 'EXTI', 'FLASH', 'IWDG', 'RCC', ...(hasRtcEnable(chip) ? [] : ['RTC'])];
  expect(registerBlocks.flatMap(({ name, clockEnable }) => (clockEnable ? [] : [name])).sort()).toEqual(always);
});

test.each(CASES)('%s: reset flags are single bits of one register, each its own', (_, chip) => {
  const { register, source, ...masks } = chip.resetFlags!;
  const used = Object.values(masks).filter((mask) => mask !== 0);
  expect(new Set(used).size).toBe(used.length);
  for (const mask of used) expect(Math.log2(mask) % 1).toBe(0);
  const rcc = chip.registerBlocks.find(({ name }) => name === 'RCC')!;
  expect(overlaps(rangeOf(register, 4), rangeOf(rcc.start, rcc.size))).toBe(true);
});

test.each(CASES)('%s: every fact has a source, and the documents are named', (_, chip) => {
  const { flash, ram, areas = [], registerBlocks, resetFlags, debug, dfu, sources } = chip;
  const facts = [flash, flash.timing!, ...ram, ...areas, ...registerBlocks, resetFlags!, debug!];
  for (const { source } of facts)
    expect(
      sources.some((document) => source.includes(document)),
      source,
    ).toBe(true);
  expect(dfu?.source).toMatch(/^AN2606, \w+/);
});

test.each(CASES)("%s: tools' names are the family's", (_, { family, tools }) => {
  expect(tools?.openocdTarget).toBe(`${family}x`);
  // The families of the UF2 format's own list, as utils/uf2families.json of microsoft/uf2 has them.
  expect(tools?.uf2Family).toBe({ stm32f4: 0x5775_5a57, stm32l4: 0x00ff_6919 }[family]);
});
