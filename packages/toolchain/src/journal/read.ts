/**
 * The journal as the host reads it (docs/formats/journal.md): every slot of both halves, whatever it holds, and the state
 * that the bootloader would take from it. Nothing is refused: noise is what a torn slot is.
 */
import {
  JOURNAL_APP_SHIFT,
  JOURNAL_CONTENTS_WORD,
  JOURNAL_COUNTERS_SHIFT,
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
  JOURNAL_REMEMBERED,
  JOURNAL_SEAL_SIZE,
  JOURNAL_SIZE_SHIFT,
  JOURNAL_SIZE_UNIT,
  JOURNAL_SLOT_SIZE,
  JOURNAL_VERSION,
  JOURNAL_VERSION_2,
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
  /** What its verified image is known by, 0 while it is not; absent where it is not remembered. */
  readonly fingerprint?: number;
  /** The highest security counter of a confirmed image; absent where none is kept. */
  readonly counter?: number;
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

/** How the slots of a half are, as its header says it. */
interface Format {
  readonly slotSize: number;
  /** Updatable apps with a word in each record, as bits. */
  readonly contents: number;
}

const FIRST_FORMAT: Format = { slotSize: JOURNAL_SLOT_SIZE, contents: 0 };

export function readJournal(halves: readonly [Uint8Array, Uint8Array], erasedByte = 0xff): Journal {
  const formats = halves.map(formatOf);
  // A half without a header has the slots of the other one.
  const common = formats.find((format) => format !== undefined) ?? FIRST_FORMAT;
  const read = halves.map((bytes, n) => readHalf(bytes, erasedByte, formats[n] ?? common)) as [
    JournalHalf,
    JournalHalf,
  ];
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

/** Undefined where there is no header. */
function formatOf(bytes: Uint8Array): Format | undefined {
  if (bytes.length < JOURNAL_SLOT_SIZE) return undefined;
  const word = wordsOf(bytes);
  const first = word(0);
  if (first >>> JOURNAL_MARK_SHIFT !== JOURNAL_HEADER_MARK) return undefined;
  if ((first & 0xffff) !== JOURNAL_VERSION_2) return FIRST_FORMAT;
  const slotSize = ((first >>> JOURNAL_SIZE_SHIFT) & 0xff) * JOURNAL_SIZE_UNIT;
  if (slotSize < JOURNAL_SLOT_SIZE || slotSize > bytes.length) return undefined;
  return { slotSize, contents: word(JOURNAL_CONTENTS_WORD) };
}

function wordsOf(bytes: Uint8Array): (offset: number) => number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return (offset) => view.getUint32(offset, true);
}

function readHalf(bytes: Uint8Array, erasedByte: number, format: Format): JournalHalf {
  const slots: JournalSlot[] = [];
  const { slotSize } = format;
  for (let at = 0; at + slotSize <= bytes.length; at += slotSize)
    slots.push(readSlot(slots.length, bytes.subarray(at, at + slotSize), erasedByte, format.contents));
  const [first] = slots;
  const isKnown = first?.kind === 'header' && VERSIONS.includes(first.version) && formatOf(bytes) !== undefined;
  return { slots, generation: isKnown && first.seal !== 'none' ? first.generation : 0 };
}

const VERSIONS: readonly number[] = [JOURNAL_VERSION, JOURNAL_VERSION_2];

function readSlot(index: number, bytes: Uint8Array, erasedByte: number, contents: number): JournalSlot {
  if (bytes.every((byte) => byte === erasedByte)) return { index, kind: 'erased' };
  if (bytes.every((byte) => byte === (~erasedByte & 0xff))) return { index, kind: 'void' };
  const word = wordsOf(bytes);
  // The CRC is the last word of the body, the seal is behind it.
  const body = bytes.length - JOURNAL_SEAL_SIZE;
  if (word(body - 4) !== crc32(bytes.subarray(0, body - 4))) return { index, kind: 'torn' };
  const seal = readSeal(bytes.subarray(body), erasedByte);
  const mark = word(0) >>> JOURNAL_MARK_SHIFT;
  if (index === 0 && mark === JOURNAL_HEADER_MARK)
    return { index, kind: 'header', generation: word(JOURNAL_GENERATION), version: word(0) & 0xffff, seal };
  if (index === 0 || mark !== JOURNAL_RECORD_MARK) return { index, kind: 'torn' };
  return { index, kind: 'record', state: stateOf(word, contents), seal };
}

function readSeal(bytes: Uint8Array, erasedByte: number): Seal {
  if (bytes.every((byte) => byte === erasedByte)) return 'none';
  return bytes.every((byte) => byte === (~erasedByte & 0xff)) ? 'whole' : 'torn';
}

/** The words that an app is remembered by. */
function rememberedOf(word: (offset: number) => number, contents: number, app: number) {
  const places = Array.from({ length: 2 * MAX_UPDATABLE_APPS }, (_, bit) => bit).filter(
    (bit) => (contents >>> bit) & 1,
  );
  const wordFor = (bit: number) => {
    const at = places.indexOf(bit);
    return at < 0 ? undefined : word(JOURNAL_REMEMBERED + 4 * at);
  };
  const fingerprint = wordFor(app);
  const counter = wordFor(app + JOURNAL_COUNTERS_SHIFT);
  return { ...(fingerprint === undefined ? {} : { fingerprint }), ...(counter === undefined ? {} : { counter }) };
}

function stateOf(word: (offset: number) => number, contents: number): JournalState {
  const bits = (offset: number, app: number) => (word(offset) >>> (4 * app)) & 0xf;
  const apps = Array.from({ length: MAX_UPDATABLE_APPS }, (_, app) => ({
    phase: bits(JOURNAL_PHASES, app) & PHASE_MASK,
    second: bits(JOURNAL_PHASES, app) > PHASE_MASK,
    outcome: bits(JOURNAL_OUTCOMES, app),
    ...rememberedOf(word, contents, app),
  }));
  const app = (word(0) >>> JOURNAL_APP_SHIFT) & 0xff;
  if (app === JOURNAL_NO_APP) return { apps };
  const [newLength, oldLength] = [word(JOURNAL_NEW_LENGTH), word(JOURNAL_OLD_LENGTH)];
  return { apps, work: { app, progress: word(0) & JOURNAL_PROGRESS_MASK, newLength, oldLength } };
}
