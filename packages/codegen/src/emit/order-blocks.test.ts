/** Small flow graphs by hand: where loops' tests, cases of tables and exits come to stand. */
import { expect, test } from 'vitest';
import type { BlockId } from '../ir/types.ts';
import type { MBlock, MInst } from '../isel/mir.ts';
import { blockWeights } from '../regalloc/block-weights.ts';
import { orderBlocks } from './order-blocks.ts';

const block = (id: number, op: MInst['op'], ...targets: number[]): MBlock => ({
  id: id as BlockId,
  insts: [{ op, defs: [], uses: [], targets: targets as BlockId[] }],
});
const order = (...blocks: MBlock[]) =>
  orderBlocks(blocks, blockWeights(blocks))
    .map(({ id }) => id)
    .join(' ');

test("a loop's test stands at its end", () => {
  expect(order(block(0, 'b', 1), block(1, 'bcc', 2, 3), block(2, 'b', 1), block(3, 'return'))).toBe('0 2 1 3');
});

test('a loop that tests at its end stays', () => {
  expect(order(block(0, 'b', 1), block(1, 'bcc', 1, 2), block(2, 'return'))).toBe('0 1 2');
});

test('inner and outer loop', () => {
  const blocks = [
    block(0, 'b', 1),
    block(1, 'bcc', 2, 6),
    block(2, 'b', 3),
    block(3, 'bcc', 4, 5),
    block(4, 'b', 3),
    block(5, 'b', 1),
    block(6, 'return'),
  ];
  // Each body goes on to its loop's test, and the inner test to what follows its loop.
  expect(order(...blocks)).toContain('4 3 5 1');
});

test('the cases of a table stand behind it, in a loop too', () => {
  const blocks = [
    block(0, 'b', 1),
    block(1, 'bcc', 2, 8),
    block(2, 'switch', 3, 4, 5, 6, 7),
    ...[3, 4, 5, 6, 7].map((id) => block(id, 'b', 1)),
    block(8, 'return'),
  ];
  const positions = order(...blocks).split(' ');
  for (const id of ['3', '4', '5', '6']) expect(positions.indexOf(id)).toBeGreaterThan(positions.indexOf('2'));
  expect(positions[0]).toBe('0');
});
