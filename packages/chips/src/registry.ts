/** The microcontrollers that Kickstage knows, by name. A board may bring one of its own that is not here. */
import type { ChipFacts } from './chip.ts';
import { stm32f401xc, stm32f401xe } from './stm32f401.ts';
import { stm32f405xg, stm32f407xe, stm32f407xg } from './stm32f407.ts';
import { stm32f411xc, stm32f411xe } from './stm32f411.ts';
import { stm32f446xc, stm32f446xe } from './stm32f446.ts';
import { stm32l432xc } from './stm32l432.ts';
import { stm32l452xe } from './stm32l452.ts';
import { stm32l476xg } from './stm32l476.ts';

export const CHIPS: readonly ChipFacts[] = [
  stm32f401xc,
  stm32f401xe,
  stm32f405xg,
  stm32f407xe,
  stm32f407xg,
  stm32f411xc,
  stm32f411xe,
  stm32f446xc,
  stm32f446xe,
  stm32l432xc,
  stm32l452xe,
  stm32l476xg,
];

/** A microcontroller by its exact name (`STM32F411xE`); undefined when it is not known. */
export function findChip(name: string): ChipFacts | undefined {
  return CHIPS.find((chip) => chip.name === name);
}
