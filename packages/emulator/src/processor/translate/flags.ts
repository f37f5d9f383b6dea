/** Conditions (DDI 0403E A7.3) and the flags of sums, as texts. */
import { C, NZ, V } from './step.ts';

const GENERAL = [
  ['nz === 0', 'nz !== 0', NZ],
  ['c !== 0', 'c === 0', C],
  ['nz < 0', 'nz >= 0', NZ],
  ['v !== 0', 'v === 0', V],
  ['c !== 0 && nz !== 0', 'c === 0 || nz === 0', C | NZ],
  ['nz >>> 31 === v', 'nz >>> 31 !== v', NZ | V],
  ['nz !== 0 && nz >>> 31 === v', 'nz === 0 || nz >>> 31 !== v', NZ | V],
] as const;

/** After a comparison of `fx` with `fy`, which are still there. */
const COMPARED: readonly (readonly [string, string] | undefined)[] = [
  ['fx === fy', 'fx !== fy'],
  ['fx >>> 0 >= fy >>> 0', 'fx >>> 0 < fy >>> 0'],
  undefined,
  undefined,
  ['fx >>> 0 > fy >>> 0', 'fx >>> 0 <= fy >>> 0'],
  ['fx >= fy', 'fx < fy'],
  ['fx > fy', 'fx <= fy'],
];

/** The text of a condition below ALWAYS; `isCompared`: the flags are those of a comparison in the same block. */
export function conditionText(cond: number, isCompared: boolean): string {
  const compared = isCompared ? COMPARED[cond >>> 1] : undefined;
  const [holds, fails] = compared ?? GENERAL[cond >>> 1];
  return (cond & 1) === 0 ? holds : fails;
}

export function flagsRead(cond: number, isCompared: boolean): number {
  if (isCompared && COMPARED[cond >>> 1]) return 0;
  return GENERAL[cond >>> 1][2];
}

/** C and V of `fx - fy`, whose result is in `nz`, as far as they are live. */
export function flagsOfDifference(live: number): string {
  const c = live & C ? ' c = fx >>> 0 >= fy >>> 0 ? 1 : 0;' : '';
  return live & V ? `${c} v = ((fx ^ fy) & (fx ^ nz)) >>> 31;` : c;
}

/** C and V of a sum of `x`, `y` and perhaps a carry, whose result is in `nz`. */
export function flagsOfSum(live: number): string {
  const c = live & C ? ' c = ((x & y) | ((x | y) & ~nz)) >>> 31;' : '';
  return live & V ? `${c} v = ((x ^ nz) & (y ^ nz)) >>> 31;` : c;
}
