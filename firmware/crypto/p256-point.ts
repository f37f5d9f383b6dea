/**
 * Points of P-256. Calculations are lists of steps (p256-steps.ts) on numbered places, in Montgomery's form.
 *
 *   0              64     128         480
 *   │ 16 addresses │ work │ 11 places │
 */
import { feed } from './feed';
import { canonical, combine, multiply } from './montgomery';
import { clear, isZero } from './numbers';
import { PRIME } from './p256-constants';
import { ADD, BEGIN_SUM, CACHE, DOUBLE, END_SUM, NEGATE, SUBTRACT, TAKE } from './p256-steps';
import { Step } from './steps';

export const WORK: usize = 64;
/** Where the places lie, by number. */
export const PLACE: usize = 128;
export const POINT_SIZE: usize = 480;
/** Bytes of a table of odd multiples, 1 to 15. */
export const TABLE_SIZE: usize = 1280;
const ENTRY_SIZE: usize = 160;

const Z: usize = PLACE + 2 * 32;
const DIFFERENCE_X: usize = PLACE + 7 * 32;
const DIFFERENCE_Y: usize = PLACE + 8 * 32;
const ZERO: usize = PLACE + 10 * 32;

/** Writes down where the places are; what they hold is not touched, except that the constant becomes 0. */
export function startPoint(point: usize): void {
  Step.place(point, 0, 11, point + PLACE);
  clear(point + ZERO, 32);
}

export function run(steps: usize, point: usize): void {
  for (;;) {
    const step: u32 = load<u16>(steps);
    if (step === 0) return;
    steps += 2;
    const out = Step.out(step, point);
    const a = Step.first(step, point);
    const b = Step.second(step, point);
    const kind = Step.kind(step);
    if (kind === 8) multiply(out, a, b, point + WORK, PRIME);
    else {
      const factor: i32 = 1 << (kind & 3);
      combine(out, a, b, kind < 4 ? factor : -factor, PRIME);
    }
  }
}

/** Whether a place holds 0, which it then holds in one way only. */
export function isNothing(point: usize, place: usize): bool {
  canonical(point + place, PRIME);
  return isZero(point + place);
}

/** Makes a table of the point's odd multiples; the point becomes 15 times itself. */
export function makeTable(point: usize, table: usize): void {
  const last = table + TABLE_SIZE - ENTRY_SIZE;
  Step.place(point, 11, 16, table);
  run(CACHE, point);
  // The last entry is the last to be made: until then it holds the double.
  run(DOUBLE, point);
  Step.place(point, 11, 16, last);
  run(CACHE, point);
  Step.place(point, 11, 16, table);
  for (let entry = table + ENTRY_SIZE; entry <= last; entry += ENTRY_SIZE) {
    feed();
    // The order is a large prime: no two of these are the same or opposite points.
    run(BEGIN_SUM, point);
    run(ADD, point);
    run(END_SUM, point);
    Step.place(point, 11, 16, entry);
    run(CACHE, point);
    Step.place(point, 11, 16, last);
  }
}

/** Adds `factor` times the table's point; 0 adds nothing. */
export function addMultiple(point: usize, table: usize, factor: i32): void {
  if (factor === 0) return;
  Step.place(point, 11, 16, table + (<u32>abs(factor) >>> 1) * ENTRY_SIZE);
  if (isNothing(point, Z)) {
    run(TAKE, point);
    if (factor < 0) run(NEGATE, point);
    return;
  }
  run(BEGIN_SUM, point);
  run(factor > 0 ? ADD : SUBTRACT, point);
  // Opposite points need no care: their sum's Z has 7, which is 0, for a factor.
  run(isNothing(point, DIFFERENCE_X) && isNothing(point, DIFFERENCE_Y) ? DOUBLE : END_SUM, point);
}
