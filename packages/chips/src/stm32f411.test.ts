import { expect, test } from 'vitest';
import type { RegisterBlock } from './chip.ts';
import { stm32f411xe } from './stm32f411.ts';

const { flash, interrupts, interruptCount, registerBlocks } = stm32f411xe;

const block = (name: string) => registerBlocks.find((b) => b.name === name)!;

test('erase times by the number of bits programmed at once', () => {
  const { erase } = flash.timing!;
  for (const { size } of flash.sectors) {
    const times = erase.filter((time) => time.sectorSize === size);
    expect(times.map(({ parallelism }) => parallelism)).toEqual([8, 16, 32]);
  }
  expect(erase.find((time) => time.sectorSize === 0x2_0000 && time.parallelism === 32)).toMatchObject({ typical: 1 });
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
  expect(block('GPIOC').clockEnable).toEqual({ register: 'AHB1ENR', offset: 0x30, bit: 2 });
  expect(block('USART2').clockEnable).toEqual({ register: 'APB1ENR', offset: 0x40, bit: 17 });
  expect(block('SYSCFG').clockEnable).toEqual({ register: 'APB2ENR', offset: 0x44, bit: 14 });
});
