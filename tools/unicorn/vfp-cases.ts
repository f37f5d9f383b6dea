/**
 * Seeded random floating-point instructions for the comparison with Unicorn (run.py): every encoding of FPv4-SP, in all
 * rounding modes, with and without flush-to-zero and default NaN, on operands where arithmetic is hard: NaNs, infinities,
 * denormals, halfway cases, the bounds of integers and of half precision, sums that cancel.
 */
import { type Decoded, decode } from '@kickstage/armv7m/decode';
import type { Encoding } from '@kickstage/armv7m/encoding';
import { ENCODINGS } from '@kickstage/armv7m/encodings';
import { ENCODINGS_32_VFP } from '@kickstage/armv7m/encodings32-vfp';
import { type Case, FLASH, hexOf, RAM, randomIT, randomSource, randomValue } from './cases.ts';

const IDS = new Set<string>(ENCODINGS_32_VFP.map(([id]) => id));
const CANDIDATES = ENCODINGS.filter(({ id }) => IDS.has(id));

const single = new Float32Array(1);
const bits = new Uint32Array(single.buffer);

function bitsOf(value: number): number {
  single[0] = value;
  return bits[0];
}

function floatOf(word: number): number {
  bits[0] = word;
  return single[0];
}

/** Zero, denormals at both ends, the least and greatest normal number, infinity, NaNs, ones and neighbours. */
const SPECIALS = [
  0, 1, 2, 0x7fffff, 0x800000, 0x800001, 0x7f7fffff, 0x7f7ffffe, 0x7f800000, 0x7fc00000, 0x7fc12345, 0x7f800001,
  0x7fa00000, 0x7fffffff, 0x3f800000, 0x3f800001, 0x3f7fffff, 0x40000000, 0x3f000000, 0x3fc00000, 0x34000000,
  0x33800000, 0x00ffffff, 0x7e7fffff, 0x5f800000, 0x1f800000, 0x20000000, 0x5f7fffff,
];
/** Where conversions to integers and to half precision change their mind. */
const BOUNDS = [
  0.5,
  1.5,
  2.5,
  127.5,
  32767,
  32767.5,
  32768,
  65504,
  65519,
  65520,
  65535,
  65536,
  131008,
  131040,
  2 ** -14,
  2 ** -24,
  2 ** -25,
  1.5 * 2 ** -24,
  2 ** 31,
  2 ** 31 - 128,
  2 ** 32,
  2 ** 32 - 256,
  2 ** 30 + 64,
  8388607.5,
  4194303.75,
];

/** A significand of few bits, so that results are ties. */
function shortSignificand(random: () => number): number {
  const kept = random() % 13;
  const fraction = random() & 0x7fffff & ~((1 << (23 - kept)) - 1);
  return (((100 + (random() % 56)) << 23) | fraction | (random() & 0x80000000)) >>> 0;
}

const KINDS: readonly ((random: () => number) => number)[] = [
  (random) => (SPECIALS[random() % SPECIALS.length] | (random() & 0x80000000)) >>> 0,
  (random) => bitsOf(BOUNDS[random() % BOUNDS.length] * (random() % 2 ? 1 : -1)) + ((random() % 3) - 1),
  (random) => (random() & 0x807fffff) >>> 0,
  shortSignificand,
  shortSignificand,
  (random) => (random() & 0x80ffffff) >>> 0,
  (random) => (((120 + (random() % 16)) << 23) | (random() & 0x807fffff)) >>> 0,
  (random) => random(),
  (random) => random(),
  (random) => bitsOf((random() | 0) / 2 ** (random() % 33)),
];

/** The bits of a number that arithmetic finds hard. */
export function randomSingle(random: () => number): number {
  return KINDS[random() % KINDS.length](random) >>> 0;
}

/** Pairs and triples that are hard together; `d` and `m` are changed to fit `n`. */
function fitTogether(random: () => number, singles: number[], { operands }: Decoded): void {
  const { Sd, Sn, Sm } = operands;
  if (Sm === undefined) return;
  const n = Sn ?? Sd;
  const x = floatOf(singles[n]);
  if (!Number.isFinite(x)) return;
  const y = floatOf(singles[Sm]);
  switch (random() % 6) {
    case 0: // a sum that cancels, or nearly
      singles[Sm] = ((singles[n] ^ (random() & 0x80000000)) + ((random() % 5) - 2)) >>> 0;
      break;
    case 1: // an addend that cancels the product
      if (Sd !== undefined) singles[Sd] = (bitsOf(x * y) ^ (random() & 0x80000000)) >>> 0;
      break;
    case 2: // an addend that makes a tie of the sum, or what lies beside one
      if (Sd !== undefined) singles[Sd] = bitsOf(x * y * 2 ** -((random() % 60) - 30));
      break;
    case 3: // a product near the least normal number
      singles[Sm] = bitsOf((2 ** -126 / x) * (1 + ((random() % 9) - 4) * 2 ** -23));
      break;
    case 4: // or near the greatest
      singles[Sm] = bitsOf((2 ** 128 / x) * (1 - (random() % 9) * 2 ** -24));
      break;
    default:
  }
}

function randomInstruction(random: () => number): { decoded: Decoded; halfwords: number[] } {
  for (;;) {
    const encoding: Encoding = CANDIDATES[random() % CANDIDATES.length];
    const fixed = encoding.mask | encoding.shouldMask;
    const word = (encoding.value | encoding.shouldValue | (random() & ~fixed)) >>> 0;
    const halfwords = [word >>> 16, word & 0xffff];
    const decoded = decode(halfwords[0], halfwords[1]);
    if (decoded?.id !== encoding.id || decoded.unpredictable !== undefined) continue;
    return { decoded, halfwords };
  }
}

/** Bases of loads and stores point into RAM; most are words' addresses. */
function randomRegisters(random: () => number, { operands: { Rn } }: Decoded): number[] {
  const registers = Array.from({ length: 15 }, () => randomValue(random) >>> 0);
  registers[13] = RAM.start + 0x2000 + (random() & 0x3fc);
  if (Rn !== undefined && Rn < 15) registers[Rn] = RAM.start + 0x2000 + (random() & 0x3fc);
  return registers;
}

/**
 * Flags, modes and cumulative bits; each mode often enough to meet every other. Conversions from fixed point round to
 * nearest in every mode (DDI 0403E A7.7, VCVT between floating-point and fixed-point), which Unicorn's version of QEMU
 * does not know: they are compared in that mode alone.
 */
function randomStatus(random: () => number, { id }: Decoded): number {
  const all = random() % 2 ? random() & 0x07c00000 : random() & 0x00c00000;
  const modes = id === 'VCVT_fromfixed_T1' ? all & ~0x00c00000 : all;
  return ((random() & 0xf0000000) | modes | (random() % 4 ? 0 : random() & 0x9f)) >>> 0;
}

export function makeVfpCases(count: number, seed: number): Case[] {
  const random = randomSource(seed);
  return Array.from({ length: count }, (_, i) => {
    const { decoded, halfwords } = randomInstruction(random);
    const inIT = random() % 8 === 0;
    const singles = Array.from({ length: 32 }, () => randomSingle(random));
    if (random() % 2) fitTogether(random, singles, decoded);
    return {
      id: decoded.id,
      code: hexOf(inIT ? [randomIT(random), ...halfwords] : halfwords),
      count: inIT ? 2 : 1,
      pc: FLASH.start + 0x8000 + (i % 1024) * 8 + (random() % 2) * 2,
      registers: randomRegisters(random, decoded),
      apsr: (((random() & 0xf8000000) | (random() & 0x000f0000)) >>> 0) as number,
      ram: 'noise',
      singles,
      fpscr: randomStatus(random, decoded),
    };
  });
}
