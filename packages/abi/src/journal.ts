/**
 * The journal: what must outlive power, as an append-only list of records in two halves, each its own erase sectors.
 * Constants only; compiled by both the host's and the firmware's compiler. Byte table: docs/formats/journal.md.
 *
 * A half is a row of slots of JOURNAL_SLOT_SIZE bytes. Slot 0 holds the half's header, the others records. A slot is a
 * body of six words, the last one the CRC-32 of the others, and a seal of two words: programmed (all bits the
 * opposite of erased) once the body is known to be whole.
 *
 * In format 2 bodies are longer: behind the five words of a record are those that apps are remembered by, and zeros up to
 * a multiple of 8 bytes with the CRC. The header says how long a slot is, and which words there are.
 */
export const JOURNAL_SLOT_SIZE: u32 = 32;
export const JOURNAL_BODY_SIZE: u32 = 24;
export const JOURNAL_SEAL_SIZE: u32 = 8;

// Body of a record, offsets in bytes.
/** Mark in bits 24..31, number of the updatable app at work in bits 16..23 (0xFF: none), progress in bits 0..15. */
export const JOURNAL_WORK: u32 = 0;
/** Four bits for each updatable app, the first in bits 0..3: phase in bits 0..2, which download slot or bank is in use in bit 3. */
export const JOURNAL_PHASES: u32 = 4;
/** Four bits for each updatable app: outcome of its last update. */
export const JOURNAL_OUTCOMES: u32 = 8;
/** Bytes of the two images that are being exchanged; 0 while nothing is. */
export const JOURNAL_NEW_LENGTH: u32 = 12;
export const JOURNAL_OLD_LENGTH: u32 = 16;
export const JOURNAL_CRC: u32 = 20;

// Body of a half's header: mark in bits 24..31 of its first word, format version in bits 0..15; then the generation.
export const JOURNAL_GENERATION: u32 = 4;
/**
 * Format 2: updatable apps that have a word, as bits: in bits 0..7 those with the fingerprint of their verified image (its
 * digest and place; 0: not known), in bits 8..15 those with a security counter. In this order they are in a record.
 */
export const JOURNAL_CONTENTS_WORD: u32 = 8;
export const JOURNAL_COUNTERS_SHIFT: u32 = 8;
/** First of those words in a record. */
export const JOURNAL_REMEMBERED: u32 = 20;
/** Format 2: bits 16..23 of the header's first word have the bytes of a slot, in units of 8. */
export const JOURNAL_SIZE_SHIFT: u32 = 16;
export const JOURNAL_SIZE_UNIT: u32 = 8;

export const JOURNAL_RECORD_MARK: u32 = 0x4b;
export const JOURNAL_HEADER_MARK: u32 = 0x4a;
export const JOURNAL_MARK_SHIFT: u32 = 24;
export const JOURNAL_VERSION: u32 = 1;
export const JOURNAL_VERSION_2: u32 = 2;
export const JOURNAL_APP_SHIFT: u32 = 16;
export const JOURNAL_NO_APP: u32 = 0xff;
export const JOURNAL_PROGRESS_MASK: u32 = 0xffff;
/** More apps than this cannot be updated: each has four bits of a word. */
export const MAX_UPDATABLE_APPS: u32 = 8;
