/**
 * Control flow as a plain graph, for IR and machine blocks alike: reverse postorder, immediate dominators (Cooper, Harvey
 * and Kennedy, "A Simple, Fast Dominance Algorithm", 2001) and natural loops.
 */
import type { BlockId } from './types.ts';

export interface FlowGraph {
  /** The entry first. */
  readonly ids: readonly BlockId[];
  successors(id: BlockId): readonly BlockId[];
}

/** A natural loop: a header that dominates the ends of the ways back to it, and all blocks on those ways. */
export interface Loop {
  readonly header: BlockId;
  /** Blocks that jump back to the header. */
  readonly latches: readonly BlockId[];
  readonly body: ReadonlySet<BlockId>;
  /** The smallest loop around this one. */
  readonly parent: Loop | undefined;
}

/** Reachable blocks, each before its successors but for ways back. */
export function reversePostorderOf(graph: FlowGraph): BlockId[] {
  const seen = new Set<BlockId>();
  const order: BlockId[] = [];
  const stack: { id: BlockId; next: BlockId[] }[] = [];
  const enter = (id: BlockId) => {
    seen.add(id);
    stack.push({ id, next: [...graph.successors(id)] });
  };
  enter(graph.ids[0]);
  while (stack.length > 0) {
    const top = stack[stack.length - 1];
    const target = top.next.pop();
    if (target === undefined) {
      order.push(top.id);
      stack.pop();
    } else if (!seen.has(target)) enter(target);
  }
  return order.reverse();
}

export function predecessorsOf(graph: FlowGraph): Map<BlockId, BlockId[]> {
  const result = new Map<BlockId, BlockId[]>(graph.ids.map((id) => [id, []]));
  for (const id of graph.ids) for (const to of graph.successors(id)) result.get(to)!.push(id);
  return result;
}

/** The immediate dominator of each reachable block; the entry's is itself. */
export function immediateDominators(graph: FlowGraph, order = reversePostorderOf(graph)): Map<BlockId, BlockId> {
  const number = new Map(order.map((id, i) => [id, i]));
  const before = predecessorsOf(graph);
  const immediate = new Map<BlockId, BlockId>([[order[0], order[0]]]);
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
    for (const id of order.slice(1)) {
      const next = before
        .get(id)!
        .filter((p) => immediate.has(p))
        .reduce(meet);
      if (immediate.get(id) === next) continue;
      immediate.set(id, next);
      changed = true;
    }
  }
  return immediate;
}

export function dominatesIn(immediate: ReadonlyMap<BlockId, BlockId>, a: BlockId, b: BlockId): boolean {
  for (let at = b; ; at = immediate.get(at)!) {
    if (at === a) return true;
    if (immediate.get(at) === at || !immediate.has(at)) return false;
  }
}

/** All natural loops, outer ones before inner ones. Ways back to one header make one loop. */
export function findLoops(graph: FlowGraph): Loop[] {
  const order = reversePostorderOf(graph);
  const immediate = immediateDominators(graph, order);
  const before = predecessorsOf(graph);
  const found: { header: BlockId; latches: BlockId[]; body: Set<BlockId> }[] = [];
  for (const header of order) {
    const latches = before.get(header)!.filter((p) => immediate.has(p) && dominatesIn(immediate, header, p));
    if (latches.length === 0) continue;
    const body = new Set([header]);
    const work = [...latches];
    while (work.length > 0) {
      const id = work.pop()!;
      if (body.has(id) || !immediate.has(id)) continue;
      body.add(id);
      work.push(...before.get(id)!);
    }
    found.push({ header, latches, body });
  }
  found.sort((a, b) => b.body.size - a.body.size);
  const loops: Loop[] = [];
  for (const loop of found) {
    const around = loops.filter(({ body, header }) => header !== loop.header && body.has(loop.header));
    loops.push({ ...loop, parent: around[around.length - 1] });
  }
  return loops;
}

/** How many loops are around each block. */
export function loopDepths(graph: FlowGraph): Map<BlockId, number> {
  const depths = new Map(graph.ids.map((id) => [id, 0]));
  for (const { body } of findLoops(graph)) for (const id of body) depths.set(id, depths.get(id)! + 1);
  return depths;
}
