/**
 * Conditions (DDI 0403E A7.3) and flags, as texts. C and V are worked out late: most often nobody asks. After a comparison
 * they are known as those of `fx - fy`; only what cannot be told so puts them into `c` and `v`.
 */
import { ALWAYS, C, type Line, NZ, V } from './step.ts';

/** Where C and V are: in `c` and `v`; or those of `fx - fy`; and N and Z, too, are those of that difference. */
export const EAGER = 0;
export const LATE = 1;
export const COMPARED = 2;
export type Form = 0 | 1 | 2;

const C_LATE = 'fx >>> 0 >= fy >>> 0';
const V_LATE = '((fx ^ fy) & (fx ^ (fx - fy))) >>> 31';

const NEGATIVE = ['nz < 0', 'nz >= 0'] as const;
const ZERO = ['nz === 0', 'nz !== 0'] as const;
type Pair = readonly [string, string];

/** By condition / 2, and form. */
const CONDITIONS: readonly (readonly [Pair, Pair, Pair])[] = [
  [ZERO, ZERO, ['fx === fy', 'fx !== fy']],
  [
    ['c !== 0', 'c === 0'],
    [C_LATE, 'fx >>> 0 < fy >>> 0'],
    [C_LATE, 'fx >>> 0 < fy >>> 0'],
  ],
  [NEGATIVE, NEGATIVE, NEGATIVE],
  [
    ['v !== 0', 'v === 0'],
    [`${V_LATE} !== 0`, `${V_LATE} === 0`],
    [`${V_LATE} !== 0`, `${V_LATE} === 0`],
  ],
  [
    ['c !== 0 && nz !== 0', 'c === 0 || nz === 0'],
    [`${C_LATE} && nz !== 0`, 'fx >>> 0 < fy >>> 0 || nz === 0'],
    ['fx >>> 0 > fy >>> 0', 'fx >>> 0 <= fy >>> 0'],
  ],
  [
    ['nz >>> 31 === v', 'nz >>> 31 !== v'],
    [`nz >>> 31 === ${V_LATE}`, `nz >>> 31 !== ${V_LATE}`],
    ['fx >= fy', 'fx < fy'],
  ],
  [
    ['nz !== 0 && nz >>> 31 === v', 'nz === 0 || nz >>> 31 !== v'],
    [`nz !== 0 && nz >>> 31 === ${V_LATE}`, `nz === 0 || nz >>> 31 !== ${V_LATE}`],
    ['fx > fy', 'fx <= fy'],
  ],
];

const READS = [NZ, C, NZ, V, C | NZ, NZ | V, NZ | V];

/** The text of a condition below ALWAYS. */
export const conditionText = (cond: number, form: Form): string => CONDITIONS[cond >>> 1][form][cond & 1];

export const flagsRead = (cond: number): number => (cond === ALWAYS ? 0 : READS[cond >>> 1]);

/** C and V of `fx - fy`, whose result is in `nz`, as far as they are wanted. */
export function flagsOfDifference(wanted: number): string {
  const c = wanted & C ? ` c = ${C_LATE} ? 1 : 0;` : '';
  return wanted & V ? `${c} v = ((fx ^ fy) & (fx ^ nz)) >>> 31;` : c;
}

/** C and V of a sum of `x`, `y` and perhaps a carry, whose result is in `nz`. */
export function flagsOfSum(wanted: number): string {
  const c = wanted & C ? ' c = ((x & y) | ((x | y) & ~nz)) >>> 31;' : '';
  return wanted & V ? `${c} v = ((x ^ nz) & (y ^ nz)) >>> 31;` : c;
}

/** Puts C and V into `c` and `v`, as far as `mask` wants them. */
export function settle(form: Form, mask: number): string {
  if (form === EAGER) return '';
  const c = mask & C ? `c = ${C_LATE} ? 1 : 0; ` : '';
  return mask & V ? `${c}v = ${V_LATE}; ` : c;
}

/** From `c` and `v`: operands whose difference has these flags. */
export const LATE_FROM_EAGER =
  'if (v !== 0) { fx = c !== 0 ? -2147483648 : 2147483647; fy = c !== 0 ? 1 : -2147483648; } else fy = c !== 0 ? 0 : 1;';

/** What a line does to the form. */
export interface FormStep {
  /** Statements before the line. */
  readonly before: string;
  /** While the line is executed, and behind it. */
  readonly during: Form;
  readonly after: Form;
  /** What the line itself is to put into `nz`, `c` and `v`. */
  readonly wanted: number;
}

/** `live`: flags that are read behind the line before they are written. */
export function formStep({ step, cond }: Line, form: Form, live: number): FormStep {
  const reads = step.reads & (C | V);
  const writes = step.writes & live & (C | V);
  if (writes === 0 && reads === 0) {
    const changes = (step.writes & NZ) !== 0;
    // A comparison that may be passed over leaves N and Z as they were, perhaps.
    if (step.compares) return { before: '', during: form, after: cond === ALWAYS ? COMPARED : LATE, wanted: live };
    return { before: '', during: form, after: changes && form === COMPARED ? LATE : form, wanted: live };
  }
  if (step.compares && cond === ALWAYS)
    return { before: settle(form, reads), during: form, after: COMPARED, wanted: live & NZ };
  // The old flags are read, or stay in part.
  if (step.mayLeave) return { before: settle(form, C | V), during: EAGER, after: EAGER, wanted: live };
  const kept = cond === ALWAYS ? live & ~step.writes : live;
  return { before: settle(form, reads | kept | flagsRead(cond)), during: EAGER, after: EAGER, wanted: live };
}
