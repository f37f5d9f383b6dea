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

/**
 * How many cycles are around each block: strongly connected parts, and those that are left in a part without the blocks
 * by which it is entered. For loops with one entry these are the natural loops.
 */
export function loopDepths(graph: FlowGraph): Map<BlockId, number> {
  const depths = new Map(graph.ids.map((id) => [id, 0]));
  const before = predecessorsOf(graph);
  const work: BlockId[][] = [[...graph.ids]];
  while (work.length > 0) {
    const inside = new Set(work.pop()!);
    for (const part of cyclicParts(graph, inside)) {
      for (const id of part) depths.set(id, depths.get(id)! + 1);
      const entered = part.filter((id) => before.get(id)!.some((p) => !part.includes(p)));
      const heads = new Set(entered.length > 0 ? entered : part.slice(0, 1));
      work.push(part.filter((id) => !heads.has(id)));
    }
  }
  return depths;
}

/** Strongly connected components with a way around (Tarjan, "Depth-First Search and Linear Graph Algorithms", 1972). */
function cyclicParts(graph: FlowGraph, inside: ReadonlySet<BlockId>): BlockId[][] {
  const number = new Map<BlockId, number>();
  const lowest = new Map<BlockId, number>();
  const open: BlockId[] = [];
  const parts: BlockId[][] = [];
  const nextOf = (id: BlockId) => graph.successors(id).filter((to) => inside.has(to));
  const enter = (id: BlockId) => {
    number.set(id, number.size);
    lowest.set(id, number.get(id)!);
    open.push(id);
    return { id, left: nextOf(id) };
  };
  const leave = (id: BlockId) => {
    if (lowest.get(id) !== number.get(id)) return;
    const part = open.splice(open.indexOf(id));
    for (const member of part) lowest.set(member, Number.POSITIVE_INFINITY);
    if (part.length > 1 || nextOf(id).includes(id)) parts.push(part);
  };
  for (const root of inside) {
    if (number.has(root)) continue;
    const path = [enter(root)];
    while (path.length > 0) {
      const { id, left } = path[path.length - 1];
      const to = left.pop();
      if (to === undefined) {
        path.pop();
        const above = path[path.length - 1]?.id;
        if (above !== undefined) lowest.set(above, Math.min(lowest.get(above)!, lowest.get(id)!));
        leave(id);
      } else if (!number.has(to)) path.push(enter(to));
      else lowest.set(id, Math.min(lowest.get(id)!, lowest.get(to)!));
    }
  }
  return parts;
}
