/** The WeAct "Blackpill" with an STM32F411CEU6. */
import type { Board } from '../board.ts';
import { stm32f411xe } from '../stm32f411.ts';

export const blackpill: Board = {
  name: 'blackpill',
  chip: stm32f411xe,
  hseHz: 25_000_000,
  led: { pin: 'PC13', activeLow: true },
  button: { pin: 'PA0', activeLow: true },
  console: { port: 'USART2', tx: 'PA2', rx: 'PA3', baud: 115_200 },
  part: 'STM32F411CEUx',
  source: 'WeAct Studio, MiniF4 (STM32F4x1) schematic: crystal, LED on PC13 to VCC, key on PA0 to ground',
};
