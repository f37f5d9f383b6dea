/**
 * Security counters that the journal keeps, in two readings of it: the state as it was read first, and as it was read again.
 * Each reading has the mark of a record with it, which is there only if it was read at all.
 */
import { JOURNAL_MARK_SHIFT } from 'kickstage/firmware/abi/journal';
import { counterWord, KEEPS_COUNTERS, STATE_WORDS } from 'kickstage/layout';
import { ld32, st32 } from '../intrinsics/volatile';
import { stateWord } from './state';

const first = memory.data(KEEPS_COUNTERS ? 4 * STATE_WORDS : 16, 4);

/** The state that was just read is the first reading. */
export function noteCounters(): void {
  for (let n: u32 = 0; n < STATE_WORDS; n++) st32(first + 4 * n, stateWord(n));
}

/** The counter of an app that has one, in the first reading or in the state. */
export function keptCounter(app: u32, isFirst: bool): u32 {
  return isFirst ? ld32(first + 4 * counterWord(app)) : stateWord(counterWord(app));
}

/** JOURNAL_RECORD_MARK, if the reading was done. */
export function readingMark(isFirst: bool): u32 {
  return (isFirst ? ld32(first) : stateWord(0)) >>> JOURNAL_MARK_SHIFT;
}
