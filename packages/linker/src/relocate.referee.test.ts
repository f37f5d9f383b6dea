/**
 * Relocations against GNU ld: the same instruction, the same place and the same symbol give the same bytes, and what does
 * not reach is refused by both. Distances are given from P, as in the standard (IHI 0044, 4.6.1); a branch counts from
 * P + 4, so that the largest positive distance from P is 4 more than what the instruction holds.
 *
 * From a section of code GNU ld calls a veneer where a branch does not reach, and already where it just reaches. So the
 * places lie in a section of constants: there it has no veneer to offer, and says what does not reach.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RelocationKind } from '@kickstage/object/object-file';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { referee } from '../../../tools/referee.ts';
import { relocate } from './relocate.ts';

const { skip, label } = referee('arm-none-eabi-ld');

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'kickstage-relocate-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

interface Case {
  readonly kind: RelocationKind;
  /** With `target` for the symbol and its addend. */
  readonly source: string;
  readonly place: number;
  readonly symbol: number;
  readonly isFunction: boolean;
  readonly addend: number;
  readonly reaches: boolean;
}

const PLACE = 0x0900_0040;
const MIB = 2 ** 20;

/** Of BL and B.W, from P. */
const REACHED: readonly number[] = [
  ...[-1024, -4, -2, 0, 2, 4, 6, 8, 1024, 4094, 4096, 4098],
  // Where the bits S, J1, J2 (DDI 0403E, A7.7.18) change.
  ...[-8 * MIB, 8 * MIB, -4 * MIB, 4 * MIB, 12 * MIB, -12 * MIB].flatMap((at) => [at + 2, at + 4, at + 6]),
  ...[-16 * MIB + 4, -16 * MIB + 6, 16 * MIB, 16 * MIB + 2],
];
const NOT_REACHED: readonly number[] = [-16 * MIB + 2, -16 * MIB, -32 * MIB, 16 * MIB + 4, 16 * MIB + 6, 32 * MIB];

const BRANCHES: readonly Case[] = (['R_ARM_THM_CALL', 'R_ARM_THM_JUMP24'] as const).flatMap((kind) => {
  const source = kind === 'R_ARM_THM_CALL' ? 'bl target' : 'b.w target';
  const branch = { kind, source, place: PLACE, isFunction: true };
  const plain = { ...branch, addend: 0 };
  return [
    ...REACHED.map((distance) => ({ ...plain, symbol: PLACE + distance, reaches: true })),
    ...NOT_REACHED.map((distance) => ({ ...plain, symbol: PLACE + distance, reaches: false })),
    { ...branch, symbol: PLACE + 0x100, addend: 6, reaches: true },
    { ...branch, symbol: PLACE + 0x100, addend: -0x200, reaches: true },
    { ...branch, symbol: PLACE + 16 * MIB, addend: 2, reaches: true },
    { ...branch, symbol: PLACE + 16 * MIB, addend: 4, reaches: false },
    { ...branch, symbol: PLACE - 16 * MIB + 6, addend: -2, reaches: true },
    { ...branch, symbol: PLACE - 16 * MIB + 6, addend: -4, reaches: false },
  ];
});

const ADDRESSES = [0, 2, 0x0800_0000, 0x0800_fffe, 0x0801_0000, 0x2000_1234, 0x2001_8000, 0x7fff_fffe, 0x8000_0000];
const LAST = 0xffff_fffe;
/** MOVW and MOVT keep their addend in 16 signed bits of the instruction in an object file. */
const ADDENDS = [0, 1, 2, 3, -1, -2, 0x7fff, -0x8000];

function values(kind: RelocationKind, source: (symbol: string) => string, place = PLACE): Case[] {
  return [...ADDRESSES, LAST].flatMap((symbol) =>
    [false, true].flatMap((isFunction) =>
      ADDENDS.map((addend) => ({ kind, source: source('target'), place, symbol, isFunction, addend, reaches: true })),
    ),
  );
}

const withAddend = ({ source, addend }: Case) =>
  source.replace('target', addend === 0 ? 'target' : `target${addend < 0 ? '' : '+'}${addend}`);

interface Linked {
  readonly before: Uint8Array;
  /** Undefined when ld refused one of them. */
  readonly after?: Uint8Array;
  readonly says: string;
}

const ITEM_SIZE = 4;
const HEAD = '.syntax unified\n.cpu cortex-m4\n.thumb\n';

function assembled(name: string, source: string): string {
  const object = join(folder, `${name}.o`);
  execFileSync('arm-none-eabi-as', ['-o', object, '-'], { input: HEAD + source });
  return object;
}

function sectionBytes(file: string): Uint8Array {
  const raw = join(folder, 'place.bin');
  execFileSync('arm-none-eabi-objcopy', ['-O', 'binary', '-j', '.place', file, raw]);
  return new Uint8Array(readFileSync(raw));
}

/** All cases in one link: their places follow each other from the first one's on. */
function linkForeign(cases: readonly Case[]): Linked {
  const places = cases.map((one, i) => `${withAddend(one).replace('target', `target${i}`)}\n`);
  const object = assembled('place', `.section .place,"a",%progbits\n${places.join('')}`);
  const kinds = execFileSync('arm-none-eabi-objdump', ['-r', object], { encoding: 'utf8' }).match(/R_ARM_\w+/g);
  expect(kinds).toEqual(cases.map(({ kind }) => kind));
  const symbols = cases.map(({ symbol, isFunction }, i) => {
    const type = isFunction ? 'function' : 'object';
    return `.global target${i}\n.type target${i}, %${type}\ntarget${i} = ${isFunction ? symbol + 1 : symbol}\n`;
  });
  const targets = assembled('targets', symbols.join(''));
  const script = join(folder, 'place.ld');
  writeFileSync(script, `SECTIONS { . = ${cases[0].place}; .place : { *(.place) } }\n`);
  const elf = join(folder, 'place.elf');
  rmSync(elf, { force: true });
  const args = ['-T', script, '-e', '0', '-o', elf, object, targets];
  const { status, stderr } = spawnSync('arm-none-eabi-ld', args, { encoding: 'utf8' });
  const before = sectionBytes(object);
  return { before, says: stderr, ...(status === 0 ? { after: sectionBytes(elf) } : {}) };
}

/** The i-th of cases whose places follow each other. */
const moved = (one: Case, i: number): Case => ({ ...one, place: one.place + ITEM_SIZE * i });

function ours(one: Case, before: Uint8Array) {
  const bytes = before.slice();
  const { kind, place, addend, symbol, isFunction } = one;
  const diagnostic = relocate(
    bytes,
    place,
    { offset: 0, kind, symbol: 'target', addend },
    { address: symbol, isFunction },
  );
  return { bytes, diagnostic };
}

const hex = (bytes: Uint8Array) => [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
const title = (one: Case) =>
  `${withAddend(one)} at 0x${one.place.toString(16)}, target = 0x${one.symbol.toString(16)}${one.isFunction ? ' (Thumb)' : ''}`;

function compareAll(cases: readonly Case[]): void {
  const { before, after, says } = linkForeign(cases);
  expect(says).toBe('');
  const differences = cases.flatMap((one, i) => {
    const start = ITEM_SIZE * i;
    const { bytes, diagnostic } = ours(one, before.slice(start, start + ITEM_SIZE));
    const [mine, theirs] = [hex(bytes), hex(after!.slice(start, start + ITEM_SIZE))];
    if (diagnostic) return [`${title(one)}: refused by us, ld has ${theirs}`];
    return mine === theirs ? [] : [`${title(one)}: ${mine}, ld has ${theirs}`];
  });
  expect(differences).toEqual([]);
}

describe.skipIf(skip)(label, () => {
  describe.each(['R_ARM_THM_CALL', 'R_ARM_THM_JUMP24'] as const)('%s', (kind) => {
    const cases = BRANCHES.filter((one) => one.kind === kind);
    const near = cases.filter(({ reaches }) => reaches);
    // The places follow each other; each target moves with its place, so that the distances are those of the table.
    const follow = (one: Case, i: number) => ({ ...moved(one, i), symbol: one.symbol + ITEM_SIZE * i });

    test(`${near.length} distances that reach`, () => compareAll(near.map(follow)));

    test.each(cases.filter(({ reaches }) => !reaches).map((one) => [title(one), one] as const))('%s', (_, one) => {
      const { before, after, says } = linkForeign([one]);
      expect(after).toBeUndefined();
      expect(says).toContain(`relocation truncated to fit: ${kind}`);
      const { bytes, diagnostic } = ours(one, before);
      expect(diagnostic).toMatchObject({
        code: 'LNK003',
        severity: 'error',
        what: expect.stringContaining('`target`'),
      });
      expect(bytes).toEqual(before);
    });
  });

  const words = values('R_ARM_ABS32', (symbol) => `.word ${symbol}`);
  test(`R_ARM_ABS32: ${words.length} words`, () => compareAll(words.map(moved)));

  const distances = [PLACE, 0x0800_0000, 0xffff_f000].flatMap((place) =>
    values('R_ARM_REL32', (symbol) => `.word ${symbol} - .`, place),
  );
  test.each([PLACE, 0x0800_0000, 0xffff_f000])('R_ARM_REL32 from %i on', (place) => {
    compareAll(distances.filter((one) => one.place === place).map(moved));
  });

  test.each([0, 1, 7, 8, 12, 14])('R_ARM_THM_MOVW_ABS_NC to r%i', (Rd) => {
    compareAll(values('R_ARM_THM_MOVW_ABS_NC', (symbol) => `movw r${Rd}, #:lower16:(${symbol})`).map(moved));
  });

  test.each([0, 1, 7, 8, 12, 14])('R_ARM_THM_MOVT_ABS to r%i', (Rd) => {
    compareAll(values('R_ARM_THM_MOVT_ABS', (symbol) => `movt r${Rd}, #:upper16:(${symbol})`).map(moved));
  });
});
