/** Our decoder and printer against objdump's opinion of any bits at all, valid or not. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { randomWords } from '../../../tools/make-encoding-vectors.ts';
import { assemble, disassemble, normaliseAssembly } from '../../../tools/objdump-text.ts';
import { referee } from '../../../tools/referee.ts';
import { CONDITION_NAMES } from './conditions.ts';
import { type Decoded, decode, instructionSize } from './decode.ts';
import { ENCODINGS } from './encodings.ts';
import { itConditions } from './it-block.ts';
import { print } from './print.ts';

const binutils = referee('arm-none-eabi-as');
const NOP = 0xbf00;

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'kickstage-objdump-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Any of our mnemonics with a flag or condition suffix. */
const OWN_MNEMONIC = new RegExp(
  `^(${ENCODINGS.map((encoding) => encoding.mnemonic).join('|')})s?(${CONDITION_NAMES.join('|')})?$`,
  'i',
);

/** Objdump's text by address, for a run of halfwords; branch targets with `0x`, as we print them. */
function foreignText(halfwords: readonly number[]): Map<number, string> {
  const object = join(folder, 'words.o');
  const lines: string[] = [];
  for (let i = 0; i < halfwords.length; i++) {
    const isWide = instructionSize(halfwords[i]) === 4;
    lines.push(isWide ? `.inst.w ${halfwords[i] * 0x10000 + halfwords[++i]}` : `.inst.n ${halfwords[i]}`);
  }
  assemble(`${lines.join('\n')}\n`, object);
  const target = /^(b\S*|cbn?z \w+,) ([0-9a-f]+)$/;
  return new Map(disassemble(object).map(({ address, text }) => [address, text.replace(target, '$1 0x$2')]));
}

/** Disagreements about `halfwords`, which start at address 0, as far as the manual promises anything. */
function disagreements(halfwords: readonly number[]): string[] {
  const foreign = foreignText(halfwords);
  const found: string[] = [];
  let conditions: number[] = [];
  for (let i = 0; i < halfwords.length; ) {
    const [first, second = 0] = halfwords.slice(i, i + 2);
    const decoded = decode(first, second);
    const theirs = foreign.get(i * 2) ?? 'missing';
    const ours = decoded ? normaliseAssembly(print(decoded, i * 2, { inIT: conditions.shift() }), first) : '';
    if (decoded?.id === 'IT_T1') conditions = itConditions(decoded.operands.firstcond, decoded.operands.mask);
    if (ours !== theirs && !mayDiffer(decoded, theirs, first, second)) {
      found.push(`${first.toString(16)} ${second.toString(16)}: ${ours} (${decoded?.id}), objdump: ${theirs}`);
    }
    i += instructionSize(first) / 2;
  }
  return found;
}

/** Whether the bits lie in the single loads and stores, but in no form that ARMv7-M has. */
function isReservedLoadStore(first: number, second: number): boolean {
  if ((first & 0xfe00) !== 0xf800) return false;
  const isIndexed = (second & 0x0800) !== 0;
  const isStoreToLiteral = (first & 0x1f) === 0x0f;
  return isStoreToLiteral || (isIndexed ? (second & 0x0500) === 0 : (second & 0x0fc0) !== 0);
}

/** Instructions of other profiles, which objdump knows and ARMv7-M leaves undefined. */
function isForeign(theirs: string, first: number): boolean {
  const mnemonic = theirs.split(/[ .]/)[0];
  return !OWN_MNEMONIC.test(mnemonic) || (mnemonic === 'blx' && first >= 0xf000);
}

/** Of coprocessor 10, objdump may know nothing that we do not, but for the rounding of FPv5 and the system registers of other profiles. */
function isSinglePrecision(theirs: string, first: number, second: number): boolean {
  return (first & 0xfc00) === 0xec00 && (second & 0x0f00) === 0x0a00 && /^v(?!rint|mrs|msr)/.test(theirs);
}

/** Where the two may differ without either being wrong. */
function mayDiffer(decoded: Decoded | undefined, theirs: string, first: number, second: number): boolean {
  const isForeignCoprocessor = (first & 0xec00) === 0xec00 && !decoded?.mnemonic.startsWith('V');
  if (isForeignCoprocessor && !isSinglePrecision(theirs, first, second)) return true;
  if (decoded?.unpredictable !== undefined || decoded?.mnemonic === 'HINT') return true;
  return decoded === undefined && (isReservedLoadStore(first, second) || isForeign(theirs, first));
}

describe.skipIf(binutils.skip)(binutils.label, () => {
  test('every 16-bit word that is not UNPREDICTABLE', () => {
    const words: number[] = [];
    for (let word = 0; word < 0xe800; word++) {
      const decoded = decode(word, 0);
      if (decoded?.unpredictable !== undefined) continue;
      words.push(word);
      if (decoded?.id === 'IT_T1') words.push(NOP, NOP, NOP, NOP);
    }
    expect(disagreements(words)).toEqual([]);
  });

  test('every 32-bit encoding with random fields, and random 32-bit words', () => {
    const random = randomWords(2024);
    const words: number[] = [];
    for (const { size, mask, value, shouldMask, shouldValue } of ENCODINGS) {
      for (let i = 0; size === 4 && i < 40; i++) {
        const word = (((random() & ~mask) | value) & ~shouldMask) | shouldValue;
        words.push(word >>> 16, word & 0xffff);
      }
    }
    for (let i = 0; i < 20_000; i++) words.push(0xe800 + (random() % 0x1800), random() & 0xffff);
    expect(disagreements(words)).toEqual([]);
  });
});
