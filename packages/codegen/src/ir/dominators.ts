/** Immediate dominators: Cooper, Harvey and Kennedy, "A Simple, Fast Dominance Algorithm" (2001). */
import { predecessors, reversePostorder } from './edit.ts';
import type { Block, BlockId, Func } from './types.ts';

export interface Dominators {
  /** Reachable blocks in reverse postorder. */
  readonly order: readonly Block[];
  readonly immediate: ReadonlyMap<BlockId, BlockId>;
  dominates(a: BlockId, b: BlockId): boolean;
}

export function computeDominators(func: Func): Dominators {
  const order = reversePostorder(func);
  const number = new Map(order.map((block, i) => [block.id, i]));
  const before = predecessors(func);
  const immediate = new Map<BlockId, BlockId>([[order[0].id, order[0].id]]);
  const meet = (a: BlockId, b: BlockId): BlockId => {
    let x = a;
    let y = b;
    while (x !== y) {
      while (number.get(x)! > number.get(y)!) x = immediate.get(x)!;
      while (number.get(y)! > number.get(x)!) y = immediate.get(y)!;
    }
    return x;
  };
  for (let changed = true; changed; ) {
    changed = false;
    for (const block of order.slice(1)) {
      const known = before.get(block.id)!.filter((p) => immediate.has(p.id));
      const next = known.map((p) => p.id).reduce(meet);
      if (immediate.get(block.id) === next) continue;
      immediate.set(block.id, next);
      changed = true;
    }
  }
  const dominates = (a: BlockId, b: BlockId): boolean => {
    for (let at = b; ; at = immediate.get(at)!) {
      if (at === a) return true;
      if (immediate.get(at) === at || !immediate.has(at)) return false;
    }
  };
  return { order, immediate, dominates };
}
