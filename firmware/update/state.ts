/**
 * What is remembered of updates, as words in RAM, and what they mean. Where it is kept beyond a reset is the state
 * channel's business (`kickstage/state`: journal.ts, ram-state.ts, or one of the user's own): it fills these words, and
 * makes them last.
 */
import {
  JOURNAL_APP_SHIFT,
  JOURNAL_MARK_SHIFT,
  JOURNAL_NO_APP,
  JOURNAL_PROGRESS_MASK,
  JOURNAL_RECORD_MARK,
} from 'kickstage/firmware/abi/journal';
import { PHASE_MASK, PHASE_SECOND } from 'kickstage/firmware/abi/update';
import { HAS_VERIFY, STATE_HAS_MORE, STATE_WORDS } from 'kickstage/layout';
import { ld32, st32 } from '../intrinsics/volatile';

/** Which app's exchange is under way, and how far it is. */
let work: u32 = 0;
let phases: u32 = 0;
let outcomes: u32 = 0;
let newLength: u32 = 0;
let oldLength: u32 = 0;

/** Number of words that a state channel keeps. */
export { STATE_WORDS };

/** Those that each state has; behind them are the ones that apps are remembered by. */
const PLAIN_WORDS: u32 = 5;
const remembered = memory.data(STATE_HAS_MORE ? 4 * (STATE_WORDS - PLAIN_WORDS) : 16, 4);

/** The state of a device that was never updated: all apps confirmed, first bank or copy in use. */
export function resetState(): void {
  setStateWord(0, (JOURNAL_RECORD_MARK << JOURNAL_MARK_SHIFT) | (JOURNAL_NO_APP << JOURNAL_APP_SHIFT));
  phases = 0;
  outcomes = 0;
  newLength = 0;
  oldLength = 0;
  if (STATE_HAS_MORE) for (let n = PLAIN_WORDS; n < STATE_WORDS; n++) setStateWord(n, 0);
}

/** Word `n` of what a state channel keeps. */
export function stateWord(n: u32): u32 {
  if (STATE_HAS_MORE && n >= PLAIN_WORDS) return ld32(remembered + 4 * (n - PLAIN_WORDS));
  if (n === 0) return work;
  if (n === 1) return phases;
  if (n === 2) return outcomes;
  return n === 3 ? newLength : oldLength;
}

export function setStateWord(n: u32, word: u32): void {
  if (STATE_HAS_MORE && n >= PLAIN_WORDS) st32(remembered + 4 * (n - PLAIN_WORDS), word);
  else if (n === 0) work = word;
  else if (n === 1) phases = word;
  else if (n === 2) outcomes = word;
  else if (n === 3) newLength = word;
  else oldLength = word;
}

/** PHASE_... of the updatable app `index`. */
export function phaseOf(index: u32): u32 {
  return (phases >>> (4 * index)) & PHASE_MASK;
}

export function setPhase(index: u32, phase: u32): void {
  phases = (phases & ~(PHASE_MASK << (4 * index))) | (phase << (4 * index));
}

/** 1 where the second bank or copy is in use, else 0. */
export function inUse(index: u32): u32 {
  return (phases >>> (4 * index + 3)) & 1;
}

/** The other bank or copy is in use from now on. */
export function takeOther(index: u32): void {
  phases ^= PHASE_SECOND << (4 * index);
}

/** OUTCOME_... of the app's last update. */
export function outcomeOf(index: u32): u32 {
  return (outcomes >>> (4 * index)) & 0xf;
}

export function setOutcome(index: u32, outcome: u32): void {
  outcomes = (outcomes & ~(0xf << (4 * index))) | (outcome << (4 * index));
}

/**
 * The updatable app whose exchange is under way; JOURNAL_NO_APP where none is. An exchange that goes on is not judged
 * again: where images are verified, a word that is not whole, of which one slip could have made a 0, does not count.
 */
export function appAtWork(): u32 {
  const isWhole = !HAS_VERIFY || (work >>> JOURNAL_MARK_SHIFT === JOURNAL_RECORD_MARK && progress() !== 0);
  return isWhole ? (work >>> JOURNAL_APP_SHIFT) & 0xff : JOURNAL_NO_APP;
}

export function progress(): u32 {
  return work & JOURNAL_PROGRESS_MASK;
}

/** App and progress; progress 0 of JOURNAL_NO_APP: nothing is under way. */
export function setWork(index: u32, done: u32): void {
  work = (JOURNAL_RECORD_MARK << JOURNAL_MARK_SHIFT) | (index << JOURNAL_APP_SHIFT) | done;
}

export function newImageLength(): u32 {
  return newLength;
}

export function oldImageLength(): u32 {
  return oldLength;
}

export function setLengths(newBytes: u32, oldBytes: u32): void {
  newLength = newBytes;
  oldLength = oldBytes;
}

/** Nothing is under way any more. */
export function endWork(): void {
  setWork(JOURNAL_NO_APP, 0);
  setLengths(0, 0);
}
