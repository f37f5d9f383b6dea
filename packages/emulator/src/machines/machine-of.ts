/** The machine of a microcontroller by its name, for whoever makes a virtual board. */
import { createStm32f411 } from './stm32f411.ts';
import { createStm32l476 } from './stm32l476.ts';
import type { Microcontroller, MicrocontrollerOptions } from './wiring.ts';

export type MakeMachine = (options?: MicrocontrollerOptions) => Microcontroller;

/** The STM32F411xC has half the flash of the machine; the Layout keeps its images within. */
const MACHINES: ReadonlyMap<string, MakeMachine> = new Map<string, MakeMachine>([
  ['STM32F411xC', createStm32f411],
  ['STM32F411xE', createStm32f411],
  ['STM32L476xG', createStm32l476],
]);

/** Names of the microcontrollers that have a machine. */
export const EMULATED_CHIPS: readonly string[] = [...MACHINES.keys()];

/** Makes the machine of `chip` (`STM32F411xE`); undefined where it has none. */
export function machineOf(chip: string): MakeMachine | undefined {
  return MACHINES.get(chip);
}
