/** The microcontrollers that Kickstage knows, by name. A board may bring one of its own that is not here. */
import type { ChipFacts } from './chip.ts';
import { stm32f401xc, stm32f401xe } from './stm32f401.ts';
import { stm32f411xc, stm32f411xe } from './stm32f411.ts';
import { stm32f446xc, stm32f446xe } from './stm32f446.ts';

export const CHIPS: readonly ChipFacts[] = [
  stm32f401xc,
  stm32f401xe,
  stm32f411xc,
  stm32f411xe,
  stm32f446xc,
  stm32f446xe,
];

/** A microcontroller by its exact name (`STM32F411xE`); undefined when it is not known. */
export function findChip(name: string): ChipFacts | undefined {
  return CHIPS.find((chip) => chip.name === name);
}
