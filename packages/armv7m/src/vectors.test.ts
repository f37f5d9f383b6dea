/** Our encoder, decoder and printer against vectors that binutils made: tools/make-encoding-vectors.ts. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { makeVectors } from '../../../tools/make-encoding-vectors.ts';
import { normaliseAssembly } from '../../../tools/objdump-text.ts';
import { referee } from '../../../tools/referee.ts';
import { CONDITION_NAMES } from './conditions.ts';
import { decode, instructionSize } from './decode.ts';
import { encode } from './encode.ts';
import { ENCODINGS, type EncodingId } from './encodings.ts';
import { print } from './print.ts';

const FOLDER = join(import.meta.dirname, '../vectors');
const FILES = ['thumb16.tsv', 'thumb32.tsv'];
const ADDRESS = 0x0800_0000;

interface Row {
  readonly id: EncodingId;
  readonly operands: Record<string, number>;
  readonly inIT: number | undefined;
  readonly halfwords: number[];
  readonly text: string;
}

function parseRow(line: string): Row {
  const [id, operands, condition, bytes, text] = line.split('\t');
  const pairs = operands.split(' ').filter(Boolean);
  const halfwords = bytes.match(/.{4}/g)!.map((h) => Number.parseInt(h.slice(2) + h.slice(0, 2), 16));
  return {
    id: id as EncodingId,
    operands: Object.fromEntries(pairs.map((pair) => [pair.split('=')[0], Number(pair.split('=')[1])])),
    inIT: condition === '' ? undefined : CONDITION_NAMES.indexOf(condition as 'eq'),
    halfwords,
    text: text.replace(/\.([+-])0x([0-9a-f]+)$/, (_, sign, hex) => {
      const target = ADDRESS + Number.parseInt(`${sign}${hex}`, 16);
      return `0x${target.toString(16)}`;
    }),
  };
}

function readRows(file: string): Row[] {
  return readFileSync(join(FOLDER, file), 'utf8').trim().split('\n').slice(1).map(parseRow);
}

const rows = FILES.flatMap(readRows);
const ids = [...new Set(rows.map((row) => row.id))];

function check({ id, operands, inIT, halfwords, text }: Row): void {
  expect(encode(id, operands)).toEqual({ size: halfwords.length * 2, halfwords });
  expect(instructionSize(halfwords[0])).toBe(halfwords.length * 2);
  const decoded = decode(halfwords[0], halfwords[1] ?? 0);
  expect({ id: decoded?.id, operands: decoded?.operands }).toEqual({ id, operands });
  expect(decoded?.unpredictable).toBeUndefined();
  const printed = print(decoded!, ADDRESS, inIT === undefined ? {} : { inIT });
  expect(normaliseAssembly(printed, halfwords[0])).toBe(text);
}

test.each(ids)('%s', (id) => {
  for (const row of rows.filter((r) => r.id === id)) check(row);
});

test('every encoding has vectors, but for those without assembly text', () => {
  const missing = ENCODINGS.map((e) => e.id).filter((id) => !ids.includes(id as EncodingId));
  expect(missing.filter((id) => !id.startsWith('MEMHINT'))).toEqual([]);
  expect(missing).toHaveLength(8);
});

const binutils = referee('arm-none-eabi-as');
describe.skipIf(binutils.skip)(binutils.label, () => {
  test('makes the committed vectors', () => {
    for (const [file, text] of makeVectors()) expect(text).toBe(readFileSync(join(FOLDER, file), 'utf8'));
  });
});
