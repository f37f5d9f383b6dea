/**
 * The journal as state channel: the state survives loss of power at any instant. Format and reasons:
 * docs/formats/journal.md.
 *
 * What a reading can be trusted for: a body behind a begun seal is whole and stable. One without a seal may read as
 * whole now and as torn later, so it is copied to a fresh slot before anything depends on it. A torn one is made void,
 * so that it never comes back. What was weakly programmed can even read as erased: before the first record of a session
 * the next slot is therefore made void unseen, the header of the other half too, and the own header's seal finished.
 */
import {
  JOURNAL_CONTENTS_WORD,
  JOURNAL_GENERATION,
  JOURNAL_HEADER_MARK,
  JOURNAL_MARK_SHIFT,
  JOURNAL_RECORD_MARK,
} from 'kickstage/firmware/abi/journal';
import {
  JOURNAL_CONTENTS,
  JOURNAL_FORMAT,
  JOURNAL_HALF_SIZE,
  JOURNAL_MEMORY,
  journalHalf,
  KEEPS_COUNTERS,
} from 'kickstage/layout';
import { erase, STORAGE_OK } from 'kickstage/storage';
import { ld32, st32 } from '../intrinsics/volatile';
import {
  bodyWord,
  isUsed,
  isVoid,
  readBody,
  SEAL_NONE,
  SLOTS,
  seal,
  sealOf,
  setBodyWord,
  slotWord,
  voidSlot,
  writeBody,
} from './journal-slot';
import { resetState, STATE_WORDS, setStateWord, stateWord } from './state';

/** The half in use; 2 where neither has a header. */
let half: u32 = 2;
let generation: u32 = 0;
/** The last slot in use. */
let last: u32 = 0;
/** Whether this session has made sure of what lies ahead. */
let isPrepared: bool = false;

/** First word of a half's header. */
const HEADER: u32 = (JOURNAL_HEADER_MARK << JOURNAL_MARK_SHIFT) | JOURNAL_FORMAT;

/** A record is tried in so many slots, and a half begun so often, when flash does not take it. */
const WRITE_ATTEMPTS: u32 = 3;

/** The words of the last record that is certain: what a new half begins with. */
const certain = memory.data(4 * STATE_WORDS, 4);

/** Fills the state with what was made to last. False where flash refuses to make it certain: then nothing may depend on it. */
export function loadState(): bool {
  resetState();
  isPrepared = false;
  chooseHalf();
  if (half > 1) {
    keepCertain();
    return true;
  }
  last = findLast();
  let doubtful = findRecord();
  while (doubtful !== 0) {
    if (takeRecord(doubtful)) return saveState();
    // It reads as torn this time.
    if (KEEPS_COUNTERS && isRecord(doubtful)) continue;
    // Nor is the header one, or what lies behind: a slip has led here.
    if (KEEPS_COUNTERS && doubtful - 1 >= last) return false;
    if (!voidSlot(half, doubtful)) return false;
    doubtful = findRecord();
  }
  return true;
}

/**
 * Fills the state with the last record that has a seal, or that of before the first record; no torn one behind it is left.
 * The last slot behind it that reads as a whole record, 0 where none does.
 */
function findRecord(): u32 {
  let doubtful: u32 = 0;
  let slot = last;
  // Where a counter depends on it, a number that is none of a slot leads to none.
  for (; slot > 0 && (!KEEPS_COUNTERS || slot < SLOTS); slot--) {
    if (takeRecord(slot)) {
      if (sealOf(half, slot) !== SEAL_NONE) break;
      if (doubtful === 0) doubtful = slot;
      resetState();
    } else if (!isVoid(half, slot)) {
      // Where a counter depends on it, one reading condemns no record: it would be lost by a slip.
      if (KEEPS_COUNTERS && isRecord(slot)) slot++;
      else voidSlot(half, slot);
    }
  }
  keepCertain();
  // It lies behind the one that is certain: an older one would bring a lower counter back.
  return KEEPS_COUNTERS && doubtful <= slot ? 0 : doubtful;
}

/** Whether a slot reads as a whole record; its words are in place then. */
function isRecord(slot: u32): bool {
  return readBody(half, slot) && bodyWord(0) >>> JOURNAL_MARK_SHIFT === JOURNAL_RECORD_MARK;
}

/** Fills the state with a slot's record. False, and nothing changed, where it holds none. */
function takeRecord(slot: u32): bool {
  if (!isRecord(slot)) return false;
  for (let n: u32 = 0; n < STATE_WORDS; n++) setStateWord(n, bodyWord(4 * n));
  return true;
}

function keepCertain(): void {
  for (let n: u32 = 0; n < STATE_WORDS; n++) st32(certain + 4 * n, stateWord(n));
}

/** The half whose header is whole and newest. */
function chooseHalf(): void {
  const first = generationOf(0);
  const second = generationOf(1);
  half = second > first ? 1 : 0;
  generation = second > first ? second : first;
  if (isWholeHeader()) return;
  half ^= 1;
  generation = second > first ? first : second;
  if (!isWholeHeader()) half = 2;
}

/**
 * Whether the header is whole of which `generation` was read. It is read once more: of a header that is being made void the
 * generation may have been another one the first time.
 */
function isWholeHeader(): bool {
  return generation !== 0 && readBody(half, 0) && bodyWord(JOURNAL_GENERATION) === generation;
}

/**
 * A half's generation, from 1; 0 where its header is not sealed. A seal that was begun counts, as with records: a later one
 * over it may be cut, too, and flash may doubt it then.
 */
function generationOf(which: u32): u32 {
  const isHeader =
    slotWord(which, 0, 0) === HEADER &&
    (JOURNAL_CONTENTS === 0 || slotWord(which, 0, JOURNAL_CONTENTS_WORD) === JOURNAL_CONTENTS);
  return isHeader && sealOf(which, 0) !== SEAL_NONE ? slotWord(which, 0, JOURNAL_GENERATION) : 0;
}

/** Slots are used one after the other, so that the last one can be found by halving. */
function findLast(): u32 {
  let used: u32 = 0;
  let free = SLOTS;
  while (free - used > 1) {
    const middle = (used + free) >>> 1;
    if (isUsed(half, middle)) used = middle;
    else free = middle;
  }
  return used;
}

/** Makes the state last. Whether that went well; where not, the state of before may come back. */
export function saveState(): bool {
  if (half > 1 ? !compact() : !isPrepared && !prepare() && !compact()) return false;
  for (let attempt: u32 = 0; attempt < WRITE_ATTEMPTS; attempt++) {
    if (last + 1 >= SLOTS && !compact()) return false;
    last++;
    for (let n: u32 = 0; n < STATE_WORDS; n++) setBodyWord(4 * n, stateWord(n));
    if (writeBody(half, last)) {
      keepCertain();
      return true;
    }
    voidSlot(half, last);
  }
  return false;
}

/** Before the first record of a session: nothing that an earlier session left half done can come up later. */
function prepare(): bool {
  if (!seal(half, 0) || !voidSlot(half ^ 1, 0)) return false;
  if (last + 1 < SLOTS) {
    if (!voidSlot(half, last + 1)) return false;
    last++;
  }
  isPrepared = true;
  return true;
}

/**
 * Begins the other half anew, with the state of before as its first record: until something follows it, both halves say
 * the same, and it does not matter which of them a header whose writing was cut makes the newer one.
 */
function compact(): bool {
  for (let attempt: u32 = 0; attempt < WRITE_ATTEMPTS; attempt++) if (beginOther()) return true;
  return false;
}

function beginOther(): bool {
  const other = half > 1 ? 0 : half ^ 1;
  if (erase(JOURNAL_MEMORY, journalHalf(other), JOURNAL_HALF_SIZE) !== STORAGE_OK) return false;
  for (let n: u32 = 0; n < STATE_WORDS; n++) setBodyWord(4 * n, ld32(certain + 4 * n));
  if (!writeBody(other, 1)) return false;
  setBodyWord(0, HEADER);
  setBodyWord(JOURNAL_GENERATION, generation + 1);
  for (let n: u32 = 2; n < STATE_WORDS; n++) setBodyWord(4 * n, 0);
  if (JOURNAL_CONTENTS !== 0) setBodyWord(JOURNAL_CONTENTS_WORD, JOURNAL_CONTENTS);
  if (!writeBody(other, 0)) return false;
  half = other;
  generation++;
  last = 1;
  isPrepared = true;
  return true;
}
