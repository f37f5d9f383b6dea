/** ST's NUCLEO-F411RE. The ST-LINK gives the 8 MHz clock and a serial port over USB. */
import type { Board } from '../board.ts';
import { stm32f411xe } from '../stm32f411.ts';

export const nucleoF411re: Board = {
  name: 'nucleo-f411re',
  chip: stm32f411xe,
  hseHz: 8_000_000,
  led: { pin: 'PA5', activeLow: false },
  button: { pin: 'PC13', activeLow: true },
  console: { port: 'USART2', tx: 'PA2', rx: 'PA3', baud: 115_200 },
  part: 'STM32F411RETx',
  source: 'UM1724: LEDs (LD2), push-buttons (B1), OSC clock supply (MCO from ST-LINK), USART communication',
};
