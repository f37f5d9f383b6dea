/**
 * All encodings together, by id and in order of precedence: of two lines that match a word, the one with more fixed bits
 * counts, then the earlier one. That settles the manual's "SEE …" notes (`TST` is `AND` with Rd = 1111 and S = 1).
 */
import { compileEncoding, type Encoding } from './encoding.ts';
import { ENCODINGS_16 } from './encodings16.ts';
import { ENCODINGS_32_CONTROL } from './encodings32-control.ts';
import { ENCODINGS_32_COPROCESSOR } from './encodings32-coprocessor.ts';
import { ENCODINGS_32_DATA_PROCESSING } from './encodings32-data-processing.ts';
import { ENCODINGS_32_DSP } from './encodings32-dsp.ts';
import { ENCODINGS_32_LOAD_STORE } from './encodings32-load-store.ts';
import { ENCODINGS_32_MULTIPLY } from './encodings32-multiply.ts';
import { ENCODINGS_32_VFP } from './encodings32-vfp.ts';
import { registerCount } from './registers.ts';

const LINES = [
  ...ENCODINGS_16,
  ...ENCODINGS_32_DATA_PROCESSING,
  ...ENCODINGS_32_MULTIPLY,
  ...ENCODINGS_32_LOAD_STORE,
  ...ENCODINGS_32_DSP,
  ...ENCODINGS_32_CONTROL,
  ...ENCODINGS_32_VFP,
  ...ENCODINGS_32_COPROCESSOR,
];

/** Manual's mnemonic, form and encoding: `ADD_imm_T3`. */
export type EncodingId = (typeof LINES)[number][0];

function fixedBits({ mask }: Encoding): number {
  return registerCount(mask >>> 16) + registerCount(mask & 0xffff);
}

function overlap(a: Encoding, b: Encoding): boolean {
  return a.size === b.size && ((a.value ^ b.value) & a.mask & b.mask) === 0;
}

function compileAll(): Encoding[] {
  const ordered = LINES.map(compileEncoding).sort((a, b) => fixedBits(b) - fixedBits(a));
  ordered.forEach((encoding, i) => {
    for (let j = 0; j < i; j++) if (overlap(ordered[j], encoding)) encoding.precededBy.push(ordered[j]);
  });
  return ordered;
}

/** Every encoding, in order of precedence. */
export const ENCODINGS: readonly Encoding[] = compileAll();

export const ENCODING_BY_ID: ReadonlyMap<string, Encoding> = new Map(ENCODINGS.map((e) => [e.id, e]));
