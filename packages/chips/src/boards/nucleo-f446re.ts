/** ST's NUCLEO-F446RE. The ST-LINK gives the 8 MHz clock and a serial port over USB. */
import type { Board } from '../board.ts';
import { stm32f446xe } from '../stm32f446.ts';

export const nucleoF446re: Board = {
  name: 'nucleo-f446re',
  chip: stm32f446xe,
  hseHz: 8_000_000,
  led: { pin: 'PA5', activeLow: false },
  button: { pin: 'PC13', activeLow: true },
  console: { port: 'USART2', tx: 'PA2', rx: 'PA3', baud: 115_200 },
  part: 'STM32F446RETx',
  source: 'UM1724: LEDs (LD2), push-buttons (B1), OSC clock supply (MCO from ST-LINK), USART communication',
};
