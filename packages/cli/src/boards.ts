/** `kickstage/boards`: the boards that Kickstage knows, and what a board of one's own is made of. */
export type { Board, ExternalFlash } from '@kickstage/chips/board';
export { blackpill } from '@kickstage/chips/boards/blackpill';
export { blackpillF401 } from '@kickstage/chips/boards/blackpill-f401';
export { discoveryF407 } from '@kickstage/chips/boards/discovery-f407';
export { nucleoF411re } from '@kickstage/chips/boards/nucleo-f411re';
export { nucleoF446re } from '@kickstage/chips/boards/nucleo-f446re';
export { nucleoL432kc } from '@kickstage/chips/boards/nucleo-l432kc';
export { nucleoL476rg } from '@kickstage/chips/boards/nucleo-l476rg';
export type { ChipFacts } from '@kickstage/chips/chip';
export { w25q16, w25q32, w25q64, w25q128 } from '@kickstage/chips/nor-flash';
export { stm32f401xc, stm32f401xe } from '@kickstage/chips/stm32f401';
export { stm32f405xg, stm32f407xe, stm32f407xg } from '@kickstage/chips/stm32f407';
export { stm32f411xc, stm32f411xe } from '@kickstage/chips/stm32f411';
export { stm32f446xc, stm32f446xe } from '@kickstage/chips/stm32f446';
export { stm32l432xc } from '@kickstage/chips/stm32l432';
export { stm32l452xe } from '@kickstage/chips/stm32l452';
export { stm32l476xg } from '@kickstage/chips/stm32l476';
