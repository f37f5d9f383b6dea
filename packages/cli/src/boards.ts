/** `kickstage/boards`: the boards that Kickstage knows, and serial flash for a board of one's own. */
export { blackpill } from '@kickstage/chips/boards/blackpill';
export { blackpillF401 } from '@kickstage/chips/boards/blackpill-f401';
export { discoveryF407 } from '@kickstage/chips/boards/discovery-f407';
export { nucleoF411re } from '@kickstage/chips/boards/nucleo-f411re';
export { nucleoF446re } from '@kickstage/chips/boards/nucleo-f446re';
export { nucleoL432kc } from '@kickstage/chips/boards/nucleo-l432kc';
export { w25q16, w25q32, w25q64, w25q128 } from '@kickstage/chips/nor-flash';
