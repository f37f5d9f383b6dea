/** Blocks by hand: which stay, and where their jumps go. */
import { expect, test } from 'vitest';
import type { BlockId } from '../ir/types.ts';
import type { MBlock, MInst } from '../isel/mir.ts';
import { skipEmptyBlocks } from './skip-empty.ts';

const block = (id: number, ...insts: MInst[]): MBlock => ({ id: id as BlockId, insts });
const inst = (op: MInst['op'], targets: number[] = [], defs: number[] = [], uses: number[] = []): MInst => ({
  op,
  defs,
  uses,
  targets: targets as BlockId[],
});
const copy = (to: number, from: number): MInst => inst('copy', [], [to], [from]);
/** Registers 20 and 21 share one. */
const colour = (reg: number) => (reg === 21 ? 20 : reg);

function after(...blocks: MBlock[]): string {
  const kept = skipEmptyBlocks(blocks, colour);
  return kept.map(({ id, insts }) => `${id}>${insts[insts.length - 1].targets!.join()}`).join(' ');
}

test.each([
  [
    'a block that only jumps',
    after(block(0, inst('bcc', [1, 2])), block(1, inst('b', [2])), block(2, inst('return'))),
    '0>2,2 2>',
  ],
  [
    'a copy to itself',
    after(
      block(0, inst('bcc', [1, 2])),
      block(1, copy(20, 21), inst('b', [3])),
      block(2, inst('trap')),
      block(3, inst('return')),
    ),
    '0>3,2 2> 3>',
  ],
  [
    'a copy that is one',
    after(block(0, inst('b', [1])), block(1, copy(20, 22), inst('b', [2])), block(2, inst('return'))),
    '0>1 1>2 2>',
  ],
  [
    'a chain',
    after(block(0, inst('b', [1])), block(1, inst('b', [2])), block(2, inst('b', [3])), block(3, inst('return'))),
    '0>3 3>',
  ],
  ['an endless loop', after(block(0, inst('b', [1])), block(1, inst('b', [1]))), '0>1 1>1'],
  [
    'two that chase each other',
    after(block(0, inst('b', [1])), block(1, inst('b', [2])), block(2, inst('b', [1]))),
    '0>1 1>2 2>1',
  ],
  [
    'the landing of a switch',
    after(block(0, inst('switch', [1, 2])), block(1, inst('b', [2])), block(2, inst('return'))),
    '0>1,2 1>2 2>',
  ],
])('%s', (_title, got, wanted) => {
  expect(got).toBe(wanted);
});
