/** `kickstage/boards`: the boards that Kickstage knows. */
export { blackpill } from '@kickstage/chips/boards/blackpill';
