import { flashesOf } from '../board-memories.ts';
import type { BoardRule } from './rule.ts';

export const erasedByte: BoardRule = {
  code: 'MAP025',
  title: 'an erased byte that is none',
  text: `erasedByte is what a byte of erased flash reads as: 0xFF in most flash, 0 in some (STM32L0 and L1). Gaps between images
are filled with it, and a slot that holds nothing else is empty. It is a whole number from 0 to 255, the value of one
byte and not of a word.`,
  check: (board, at) =>
    flashesOf(board)
      .filter(({ flash }) => !Number.isInteger(flash.erasedByte) || flash.erasedByte < 0 || flash.erasedByte > 0xff)
      .map(({ path, flash }) => ({
        code: 'MAP025',
        severity: 'error' as const,
        what: `\`${path}.erasedByte\` is no byte`,
        at: at(`${path}.erasedByte`),
        got: flash.erasedByte > 0xff ? `0x${flash.erasedByte.toString(16).toUpperCase()}` : String(flash.erasedByte),
        why: 'it is the value of one erased byte, from 0 to 255: gaps between images are filled with it',
        fix: 'write 0xff, or 0 where erased flash reads as zeroes',
      })),
};
