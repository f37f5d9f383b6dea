/**
 * The shape of a region's graph, for writing it with loops and labelled blocks: reverse postorder, dominators, loop
 * headers. Edges that would make it irreducible are left out: they leave the region.
 */
export interface Shape {
  /** Reverse postorder. */
  readonly order: readonly number[];
  /** Targets of edges back: each dominates where they come from. */
  readonly headers: ReadonlySet<number>;
  /** Reached by more than one edge forward. */
  readonly merges: ReadonlySet<number>;
  /** By immediate dominator: the merges below it, in reverse postorder. */
  readonly mergesBelow: ReadonlyMap<number, readonly number[]>;
  readonly isBack: (from: number, to: number) => boolean;
  readonly has: (from: number, to: number) => boolean;
}

type Edges = ReadonlyMap<number, readonly number[]>;

function reversePostorder(entry: number, edges: Edges): number[] {
  const seen = new Set<number>();
  const done: number[] = [];
  const stack: [number, number][] = [[entry, 0]];
  seen.add(entry);
  while (stack.length > 0) {
    const top = stack[stack.length - 1];
    const next = (edges.get(top[0]) ?? [])[top[1]++];
    if (next === undefined) {
      done.push(top[0]);
      stack.pop();
    } else if (!seen.has(next)) {
      seen.add(next);
      stack.push([next, 0]);
    }
  }
  return done.reverse();
}

class Dominators {
  readonly rank: Map<number, number>;
  readonly parents: number[];

  constructor(order: readonly number[], predecessors: Edges) {
    this.rank = new Map(order.map((node, i) => [node, i]));
    this.parents = order.map((_, i) => (i === 0 ? 0 : -1));
    for (let changed = true; changed; ) {
      changed = false;
      order.slice(1).forEach((node, k) => {
        const from = (predecessors.get(node) ?? []).map((p) => this.rank.get(p)!).filter((p) => this.parents[p] >= 0);
        const parent = from.reduce((a, b) => this.common(a, b));
        if (this.parents[k + 1] === parent) return;
        this.parents[k + 1] = parent;
        changed = true;
      });
    }
  }

  private common(a: number, b: number): number {
    let [x, y] = [a, b];
    while (x !== y)
      if (x > y) x = this.parents[x];
      else y = this.parents[y];
    return x;
  }

  dominates(a: number, b: number): boolean {
    const above = this.rank.get(a)!;
    let x = this.rank.get(b)!;
    while (x > above) x = this.parents[x];
    return x === above;
  }
}

function predecessorsOf(order: readonly number[], edges: Edges): Map<number, number[]> {
  const result = new Map<number, number[]>(order.map((node) => [node, []]));
  for (const node of order) for (const to of edges.get(node) ?? []) result.get(to)?.push(node);
  return result;
}

export function shapeOf(entry: number, wanted: Edges): Shape {
  const edges = new Map([...wanted].map(([node, to]) => [node, [...new Set(to)]]));
  for (;;) {
    const order = reversePostorder(entry, edges);
    const predecessors = predecessorsOf(order, edges);
    const dominators = new Dominators(order, predecessors);
    const rank = (node: number) => dominators.rank.get(node)!;
    const isBack = (from: number, to: number) => rank(to) <= rank(from);
    let isReducible = true;
    for (const node of order) {
      const kept = edges.get(node)!.filter((to) => !isBack(node, to) || dominators.dominates(to, node));
      if (kept.length < edges.get(node)!.length) isReducible = false;
      edges.set(node, kept);
    }
    if (!isReducible) continue;
    const headers = new Set<number>();
    const merges = new Set<number>();
    const mergesBelow = new Map<number, number[]>(order.map((node) => [node, []]));
    for (const node of order) {
      const from = predecessors.get(node)!;
      if (from.some((p) => isBack(p, node))) headers.add(node);
      if (from.filter((p) => !isBack(p, node)).length < 2) continue;
      merges.add(node);
      mergesBelow.get(order[dominators.parents[rank(node)]])!.push(node);
    }
    const has = (from: number, to: number) => edges.get(from)!.includes(to);
    return { order, headers, merges, mergesBelow, isBack, has };
  }
}
