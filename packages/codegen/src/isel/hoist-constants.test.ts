/** Which constants leave a loop, and where they go. */
import { expect, test } from 'vitest';
import type { BlockId } from '../ir/types.ts';
import { hoistConstants } from './hoist-constants.ts';
import { FIRST_VREG, type MBlock, type MInst, NE } from './mir.ts';

const REG = FIRST_VREG;
const inst = (op: MInst['op'], defs: number[], uses: number[], fields: Partial<MInst> = {}): MInst => ({
  op,
  defs,
  uses,
  ...fields,
});
const literal = (reg: number, imm = 0x12345678) => inst('const', [reg], [], { imm });
const jump = (to: number) => inst('b', [], [], { targets: [to as BlockId] });
const loop = (...insts: MInst[]): MInst[] => [
  ...insts,
  inst('cmp', [], [REG, REG], { setsFlags: true }),
  inst('bcc', [], [], { cond: NE, usesFlags: true, targets: [1, 2] as BlockId[] }),
];

const block = (id: number, ...insts: MInst[]): MBlock => ({ id: id as BlockId, insts });
const after = (...blocks: MBlock[]) =>
  hoistConstants(blocks)
    .map(({ id, insts }) => `${id}: ${insts.map(({ op }) => op).join(' ')}`)
    .join('; ');

test('to the block before the loop', () => {
  const body = loop(literal(REG + 4), inst('add', [REG], [REG, REG + 4]));
  expect(after(block(0, jump(1)), block(1, ...body), block(2, inst('return', [], [REG])))).toBe(
    '0: const b; 1: add cmp bcc; 2: return',
  );
});

test('equal ones once', () => {
  const body = loop(
    literal(REG + 4),
    inst('add', [REG], [REG, REG + 4]),
    literal(REG + 5),
    inst('eor', [REG], [REG, REG + 5]),
  );
  const blocks = [block(0, jump(1)), block(1, ...body), block(2, inst('return', [], [REG]))];
  expect(after(...blocks)).toBe('0: const b; 1: add eor cmp bcc; 2: return');
  expect(blocks[1].insts[1].uses).toEqual([REG, REG + 4]);
});

test('a loop that is entered by a branch gets a block in front', () => {
  const enter = inst('cbz', [], [REG], { targets: [1, 2] as BlockId[] });
  const body = loop(literal(REG + 4), inst('add', [REG], [REG, REG + 4]));
  expect(after(block(0, enter), block(1, ...body), block(2, inst('return', [], [REG])))).toBe(
    '0: cbz; 3: const b; 1: add cmp bcc; 2: return',
  );
});

test('not where registers are few: values that live through the loop are counted', () => {
  const many = Array.from({ length: 8 }, (_, i) => REG + 14 + i);
  const made = many.map((reg) => inst('ldr', [reg], [REG]));
  const body = loop(literal(REG + 4), inst('add', [REG], [REG, REG + 4]));
  const used = many.map((reg) => inst('str', [], [reg, REG]));
  expect(after(block(0, ...made, jump(1)), block(1, ...body), block(2, ...used, inst('return', [], [])))).toContain(
    '1: const add',
  );
});

test('what is only moved on stays', () => {
  const body = loop(literal(REG + 4), inst('copy', [REG], [REG + 4]));
  expect(after(block(0, jump(1)), block(1, ...body), block(2, inst('return', [], [REG])))).toContain('1: const copy');
});
