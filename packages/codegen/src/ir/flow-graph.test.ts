/** Graphs by hand: dominators, loops, and how deep blocks are in cycles. */
import { describe, expect, test } from 'vitest';
import { findLoops, immediateDominators, loopDepths, reversePostorderOf } from './flow-graph.ts';
import type { BlockId } from './types.ts';

/** `0:1,2 1:2 2:` */
function graph(text: string) {
  const edges = new Map(
    text.split(' ').map((line): [BlockId, BlockId[]] => {
      const [id, to] = line.split(':');
      return [Number(id) as BlockId, to === '' ? [] : to.split(',').map((n) => Number(n) as BlockId)];
    }),
  );
  return { ids: [...edges.keys()], successors: (id: BlockId) => edges.get(id)! };
}

const depths = (text: string) => [...loopDepths(graph(text)).values()].join('');

describe('depth', () => {
  test.each([
    ['a straight line', '0:1 1:2 2:', '000'],
    ['a loop', '0:1 1:2,3 2:1 3:', '0110'],
    ['a loop of one block', '0:1 1:1,2 2:', '010'],
    ['a loop in a loop', '0:1 1:2 2:2,3 3:1,4 4:', '01210'],
    ['two ways back', '0:1 1:2,3 2:1 3:1,4 4:', '01110'],
    ['a cycle with two entries', '0:1,2 1:2 2:1,3 3:', '0110'],
    ['an unreachable loop', '0:1 1: 2:3 3:2', '0011'],
    ['an endless loop at the entry', '0:0', '1'],
  ])('%s', (_, text, wanted) => {
    expect(depths(text)).toBe(wanted);
  });
});

test('natural loops, outer ones first', () => {
  const loops = findLoops(graph('0:1 1:2 2:2,3 3:1,4 4:'));
  expect(loops.map(({ header, latches, body }) => [header, latches, [...body].sort()])).toEqual([
    [1, [3], [1, 2, 3]],
    [2, [2], [2]],
  ]);
  expect(loops[1].parent).toBe(loops[0]);
  expect(findLoops(graph('0:1,2 1:2 2:1,3 3:'))).toEqual([]);
});

test('dominators', () => {
  const diamond = graph('0:1,2 1:3 2:3 3:');
  expect(reversePostorderOf(diamond)[0]).toBe(0);
  expect(Object.fromEntries(immediateDominators(diamond))).toEqual({ 0: 0, 1: 0, 2: 0, 3: 0 });
});
