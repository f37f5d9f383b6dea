/**
 * ST's NUCLEO-L432KC. No button, and no external clock as delivered: the ST-LINK's 8 MHz reach the microcontroller only
 * over a solder bridge. The ST-LINK gives a serial port over USB.
 */
import type { Board } from '../board.ts';
import { stm32l432xc } from '../stm32l432.ts';

export const nucleoL432kc: Board = {
  name: 'nucleo-l432kc',
  chip: stm32l432xc,
  led: { pin: 'PB3', activeLow: false },
  console: { port: 'USART2', tx: 'PA2', rx: 'PA15', baud: 115_200 },
  part: 'STM32L432KCUx',
  source: 'UM1956: LEDs (LD3), OSC clock, USART virtual communication',
};
