import { stm32f411xe } from '@kickstage/chips/stm32f411';
import { stm32l476xg } from '@kickstage/chips/stm32l476';
import { expect, test } from 'vitest';
import { chipConstants } from './chip-constants.ts';

const valuesOf = (chip: Parameters<typeof chipConstants>[0]) =>
  Object.fromEntries(chipConstants(chip).map(([name, , value]) => [name, value]));

/** The STM32F411 as firmware/ had it written down, and the STM32L476: RM0351 Rev 9, 2.2.2, 6.4.17, 6.4.19, 6.4.21. */
test.each([
  ['IS_STM32F4', 'true', 'false'],
  ['IS_STM32L4', 'false', 'true'],
  ['INTERRUPT_COUNT', '86', '82'],
  ['RCC_START', '0x40023800', '0x40021000'],
  ['GPIO_START', '0x40020000', '0x48000000'],
  ['GPIO_ENABLE', '0x40023830', '0x4002104c'],
  ['GPIO_ENABLE_BITS', '0x00000001', '0x00000001'],
  ['SYSCFG_START', '0x40013800', '0x40010000'],
  ['SYSCFG_ENABLE', '0x40023844', '0x40021060'],
  ['SYSCFG_ENABLE_BITS', '0x00004000', '0x00000001'],
  ['EXTI_START', '0x40013c00', '0x40010400'],
  ['TIM1_START', '0x40010000', '0x40012c00'],
  ['TIM1_ENABLE', '0x40023844', '0x40021060'],
  ['TIM1_ENABLE_BITS', '0x00000001', '0x00000800'],
  ['USART2_START', '0x40004400', '0x40004400'],
  ['USART2_ENABLE', '0x40023840', '0x40021058'],
  ['USART2_ENABLE_BITS', '0x00020000', '0x00020000'],
  ['RESET_FLAGS', '0x40023874', '0x40021094'],
  ['RESET_FLAGS_CLEAR', '0x01000000', '0x00800000'],
  ['RESET_FLAG_BROWN_OUT', '0x02000000', '0x00000000'],
  ['RESET_FLAG_LOW_POWER', '0x80000000', '0x80000000'],
])('%s', (name, f4, l4) => {
  expect([valuesOf(stm32f411xe)[name], valuesOf(stm32l476xg)[name]]).toEqual([f4, l4]);
});

test('what a chip does not name is 0', () => {
  const { resetFlags, ...rest } = stm32f411xe;
  expect(resetFlags).toBeDefined();
  const bare = valuesOf({ ...rest, family: 'stm32g4', registerBlocks: [] });
  const { INTERRUPT_COUNT, ...others } = bare;
  expect(INTERRUPT_COUNT).toBe('86');
  expect(new Set(Object.values(others))).toEqual(new Set(['false', '0x00000000']));
  expect(Object.keys(bare)).toEqual(Object.keys(valuesOf(stm32f411xe)));
});

test('without RCC there is no clock enable', () => {
  const registerBlocks = stm32f411xe.registerBlocks.filter(({ name }) => name !== 'RCC');
  const values = valuesOf({ ...stm32f411xe, registerBlocks });
  expect([values.TIM1_START, values.TIM1_ENABLE, values.TIM1_ENABLE_BITS]).toEqual([
    '0x40010000',
    '0x00000000',
    '0x00000000',
  ]);
});
