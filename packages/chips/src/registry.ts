/** The microcontrollers that Kickstage knows, by name. A board may bring one of its own that is not here. */
import type { ChipFacts } from './chip.ts';
import { stm32f411xe } from './stm32f411.ts';

export const CHIPS: readonly ChipFacts[] = [stm32f411xe];

/** A microcontroller by its exact name (`STM32F411xE`); undefined when it is not known. */
export function findChip(name: string): ChipFacts | undefined {
  return CHIPS.find((chip) => chip.name === name);
}
