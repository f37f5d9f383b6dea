/**
 * The chip's facts as constants of `kickstage/layout`: addresses of the register blocks that the firmware library drives,
 * their clock enables, and where a reset's cause is read. What the chip does not name is 0; a driver that needs it is
 * refused when it is compiled. Declared in firmware/types/layout.d.ts.
 */
import type { ChipFacts, RegisterBlock, ResetFlags } from '@kickstage/chips/chip';

/** Name, type and value of a constant. */
export type Constant = readonly [name: string, type: string, value: string];

export const hex = (value: number): string => `0x${(value >>> 0).toString(16).padStart(8, '0')}`;

/** Blocks that firmware/ has drivers for, by the name in the constants. Ports follow the first one in steps of 0x400. */
const BLOCKS: readonly (readonly [prefix: string, block: string])[] = [
  ['RCC', 'RCC'],
  ['GPIO', 'GPIOA'],
  ['SYSCFG', 'SYSCFG'],
  ['EXTI', 'EXTI'],
  ['TIM1', 'TIM1'],
  ['USART2', 'USART2'],
  ['SPI1', 'SPI1'],
  ['FLASH', 'FLASH'],
  ['IWDG', 'IWDG'],
];

/** Families whose registers firmware/ knows: the constant that is true for the chip's own. */
const FAMILIES = { stm32f4: 'IS_STM32F4', stm32l4: 'IS_STM32L4' } as const;

const RESET_FLAGS: readonly (readonly [name: string, flag: keyof ResetFlags])[] = [
  ['RESET_FLAGS_CLEAR', 'clear'],
  ['RESET_FLAG_POWER_ON', 'powerOn'],
  ['RESET_FLAG_BROWN_OUT', 'brownOut'],
  ['RESET_FLAG_PIN', 'pin'],
  ['RESET_FLAG_SOFTWARE', 'software'],
  ['RESET_FLAG_WATCHDOG', 'watchdog'],
  ['RESET_FLAG_WINDOW_WATCHDOG', 'windowWatchdog'],
  ['RESET_FLAG_LOW_POWER', 'lowPower'],
];

export function chipConstants({ family, interruptCount, registerBlocks, resetFlags }: ChipFacts): Constant[] {
  const find = (name: string) => registerBlocks.find((block) => block.name === name);
  const clocks = find('RCC')?.start;
  return [
    ...Object.entries(FAMILIES).map(([name, constant]): Constant => [constant, 'bool', String(family === name)]),
    ['INTERRUPT_COUNT', 'u32', String(interruptCount)],
    ...BLOCKS.flatMap(([prefix, block]) => blockConstants(prefix, find(block), clocks)),
    ['RESET_FLAGS', 'usize', hex(resetFlags?.register ?? 0)],
    ...RESET_FLAGS.map(([name, flag]): Constant => [name, 'u32', hex(Number(resetFlags?.[flag] ?? 0))]),
  ];
}

/** Start of a block; address and bits of its clock enable where it has one. `clocks` is the address of RCC. */
function blockConstants(prefix: string, block: RegisterBlock | undefined, clocks: number | undefined): Constant[] {
  const start: Constant = [`${prefix}_START`, 'usize', hex(block?.start ?? 0)];
  if (['RCC', 'EXTI', 'FLASH', 'IWDG'].includes(prefix)) return [start];
  const enable = clocks === undefined ? undefined : block?.clockEnable;
  return [
    start,
    [`${prefix}_ENABLE`, 'usize', hex(enable && clocks ? clocks + enable.offset : 0)],
    [`${prefix}_ENABLE_BITS`, 'u32', hex(enable ? 2 ** enable.bit : 0)],
  ];
}
