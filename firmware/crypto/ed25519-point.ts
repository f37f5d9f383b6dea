/**
 * Points of edwards25519. Calculations are lists of steps (ed25519-steps.ts) on numbered places, so that a formula takes
 * two bytes for each of its products and sums. Where a place is, a list of addresses says, into which an entry of a table
 * is put.
 *
 *   0              64     128         512
 *   │ 16 addresses │ work │ 12 places │
 */
import { CURVE_NUMBERS } from './ed25519-constants';
import { ADD, CACHE, DOUBLE, SUBTRACT, UPDATE_T } from './ed25519-steps';
import { combine, multiply } from './field25519';
import { copy } from './numbers';
import { Step } from './steps';

/** Where the places lie, by number. */
export const PLACE: usize = 128;
const WORK: usize = 64;
/** Room for 64 bytes, between calculations. */
export const SPARE: usize = WORK;
export const POINT_SIZE: usize = 512;
/** Bytes of a table of odd multiples, 1 to 15. */
export const TABLE_SIZE: usize = 1024;
const ENTRY_SIZE: usize = 128;

/** Writes down where the places are, and the constants; what the others hold is not touched. */
export function startPoint(point: usize): void {
  Step.place(point, 0, 12, point + PLACE);
  copy(point + PLACE + 320, CURVE_NUMBERS, 64);
}

export function run(steps: usize, point: usize): void {
  for (;;) {
    const step: u32 = load<u16>(steps);
    if (step === 0) return;
    steps += 2;
    const out = Step.out(step, point);
    let a = Step.first(step, point);
    let b = Step.second(step, point);
    let kind = Step.kind(step);
    if (kind < 3) combine(out, a, b, 3 - <i32>(kind << 1));
    else {
      do {
        multiply(out, a, b, point + WORK);
        a = out;
        b = out;
      } while (--kind >= 3);
    }
  }
}

function useEntry(point: usize, entry: usize): void {
  Step.place(point, 12, 16, entry);
}

/** Makes a table of the point's odd multiples; the point, with T, becomes 15 times itself. */
export function makeTable(point: usize, table: usize): void {
  const last = table + TABLE_SIZE - ENTRY_SIZE;
  useEntry(point, table);
  run(CACHE, point);
  // The last entry is the last to be made: until then it holds the double.
  run(DOUBLE, point);
  run(UPDATE_T, point);
  useEntry(point, last);
  run(CACHE, point);
  useEntry(point, table);
  for (let entry = table + ENTRY_SIZE; entry <= last; entry += ENTRY_SIZE) {
    run(ADD, point);
    run(UPDATE_T, point);
    useEntry(point, entry);
    run(CACHE, point);
    useEntry(point, last);
  }
}

/** Adds `factor` times the table's point; 0 adds nothing. */
export function addMultiple(point: usize, table: usize, factor: i32): void {
  if (factor === 0) return;
  run(UPDATE_T, point);
  useEntry(point, table + ((<u32>abs(factor) >>> 1) << 7));
  run(factor > 0 ? ADD : SUBTRACT, point);
}
