import { OUTCOME_CONFIRMED, PHASE_REQUESTED, PHASE_SECOND, PHASE_TRIAL } from '@kickstage/abi/update';
import { describe, expect, test } from 'vitest';
import { crc32 } from '../transfer/frame.ts';
import { readJournal } from './read.ts';
import { slotText, stateText } from './words.ts';

const SIZE = 512;

/** A slot from its first five words; `seal`: its eight bytes. */
function slot(words: readonly number[], seal = 0x00, erased = 0xff): Uint8Array {
  const bytes = new Uint8Array(32).fill(erased);
  const view = new DataView(bytes.buffer);
  for (let n = 0; n < 5; n++) view.setUint32(4 * n, words[n] ?? 0, true);
  view.setUint32(20, crc32(bytes.subarray(0, 20)), true);
  bytes.fill(seal, 24);
  return bytes;
}

function half(...slots: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(SIZE).fill(0xff);
  slots.forEach((one, n) => {
    bytes.set(one, 32 * n);
  });
  return bytes;
}

const header = (generation: number) => slot([0x4a00_0001, generation]);
const record = (phases: number, outcomes = 0, work = 0x4bff_0000, ...lengths: number[]) =>
  slot([work, phases, outcomes, ...lengths]);
const EMPTY = half();
const names = [{ name: 'app', strategy: 'alternate' }];

/** A slot of format 2 with `size` bytes. */
function longSlot(size: number, words: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(size).fill(0);
  const view = new DataView(bytes.buffer);
  for (const [n, word] of words.entries()) view.setUint32(4 * n, word, true);
  view.setUint32(size - 12, crc32(bytes.subarray(0, size - 12)), true);
  return bytes;
}

describe('format 2', () => {
  // Two apps, both with a fingerprint, the second with a counter: eight words and the CRC, up to a multiple of 8.
  const size = 48;
  const head = longSlot(size, [0x4a00_0002 | ((size / 8) << 16), 7, 0b10_0000_0011]);
  const both = [
    { name: 'one', strategy: 'swap' },
    { name: 'two', strategy: 'swap' },
  ];

  test('words that apps are remembered by', () => {
    const used = new Uint8Array(SIZE).fill(0xff);
    used.set(head);
    used.set(longSlot(size, [0x4bff_0000, 0, OUTCOME_CONFIRMED << 4, 0, 0, 0, 0xabc, 9]), size);
    const { half: n, slot: at, state, halves } = readJournal([EMPTY, used]);
    expect([n, at]).toEqual([1, 1]);
    expect(state.apps[1]).toMatchObject({ fingerprint: 0xabc, counter: 9 });
    expect(stateText(state, both)).toBe(
      'one: confirmed; never updated; to be verified at its next start · two: confirmed; last update confirmed; security counter 9 or higher; verified, fingerprint 00000abc',
    );
    expect(slotText(halves[1].slots[0], both)).toBe('header, generation 7, format 2');
    expect(halves[0].slots.length).toBe(Math.floor(SIZE / size));
  });

  test('a slot length that cannot be', () => {
    const used = half(longSlot(32, [0x4aff_0002, 7, 1]));
    expect(readJournal([used, EMPTY]).half).toBeUndefined();
  });
});

describe('the state', () => {
  test('nothing at all: never updated', () => {
    const { half: used, slot: at, state } = readJournal([EMPTY, EMPTY]);
    expect([used, at]).toEqual([undefined, undefined]);
    expect(stateText(state, names)).toBe('app: confirmed; never updated; its copy in download0');
  });

  test('the newer half, its last whole record', () => {
    const old = half(header(4), record(PHASE_REQUESTED));
    const torn = record(PHASE_REQUESTED);
    torn[4] ^= 1;
    const now = half(
      header(5),
      record(PHASE_TRIAL),
      record(PHASE_SECOND, OUTCOME_CONFIRMED),
      torn,
      new Uint8Array(32).fill(0),
    );
    const journal = readJournal([old, now]);
    expect([journal.half, journal.slot]).toEqual([1, 2]);
    expect(stateText(journal.state, names)).toBe('app: confirmed; last update confirmed; its copy in download1');
    expect(journal.halves[1].slots.slice(0, 6).map((one) => slotText(one, names))).toEqual([
      'header, generation 5',
      'app: on trial: started, not confirmed; never updated; its copy in download0',
      'app: confirmed; last update confirmed; its copy in download1',
      'torn: its check sum is wrong',
      'void: made unusable, for a power failure may have left something here',
      'erased',
    ]);
  });

  test('an exchange under way', () => {
    const { state } = readJournal([half(header(1), record(PHASE_REQUESTED, 0, 0x4b00_0004, 4096, 2048)), EMPTY]);
    expect(stateText(state, [{ name: 'app', strategy: 'swap' }])).toBe(
      'app: update requested, on trial; never updated · at work on app: 3 steps done, 4 KiB in, 2 KiB out',
    );
  });

  test('a header without its seal does not count', () => {
    const unsealed = half(slot([0x4a00_0001, 9], 0xff), record(PHASE_TRIAL));
    expect(readJournal([half(header(1), record(PHASE_REQUESTED)), unsealed]).half).toBe(0);
    expect(slotText(readJournal([unsealed, EMPTY]).halves[0].slots[0], names)).toBe(
      'header, generation 9, no seal yet',
    );
  });

  test('noise of any length is torn slots', () => {
    let x = 1;
    const noise = Uint8Array.from({ length: 1000 }, () => {
      x = (x * 1_103_515_245 + 12_345) >>> 0;
      return x >>> 16;
    });
    for (const length of [0, 1, 31, 32, 33, 999, 1000]) {
      const journal = readJournal([noise.subarray(0, length), noise.subarray(length)]);
      expect(journal.slot).toBe(undefined);
      for (const { slots } of journal.halves) for (const one of slots) expect(one.kind).toBe('torn');
    }
  });

  test('flash that is erased to zeros', () => {
    const bytes = new Uint8Array(SIZE);
    bytes.set(slot([0x4a00_0001, 3], 0xff, 0));
    bytes.set(slot([0x4bff_0000, PHASE_TRIAL], 0xff, 0), 32);
    const { slot: at, state } = readJournal([bytes, new Uint8Array(SIZE)], 0);
    expect([at, state.apps[0].phase]).toEqual([1, PHASE_TRIAL]);
  });
});
