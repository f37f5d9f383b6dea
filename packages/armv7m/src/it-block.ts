/**
 * If-then blocks: IT gives the next one to four instructions a condition, which is `firstcond` or its inverse. Its mask
 * holds, from bit 3 down, the lowest condition bit of the second to fourth instruction, then a 1 that marks the end.
 * DDI 0403E A7.3.2, A7.7.38.
 */
import { invariant } from '@kickstage/base/invariant';

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
  invariant(rest.length < 4 && rest.every((c) => c >>> 1 === firstcond >>> 1), `no IT block of [${conditions}]`);
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
