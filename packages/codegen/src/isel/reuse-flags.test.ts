/** Tests for zero that need no instruction of their own. */
import { expect, test } from 'vitest';
import type { BlockId } from '../ir/types.ts';
import { CC, CS, EQ, GE, GT, LT, MI, type MInst, NE, PL } from './mir.ts';
import { reuseFlags } from './reuse-flags.ts';

const [A, B, C, D] = [16, 17, 18, 19];
const targets = [1, 2] as BlockId[];
const inst = (op: MInst['op'], defs: number[], uses: number[], fields: Partial<MInst> = {}): MInst => ({
  op,
  defs,
  uses,
  ...fields,
});
const test0 = (reg: number) => inst('cmp', [], [reg], { imm: 0, setsFlags: true });
const branch = (cond: number) => inst('bcc', [], [], { cond, targets, usesFlags: true });
const less = inst('sub', [A], [A], { imm: 1 });

/** The operations afterwards, those that set flags with an s, and the condition of the last. */
function after(...insts: MInst[]): string {
  const block = { id: 0 as BlockId, insts };
  reuseFlags([block], () => 100);
  const last = block.insts[block.insts.length - 1];
  return `${block.insts.map(({ op, setsFlags }) => (setsFlags ? `${op}s` : op)).join(' ')} ${last.cond ?? ''}`.trim();
}

test.each([
  ['a counter', [less, test0(A), branch(NE)], `subs bcc ${NE}`],
  ['cbnz', [less, inst('cbnz', [], [A], { targets })], `subs bcc ${NE}`],
  ['cbz', [less, inst('cbz', [], [A], { targets })], `subs bcc ${EQ}`],
  ['below zero', [less, test0(A), branch(LT)], `subs bcc ${MI}`],
  ['not below zero', [less, test0(A), branch(GE)], `subs bcc ${PL}`],
  ['above zero asks for V', [less, test0(A), branch(GT)], `sub cmps bcc ${GT}`],
  ['it moves past another', [less, inst('add', [B], [C, C]), test0(A), branch(NE)], `add subs bcc ${NE}`],
  ['its result is used in between', [less, inst('add', [B], [A, C]), test0(A), branch(NE)], `sub add cmps bcc ${NE}`],
  ['a store in between keeps flags', [less, inst('str', [], [A, B]), test0(A), branch(NE)], `subs str bcc ${NE}`],
  ['a call in between', [less, inst('bl', [], [], { clobbers: [0] }), test0(A), branch(NE)], `sub bl cmps bcc ${NE}`],
  ['a load sets no flags', [inst('ldr', [A], [B]), test0(A), branch(NE)], `ldr cmps bcc ${NE}`],
  ['a number that ADDS has no form for', [inst('add', [A], [B], { imm: 0x123 }), test0(A), branch(NE)], `add cmps bcc ${NE}`], // biome-ignore format: a line a case
])('%s', (_title, insts, wanted) => {
  expect(after(...insts)).toBe(wanted);
});

const bit = (imm: number) => inst('tst', [], [A], { imm, setsFlags: true });

test.each([
  ['the bit that a shift moves out', [inst('lsr', [B], [A], { imm: 1 }), bit(1), branch(NE)], `lsrs bcc ${CS}`],
  ['the same, inverted', [inst('lsr', [B], [A], { imm: 4 }), bit(8), branch(EQ)], `lsrs bcc ${CC}`],
  ['the bit that a shift up moves out', [inst('lsl', [B], [A], { imm: 1 }), bit(-(2 ** 31)), branch(NE)], `lsls bcc ${CS}`], // biome-ignore format: a line a case
  ['another bit', [inst('lsr', [B], [A], { imm: 1 }), bit(2), branch(NE)], `lsr lsls bcc ${MI}`],
  ['a shift of something else', [inst('lsr', [B], [C], { imm: 1 }), bit(1), branch(EQ)], `lsr lsls bcc ${PL}`],
  ['the shifted value is used before', [inst('lsr', [B], [A], { imm: 1 }), inst('add', [D], [B, C]), bit(1), branch(NE)], `lsr add lsls bcc ${MI}`], // biome-ignore format: a line a case
  ['low bits', [bit(0xff), branch(EQ)], `lsls bcc ${EQ}`],
  ['high bits', [bit(0xffff_0000), branch(NE)], `lsrs bcc ${NE}`],
  ['bits in the middle', [bit(0xff0), branch(NE)], `tsts bcc ${NE}`],
])('%s', (_title, insts, wanted) => {
  expect(after(...insts)).toBe(wanted);
});
