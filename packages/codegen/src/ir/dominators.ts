/** Which blocks of a function are on every way to which others. */
import { blockMap, targetsOf } from './edit.ts';
import { dominatesIn, type FlowGraph, immediateDominators, reversePostorderOf } from './flow-graph.ts';
import type { Block, BlockId, Func } from './types.ts';

export interface Dominators {
  /** Reachable blocks in reverse postorder. */
  readonly order: readonly Block[];
  readonly immediate: ReadonlyMap<BlockId, BlockId>;
  dominates(a: BlockId, b: BlockId): boolean;
}

export function flowGraphOf(func: Func): FlowGraph {
  const blocks = blockMap(func);
  return {
    ids: func.blocks.map(({ id }) => id),
    successors: (id) => targetsOf(blocks.get(id)!.terminator).map(({ block }) => block),
  };
}

export function computeDominators(func: Func): Dominators {
  const graph = flowGraphOf(func);
  const blocks = blockMap(func);
  const order = reversePostorderOf(graph);
  const immediate = immediateDominators(graph, order);
  return {
    order: order.map((id) => blocks.get(id)!),
    immediate,
    dominates: (a, b) => dominatesIn(immediate, a, b),
  };
}
