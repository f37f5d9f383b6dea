/**
 * The order of blocks in memory. What a branch costs depends on what stands behind it: going on to the next block is
 * free. Chains of blocks grow along the edges that are taken most (Pettis and Hansen, "Profile Guided Code Positioning",
 * 1990), so that a loop's test comes to stand at its end; then blocks are moved while that makes the whole cheaper.
 *
 * Costs are counted in bytes; an instruction that is executed more often than its neighbours counts as some bytes more.
 * A table of a switch branches forward only (DDI 0403E A7.7.182), so that its blocks must stand behind it.
 */
import type { BlockId } from '../ir/types.ts';
import type { MBlock, MInst } from '../isel/mir.ts';

/** Bytes that one execution is worth, for a block that is executed once in a call. */
const EXECUTION = 0.25;
/** Beyond so many blocks only chains are tried. */
const MAXIMUM_MOVED = 24;
/** A switch of up to so many cases is compared one by one. */
export const MAXIMUM_COMPARED = 3;

export function orderBlocks(blocks: readonly MBlock[], weights: ReadonlyMap<BlockId, number>): MBlock[] {
  if (blocks.length < 3) return [...blocks];
  const costs = new OrderCosts(blocks, weights);
  const byId = new Map(blocks.map((block) => [block.id, block]));
  const original = blocks.map(({ id }) => id);
  const chained = chainBlocks(blocks, costs);
  const better = costs.of(chained) < costs.of(original) ? chained : original;
  const best = blocks.length <= MAXIMUM_MOVED ? improve(better, costs) : better;
  return best.map((id) => byId.get(id)!);
}

const exitOf = ({ insts }: MBlock): MInst => insts[insts.length - 1];
const hasTable = (exit: MInst) => exit.op === 'switch' && exit.targets!.length - 1 > MAXIMUM_COMPARED;

class OrderCosts {
  private readonly exits: ReadonlyMap<BlockId, MInst>;
  private readonly weights: ReadonlyMap<BlockId, number>;
  private readonly tables: readonly { readonly id: BlockId; readonly cases: readonly BlockId[] }[];

  constructor(blocks: readonly MBlock[], weights: ReadonlyMap<BlockId, number>) {
    this.weights = weights;
    this.exits = new Map(blocks.map((block) => [block.id, exitOf(block)]));
    this.tables = blocks
      .filter((block) => hasTable(exitOf(block)))
      .map((block) => ({ id: block.id, cases: exitOf(block).targets!.slice(0, -1) }));
  }

  weight(id: BlockId): number {
    return this.weights.get(id) ?? 1;
  }

  exit(id: BlockId): MInst {
    return this.exits.get(id)!;
  }

  /** Tables that have a case in front of them, or that would have with these blocks behind each other. */
  breaksTable(order: readonly BlockId[]): boolean {
    if (this.tables.length === 0) return false;
    const position = new Map(order.map((id, i) => [id, i]));
    return this.tables.some(({ id, cases }) => {
      const at = position.get(id);
      return at !== undefined && cases.some((c) => (position.get(c) ?? at + 1) <= at);
    });
  }

  of(order: readonly BlockId[]): number {
    if (this.breaksTable(order)) return Number.POSITIVE_INFINITY;
    const position = new Map(order.map((id, i) => [id, i]));
    return order.reduce((sum, id, i) => sum + this.exitCost(id, order[i + 1], position), 0);
  }

  private exitCost(id: BlockId, next: BlockId | undefined, position: ReadonlyMap<BlockId, number>): number {
    const { op, targets = [] } = this.exit(id);
    const executed = this.weight(id) * EXECUTION;
    switch (op) {
      case 'b':
        return targets[0] === next ? 0 : 2 + executed;
      case 'bcc':
        return targets.includes(next!) ? 0 : 2 + executed / 2;
      case 'cbz':
      case 'cbnz': {
        // CBZ branches forward only (DDI 0403E A7.7.21): backwards it takes a comparison.
        const target = targets[0] === next ? targets[1] : targets[0];
        const back = position.get(target)! <= position.get(id)! ? 2 + executed : 0;
        return back + (targets.includes(next!) ? 0 : 2 + executed / 2);
      }
      default:
        return 0;
    }
  }
}

interface Edge {
  readonly from: BlockId;
  readonly to: BlockId;
  readonly weight: number;
  /** Whether `from` goes nowhere else. */
  readonly sole: boolean;
}

function edgesOf(blocks: readonly MBlock[], costs: OrderCosts): Edge[] {
  const edges = blocks.flatMap(({ id }) => {
    const { op, targets = [] } = costs.exit(id);
    if (op === 'switch') return [];
    return targets.map((to): Edge => {
      const weight = Math.min(costs.weight(id), costs.weight(to));
      return { from: id, to, weight, sole: targets.length === 1 };
    });
  });
  return edges.sort((a, b) => b.weight - a.weight || Number(b.sole) - Number(a.sole));
}

function chainBlocks(blocks: readonly MBlock[], costs: OrderCosts): BlockId[] {
  const entry = blocks[0].id;
  const chainOf = new Map(blocks.map(({ id }) => [id, [id]]));
  for (const { from, to } of edgesOf(blocks, costs)) {
    const front = chainOf.get(from)!;
    const back = chainOf.get(to)!;
    if (to === entry || front === back || front[front.length - 1] !== from || back[0] !== to) continue;
    const joined = [...front, ...back];
    if (costs.breaksTable(joined)) continue;
    for (const id of joined) chainOf.set(id, joined);
  }
  const left = new Set(blocks.map(({ id }) => chainOf.get(id)!));
  const order = [...chainOf.get(entry)!];
  left.delete(chainOf.get(entry)!);
  while (left.size > 0) {
    const targets = costs.exit(order[order.length - 1]).targets ?? [];
    const allowed = [...left].filter((chain) => {
      const later = [...left].filter((other) => other !== chain).flat();
      return !costs.breaksTable([...order, ...chain, ...later]) || left.size === 1;
    });
    const candidates = allowed.length > 0 ? allowed : [...left];
    const next = candidates.find((chain) => targets.includes(chain[0])) ?? candidates[0];
    order.push(...next);
    left.delete(next);
  }
  return order;
}

/** Moves runs of up to three blocks to where they make the order cheaper, as long as there is such a move. */
function improve(start: readonly BlockId[], costs: OrderCosts): readonly BlockId[] {
  let order = start;
  let cost = costs.of(order);
  for (;;) {
    const better = bestMove(order, costs);
    if (better.cost >= cost) return order;
    ({ order, cost } = better);
  }
}

function bestMove(order: readonly BlockId[], costs: OrderCosts): { order: readonly BlockId[]; cost: number } {
  let best = { order, cost: costs.of(order) };
  for (let length = 1; length <= 3; length++) {
    for (let from = 1; from + length <= order.length; from++) {
      const run = order.slice(from, from + length);
      const rest = [...order.slice(0, from), ...order.slice(from + length)];
      for (let to = 1; to <= rest.length; to++) {
        const moved = [...rest.slice(0, to), ...run, ...rest.slice(to)];
        const cost = costs.of(moved);
        if (cost < best.cost) best = { order: moved, cost };
      }
    }
  }
  return best;
}
