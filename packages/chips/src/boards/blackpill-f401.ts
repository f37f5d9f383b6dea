/** The WeAct "Blackpill" with an STM32F401CCU6. */
import type { Board } from '../board.ts';
import { stm32f401xc } from '../stm32f401.ts';

export const blackpillF401: Board = {
  name: 'blackpill-f401',
  chip: stm32f401xc,
  hseHz: 25_000_000,
  led: { pin: 'PC13', activeLow: true },
  button: { pin: 'PA0', activeLow: true },
  console: { port: 'USART2', tx: 'PA2', rx: 'PA3', baud: 115_200 },
  part: 'STM32F401CCUx',
  source: 'WeAct Studio, MiniF4 (STM32F4x1) schematic: crystal, LED on PC13 to VCC, key on PA0 to ground',
};
