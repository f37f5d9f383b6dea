/** ST's NUCLEO-L476RG. No external clock as delivered; the ST-LINK gives a serial port over USB. */
import type { Board } from '../board.ts';
import { stm32l476xg } from '../stm32l476.ts';

export const nucleoL476rg: Board = {
  name: 'nucleo-l476rg',
  chip: stm32l476xg,
  led: { pin: 'PA5', activeLow: false },
  button: { pin: 'PC13', activeLow: true },
  console: { port: 'USART2', tx: 'PA2', rx: 'PA3', baud: 115_200 },
  part: 'STM32L476RGTx',
  source: 'UM1724: LEDs (LD2), push-buttons (B1), OSC clock supply, USART communication',
};
