/**
 * If-then blocks: IT gives the next one to four instructions a condition, which is `firstcond` or its inverse. Its mask
 * holds, from bit 3 down, the lowest condition bit of the second to fourth instruction, then a 1 that marks the end.
 * DDI 0403E A7.3.2, A7.7.38.
 */
import { invariant } from '@kickstage/base/invariant';
import type { Decoded } from './decode.ts';
import { PC } from './registers.ts';

/** Conditions of the one to four instructions of a block, by the operands of its IT. */
export function itConditions(firstcond: number, mask: number): number[] {
  invariant(mask > 0 && mask < 16, `no IT mask ${mask}`);
  const conditions = [firstcond];
  for (let rest = mask; (rest & 7) !== 0; rest <<= 1) {
    conditions.push((firstcond & ~1) | ((rest >>> 3) & 1));
  }
  return conditions;
}

/** Operands of the IT for a block of one to four conditions, each the first or its inverse. */
export function itOperands(conditions: readonly number[]): { firstcond: number; mask: number } {
  const [firstcond, ...rest] = conditions;
  invariant(
    firstcond !== undefined && rest.length < 4 && rest.every((c) => c >>> 1 === firstcond >>> 1),
    `no IT block of [${conditions}]`,
  );
  const mask = rest.reduce((bits, c) => (bits << 1) | (c & 1), 0);
  return { firstcond, mask: ((mask << 1) | 1) << (3 - rest.length) };
}

/** `T` and `E` letters behind the mnemonic `it`, in lower case: `te` for the mask of ITTE. */
export function thenElseText(firstcond: number, mask: number): string {
  return itConditions(firstcond, mask)
    .slice(1)
    .map((condition) => (condition === firstcond ? 't' : 'e'))
    .join('');
}

/** Where in an IT block this very instruction may stand; anywhere else it is UNPREDICTABLE. */
export function itPlaceOf({ encoding, operands }: Decoded): 'any' | 'last' | 'never' {
  if (encoding.itPlace !== 'pc') return encoding.itPlace;
  const { Rd, Rt, registers = 0 } = operands;
  return Rd === PC || Rt === PC || ((registers >>> PC) & 1) === 1 ? 'last' : 'any';
}
