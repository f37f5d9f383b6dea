/**
 * One slot of the journal: reading, writing and voiding it. A slot's body is programmed and read back before its seal
 * is begun. So a body behind a seal that was begun is whole and stays so; a body without a seal may be torn, and read
 * differently each time. Programming all bits away from erased is possible at any time on every flash that there is,
 * write-once flash included (RM0351 Rev 9, 3.3.7: a double word may be programmed to zero twice): that is how a seal is
 * finished and a slot made void.
 */
import { JOURNAL_SEAL_SIZE } from 'kickstage/firmware/abi/journal';
import {
  ERASED_WORD,
  JOURNAL_HALF_SIZE,
  JOURNAL_MEMORY,
  JOURNAL_SLOT_SIZE,
  journalHalf,
  STATE_WORDS,
} from 'kickstage/layout';
import { program, readWord, STORAGE_OK } from 'kickstage/storage';
import { CRC_START, crc32Step } from '../boot/crc32';
import { ld32, st32 } from '../intrinsics/volatile';
import { readIsSound, startSoundRead } from './sound-read';

/** The CRC is the last word of a body. */
const JOURNAL_CRC: u32 = 4 * STATE_WORDS;
const JOURNAL_BODY_SIZE: u32 = JOURNAL_CRC + 4;

/** Slots of a half. */
export const SLOTS: u32 = JOURNAL_HALF_SIZE / JOURNAL_SLOT_SIZE;
/** The word whose bits are all programmed. */
export const VOID_WORD: u32 = ~ERASED_WORD;

/** A slot's words in RAM, on their way to flash or from it. */
const buffer = memory.data(JOURNAL_SLOT_SIZE, 8);

/** What a slot's seal says. */
export const SEAL_NONE: u32 = 0;
export const SEAL_TORN: u32 = 1;
export const SEAL_WHOLE: u32 = 2;

export function slotAddress(half: u32, slot: u32): usize {
  return journalHalf(half) + slot * JOURNAL_SLOT_SIZE;
}

/** Word `offset` / 4 of a slot. */
export function slotWord(half: u32, slot: u32, offset: u32): u32 {
  return readWord(JOURNAL_MEMORY, slotAddress(half, slot) + offset);
}

/** Whether a slot was begun: its first word is never that of erased flash. */
export function isUsed(half: u32, slot: u32): bool {
  startSoundRead();
  return slotWord(half, slot, 0) !== ERASED_WORD || !readIsSound();
}

/**
 * Reads a body, each word once: what is torn may read differently a second time, so what was judged is what `bodyWord`
 * then gives. Whether its CRC is right, and the flash has no doubt about its words.
 */
export function readBody(half: u32, slot: u32): bool {
  startSoundRead();
  let crc = CRC_START;
  for (let offset: u32 = 0; offset < JOURNAL_CRC; offset += 4) {
    const word = slotWord(half, slot, offset);
    st32(buffer + offset, word);
    crc = crc32Step(crc, word);
  }
  return slotWord(half, slot, JOURNAL_CRC) === ~crc && readIsSound();
}

/** A word of the body that was read last. */
export function bodyWord(offset: u32): u32 {
  return ld32(buffer + offset);
}

/** SEAL_... of a slot. */
export function sealOf(half: u32, slot: u32): u32 {
  startSoundRead();
  const low = slotWord(half, slot, JOURNAL_BODY_SIZE);
  const high = slotWord(half, slot, JOURNAL_BODY_SIZE + 4);
  if (!readIsSound()) return SEAL_TORN;
  if (low === VOID_WORD && high === VOID_WORD) return SEAL_WHOLE;
  return low === ERASED_WORD && high === ERASED_WORD ? SEAL_NONE : SEAL_TORN;
}

/** Whether every word of a slot has all bits programmed. */
export function isVoid(half: u32, slot: u32): bool {
  startSoundRead();
  for (let offset: u32 = 0; offset < JOURNAL_SLOT_SIZE; offset += 4) {
    if (slotWord(half, slot, offset) !== VOID_WORD) return false;
  }
  return readIsSound();
}

/** Puts a body's word in place for `writeBody`. */
export function setBodyWord(offset: u32, word: u32): void {
  st32(buffer + offset, word);
}

/** Completes the body with its CRC, writes it to an erased slot, reads it back, and seals it. Whether all of it went well. */
export function writeBody(half: u32, slot: u32): bool {
  let crc = CRC_START;
  for (let offset: u32 = 0; offset < JOURNAL_CRC; offset += 4) crc = crc32Step(crc, ld32(buffer + offset));
  st32(buffer + JOURNAL_CRC, ~crc);
  if (program(JOURNAL_MEMORY, slotAddress(half, slot), buffer, JOURNAL_BODY_SIZE) !== STORAGE_OK) return false;
  startSoundRead();
  for (let offset: u32 = 0; offset < JOURNAL_BODY_SIZE; offset += 4) {
    if (slotWord(half, slot, offset) !== ld32(buffer + offset)) return false;
  }
  return readIsSound() && seal(half, slot);
}

/** Programs a slot's seal, or finishes it. */
export function seal(half: u32, slot: u32): bool {
  return programVoid(slotAddress(half, slot) + JOURNAL_BODY_SIZE, JOURNAL_SEAL_SIZE);
}

/** Makes a slot void, whatever it holds. */
export function voidSlot(half: u32, slot: u32): bool {
  return programVoid(slotAddress(half, slot), JOURNAL_SLOT_SIZE);
}

function programVoid(address: usize, length: u32): bool {
  for (let offset: u32 = 0; offset < length; offset += 4) st32(buffer + offset, VOID_WORD);
  if (program(JOURNAL_MEMORY, address, buffer, length) !== STORAGE_OK) return false;
  startSoundRead();
  for (let offset: u32 = 0; offset < length; offset += 4) {
    if (readWord(JOURNAL_MEMORY, address + offset) !== VOID_WORD) return false;
  }
  return readIsSound();
}
