/**
 * The journal as the host reads it (docs/formats/journal.md): every slot of both halves, whatever it holds, and the state
 * that the bootloader would take from it. Nothing is refused: noise is what a torn slot is.
 */
import {
  JOURNAL_APP_SHIFT,
  JOURNAL_BODY_SIZE,
  JOURNAL_CRC,
  JOURNAL_GENERATION,
  JOURNAL_HEADER_MARK,
  JOURNAL_MARK_SHIFT,
  JOURNAL_NEW_LENGTH,
  JOURNAL_NO_APP,
  JOURNAL_OLD_LENGTH,
  JOURNAL_OUTCOMES,
  JOURNAL_PHASES,
  JOURNAL_PROGRESS_MASK,
  JOURNAL_RECORD_MARK,
  JOURNAL_SLOT_SIZE,
  JOURNAL_VERSION,
  MAX_UPDATABLE_APPS,
} from '@kickstage/abi/journal';
import { PHASE_MASK } from '@kickstage/abi/update';
import { crc32 } from '../transfer/frame.ts';

export interface AppRecord {
  /** PHASE_... */
  readonly phase: number;
  /** Whether the second bank or copy is in use. */
  readonly second: boolean;
  /** OUTCOME_... */
  readonly outcome: number;
}

/** What a record says. */
export interface JournalState {
  /** By the number of the updatable app. */
  readonly apps: readonly AppRecord[];
  /** The exchange that is under way. */
  readonly work?: {
    readonly app: number;
    /** Steps that are done, plus one. */
    readonly progress: number;
    readonly newLength: number;
    readonly oldLength: number;
  };
}

export type Seal = 'none' | 'torn' | 'whole';

/**
 * `erased`: never written. `void`: made unusable on purpose. `torn`: neither a record nor a header, or its CRC is wrong.
 * `header` and `record`: whole.
 */
export type JournalSlot = { readonly index: number } & (
  | { readonly kind: 'erased' | 'void' | 'torn' }
  | { readonly kind: 'header'; readonly generation: number; readonly version: number; readonly seal: Seal }
  | { readonly kind: 'record'; readonly state: JournalState; readonly seal: Seal }
);

export interface JournalHalf {
  readonly slots: readonly JournalSlot[];
  /** Of a header that is whole and sealed; 0 where there is none. */
  readonly generation: number;
}

export interface Journal {
  readonly halves: readonly [JournalHalf, JournalHalf];
  /** The half that counts; undefined where neither has a header. */
  readonly half?: 0 | 1;
  /** The slot with the state; undefined where no record is whole: then nothing was ever updated. */
  readonly slot?: number;
  readonly state: JournalState;
}

export function readJournal(halves: readonly [Uint8Array, Uint8Array], erasedByte = 0xff): Journal {
  const read = halves.map((bytes) => readHalf(bytes, erasedByte)) as [JournalHalf, JournalHalf];
  const generations = read.map(({ generation }) => generation);
  const half = generations[1] > generations[0] ? 1 : 0;
  if (generations[half] === 0) return { halves: read, state: NOTHING };
  const records = read[half].slots.filter((slot) => slot.kind === 'record');
  const last = records.at(-1);
  if (!last) return { halves: read, half, state: NOTHING };
  return { halves: read, half, slot: last.index, state: last.state };
}

/** Of a device that was never updated. */
const NOTHING: JournalState = {
  apps: Array.from({ length: MAX_UPDATABLE_APPS }, () => ({ phase: 0, second: false, outcome: 0 })),
};

function readHalf(bytes: Uint8Array, erasedByte: number): JournalHalf {
  const slots: JournalSlot[] = [];
  for (let at = 0; at + JOURNAL_SLOT_SIZE <= bytes.length; at += JOURNAL_SLOT_SIZE)
    slots.push(readSlot(slots.length, bytes.subarray(at, at + JOURNAL_SLOT_SIZE), erasedByte));
  const [first] = slots;
  const isUsable = first?.kind === 'header' && first.seal === 'whole' && first.version === JOURNAL_VERSION;
  return { slots, generation: isUsable ? first.generation : 0 };
}

function readSlot(index: number, bytes: Uint8Array, erasedByte: number): JournalSlot {
  if (bytes.every((byte) => byte === erasedByte)) return { index, kind: 'erased' };
  if (bytes.every((byte) => byte === (~erasedByte & 0xff))) return { index, kind: 'void' };
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const word = (offset: number) => view.getUint32(offset, true);
  if (word(JOURNAL_CRC) !== crc32(bytes.subarray(0, JOURNAL_CRC))) return { index, kind: 'torn' };
  const seal = readSeal(bytes.subarray(JOURNAL_BODY_SIZE), erasedByte);
  const mark = word(0) >>> JOURNAL_MARK_SHIFT;
  if (index === 0 && mark === JOURNAL_HEADER_MARK)
    return { index, kind: 'header', generation: word(JOURNAL_GENERATION), version: word(0) & 0xffff, seal };
  if (index === 0 || mark !== JOURNAL_RECORD_MARK) return { index, kind: 'torn' };
  return { index, kind: 'record', state: stateOf(word), seal };
}

function readSeal(bytes: Uint8Array, erasedByte: number): Seal {
  if (bytes.every((byte) => byte === erasedByte)) return 'none';
  return bytes.every((byte) => byte === (~erasedByte & 0xff)) ? 'whole' : 'torn';
}

function stateOf(word: (offset: number) => number): JournalState {
  const bits = (offset: number, app: number) => (word(offset) >>> (4 * app)) & 0xf;
  const apps = Array.from({ length: MAX_UPDATABLE_APPS }, (_, app) => ({
    phase: bits(JOURNAL_PHASES, app) & PHASE_MASK,
    second: bits(JOURNAL_PHASES, app) > PHASE_MASK,
    outcome: bits(JOURNAL_OUTCOMES, app),
  }));
  const app = (word(0) >>> JOURNAL_APP_SHIFT) & 0xff;
  if (app === JOURNAL_NO_APP) return { apps };
  const [newLength, oldLength] = [word(JOURNAL_NEW_LENGTH), word(JOURNAL_OLD_LENGTH)];
  return { apps, work: { app, progress: word(0) & JOURNAL_PROGRESS_MASK, newLength, oldLength } };
}
