/**
 * Seeded random instructions for the comparison with Unicorn (run.py): each one valid and predictable by the encoding
 * tables, with registers that keep most memory accesses inside RAM.
 */
import { type Decoded, decode } from '@kickstage/armv7m/decode';
import type { Encoding } from '@kickstage/armv7m/encoding';
import { ENCODINGS } from '@kickstage/armv7m/encodings';
import { itPlaceOf } from '@kickstage/armv7m/it-block';

export const FLASH = { start: 0x08000000, size: 0x10000 } as const;
export const RAM = { start: 0x20000000, size: 0x4000 } as const;

export interface Case {
  readonly id: string;
  /** Bytes of the instruction, in hex, behind those of an IT if `count` is 2. */
  readonly code: string;
  readonly count: 1 | 2;
  readonly pc: number;
  /** R0..R14. */
  readonly registers: readonly number[];
  readonly apsr: number;
  /** What RAM holds: noise, or words that are addresses of code. */
  readonly ram: 'noise' | 'code';
  /** S0..S31 as bits, and FPSCR: for floating-point instructions (vfp-cases.ts). */
  readonly singles?: readonly number[];
  readonly fpscr?: number;
}

/**
 * Left out: what needs exceptions, privilege, a coprocessor or time, which Unicorn does not model as a processor does;
 * floating point has cases of its own.
 */
const LEFT_OUT = /^(CDP|MCR|MRC|MCRR|MRRC|STC|LDC|SVC|BKPT|UDF|CPS|MRS|MSR|WFI|WFE|SEV|YIELD|IT|HINT|DBG|V\w+?)(_|$)/;

/** Must be at a word's boundary, which Unicorn's version of QEMU does not check. */
const ALIGNED = /^(LDM|STM|LDMDB|STMDB|PUSH|POP|LDRD|STRD|LDREX|STREX)/;

const CANDIDATES = ENCODINGS.filter(({ id }) => !LEFT_OUT.test(id));

/** Word `i` of a memory; the same as `pattern` of run.py. */
export function patternWord(kind: Case['ram'], i: number): number {
  let x = Math.imul(i + 1, 0x9e3779b1);
  x ^= x >>> 15;
  return (kind === 'code' ? 0x08000001 | (x & 0x7ffe) : Math.imul(x, 0x85ebca6b)) >>> 0;
}

/** mulberry32. */
export function randomSource(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let x = Math.imul(state ^ (state >>> 15), 1 | state);
    x ^= x + Math.imul(x ^ (x >>> 7), 61 | x);
    return (x ^ (x >>> 14)) >>> 0;
  };
}

const EDGES = [
  0, 1, 2, 0x7f, 0x80, 0xff, 0x7fff, 0x8000, 0xffff, 0x10000, 0x7fffffff, 0x80000000, 0x80008000, 0xffffffff,
];

export function randomValue(random: () => number): number {
  const kind = random() % 4;
  if (kind === 0) return EDGES[random() % EDGES.length];
  return kind === 1 ? random() % 64 : random();
}

function randomInstruction(random: () => number): { decoded: Decoded; halfwords: number[] } {
  for (;;) {
    const encoding: Encoding = CANDIDATES[random() % CANDIDATES.length];
    const fixed = encoding.mask | encoding.shouldMask;
    const word = (encoding.value | encoding.shouldValue | (random() & ~fixed)) >>> 0;
    const halfwords = encoding.size === 2 ? [word] : [word >>> 16, word & 0xffff];
    const decoded = decode(halfwords[0], halfwords[1] ?? 0);
    if (decoded?.id !== encoding.id || decoded.unpredictable !== undefined || mayLoadEvenPC(decoded)) continue;
    return { decoded, halfwords };
  }
}

/** Whether the instruction goes where a word of memory or a register says. */
function loadsPC({ operands, mnemonic }: Decoded): boolean {
  return operands.Rt === 15 || (((operands.registers ?? 0) >>> 15) & 1) === 1 || /^(BX|BLX)$/.test(mnemonic);
}

/**
 * Whether the PC may get a word with bit 0 clear: a literal, which is noise, or a word that is not aligned. Unicorn stops
 * before the fault that follows, so there is nothing to compare.
 */
function mayLoadEvenPC(decoded: Decoded): boolean {
  if (!isMemoryAccess(decoded) || !loadsPC(decoded)) return false;
  return /_lit_/.test(decoded.id) || ((decoded.operands.imm32 ?? 0) & 3) !== 0;
}

function isMemoryAccess({ id }: Decoded): boolean {
  return /^(LDR|STR|LDM|STM|PUSH|POP|TBB|TBH)/.test(id);
}

function randomRegisters(random: () => number, decoded: Decoded): number[] {
  const registers = Array.from({ length: 15 }, () => randomValue(random));
  const { Rn, Rm } = decoded.operands;
  const word = loadsPC(decoded) || ALIGNED.test(decoded.id) ? ~3 : ~0;
  registers[13] = RAM.start + 0x2000 + ((random() % 0x400) & ~3);
  if (isMemoryAccess(decoded)) {
    if (Rm !== undefined && Rm !== 13 && Rm !== 15) registers[Rm] = (random() % 256) & word;
    if (Rn !== undefined && Rn < 15)
      registers[Rn] = (RAM.start + 0x2000 + (random() % 0x400)) & (Rn === 13 ? ~3 : word);
  } else if (loadsPC(decoded) && Rm !== undefined && Rm !== 13 && Rm !== 15) {
    registers[Rm] = (FLASH.start + (random() % FLASH.size)) | 1;
  }
  return registers.map((value) => value >>> 0);
}

export function randomIT(random: () => number): number {
  return 0xbf08 | ((random() % 14) << 4);
}

export function hexOf(halfwords: readonly number[]): string {
  return halfwords.map((h) => [h & 255, h >>> 8].map((b) => b.toString(16).padStart(2, '0')).join('')).join('');
}

export function makeCases(count: number, seed: number): Case[] {
  const random = randomSource(seed);
  return Array.from({ length: count }, (_, i) => {
    const { decoded, halfwords } = randomInstruction(random);
    const inIT = random() % 4 === 0 && itPlaceOf(decoded) !== 'never';
    return {
      id: decoded.id,
      code: hexOf(inIT ? [randomIT(random), ...halfwords] : halfwords),
      count: inIT ? 2 : 1,
      pc: FLASH.start + 0x8000 + (i % 1024) * 8 + (random() % 2) * 2,
      registers: randomRegisters(random, decoded),
      apsr: (((random() & 0xf8000000) | (random() & 0x000f0000)) >>> 0) as number,
      ram: loadsPC(decoded) && isMemoryAccess(decoded) ? 'code' : 'noise',
    };
  });
}
