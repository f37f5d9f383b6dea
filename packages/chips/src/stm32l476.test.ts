import { expect, test } from 'vitest';
import { stm32l476xg } from './stm32l476.ts';

const { flash, ram, interrupts, interruptCount, registerBlocks } = stm32l476xg;

const block = (name: string) => registerBlocks.find((b) => b.name === name)!;

test('two banks of 512 KiB in pages of 2 KiB', () => {
  expect(flash.sectors.map(({ bank, count, size }) => [bank, count * size])).toEqual([
    [1, 512 * 1024],
    [2, 512 * 1024],
  ]);
  expect([flash.writeSize, flash.writeOnce]).toEqual([8, true]);
});

test('128 KiB of RAM in two places', () => {
  expect(ram.map(({ start, size }) => [start, size])).toEqual([
    [0x2000_0000, 96 * 1024],
    [0x1000_0000, 32 * 1024],
  ]);
});

test('the only gap in the vector table is the AES unit of another chip', () => {
  const used = new Set(interrupts.map(({ number }) => number));
  expect(Array.from({ length: interruptCount }, (_, i) => i).filter((i) => !used.has(i))).toEqual([79]);
});

test.each([
  ['PVD_PVM_IRQHandler', 1],
  ['DMA1_Channel7_IRQHandler', 17],
  ['TIM1_UP_TIM16_IRQHandler', 25],
  ['USART2_IRQHandler', 38],
  ['EXTI15_10_IRQHandler', 40],
  ['TIM5_IRQHandler', 50],
  ['DMA2_Channel6_IRQHandler', 68],
  ['LCD_IRQHandler', 78],
  ['FPU_IRQHandler', 81],
])('%s', (name, number) => {
  expect(interrupts.find((vector) => vector.name === name)?.number).toBe(number);
});

test('a clock enable belongs to one block, but for the analog ones that share the bit of SYSCFG', () => {
  const owners = new Map<string, string[]>();
  for (const { name, clockEnable } of registerBlocks) {
    if (!clockEnable) continue;
    const key = `${clockEnable.register}.${clockEnable.bit}`;
    owners.set(key, [...(owners.get(key) ?? []), name]);
  }
  expect([...owners.values()].filter((names) => names.length > 1)).toEqual([['SYSCFG', 'VREFBUF', 'COMP']]);
  expect(registerBlocks.filter((b) => !b.clockEnable).map(({ name }) => name)).toEqual([
    'RTC',
    'IWDG',
    'EXTI',
    'RCC',
    'FLASH',
    'DBGMCU',
  ]);
});

test.each([
  ['GPIOC', { register: 'AHB2ENR', offset: 0x4c, bit: 2 }],
  ['USART2', { register: 'APB1ENR1', offset: 0x58, bit: 17 }],
  ['LPUART1', { register: 'APB1ENR2', offset: 0x5c, bit: 0 }],
  ['SYSCFG', { register: 'APB2ENR', offset: 0x60, bit: 0 }],
  ['QUADSPI', { register: 'AHB3ENR', offset: 0x50, bit: 8 }],
  ['DMA1', { register: 'AHB1ENR', offset: 0x48, bit: 0 }],
])('clock of %s', (name, clockEnable) => {
  expect(block(name).clockEnable).toEqual(clockEnable);
});
