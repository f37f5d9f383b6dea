/**
 * ST's STM32F407G-DISC1. Its four LEDs are PD12 (green), PD13 (orange), PD14 (red) and PD15 (blue); the first is the one
 * named here. The serial port is on the pin headers.
 */
import type { Board } from '../board.ts';
import { stm32f407xg } from '../stm32f407.ts';

export const discoveryF407: Board = {
  name: 'discovery-f407',
  chip: stm32f407xg,
  hseHz: 8_000_000,
  led: { pin: 'PD12', activeLow: false },
  button: { pin: 'PA0', activeLow: false },
  console: { port: 'USART2', tx: 'PA2', rx: 'PA3', baud: 115_200 },
  part: 'STM32F407VGTx',
  source: 'UM1472: LEDs (LD4, LD3, LD5, LD6), push-buttons (B1), OSC clock supply (X2), pin connections (PA2, PA3)',
};
