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
const MAXIMUM_MOVED = 64;
/** Beyond so many the order stays: the time to find another grows with the cube of their number. */
const MAXIMUM_ORDERED = 200;
/** A switch of up to so many cases is compared one by one. */
export const MAXIMUM_COMPARED = 3;

export function orderBlocks(blocks: readonly MBlock[], weights: ReadonlyMap<BlockId, number>): MBlock[] {
  if (blocks.length < 3 || blocks.length > MAXIMUM_ORDERED) return [...blocks];
  const costs = new OrderCosts(blocks, weights);
  const original = blocks.map((_, i) => i);
  const chained = chainBlocks(costs);
  const better = costs.of(chained) < costs.of(original) ? chained : original;
  const best = blocks.length <= MAXIMUM_MOVED ? improve(better, costs) : better;
  return best.map((i) => blocks[i]);
}

/** A block by its place in the original order. */
type Index = number;
/** Stands for no block. */
const NOWHERE = -1;

const exitOf = ({ insts }: MBlock): MInst => insts[insts.length - 1];
const hasTable = (exit: MInst) => exit.op === 'switch' && exit.targets!.length - 1 > MAXIMUM_COMPARED;

/** How a block ends. */
interface Exit {
  readonly op: MInst['op'];
  readonly targets: readonly Index[];
  readonly weight: number;
}

class OrderCosts {
  readonly exits: readonly Exit[];
  private readonly tables: readonly { readonly at: Index; readonly cases: readonly Index[] }[];
  private readonly position: Int32Array;

  constructor(blocks: readonly MBlock[], weights: ReadonlyMap<BlockId, number>) {
    const index = new Map(blocks.map(({ id }, i) => [id, i]));
    this.position = new Int32Array(blocks.length);
    this.exits = blocks.map((block) => {
      const { op, targets = [] } = exitOf(block);
      return { op, targets: targets.map((id) => index.get(id)!), weight: weights.get(block.id) ?? 1 };
    });
    this.tables = this.exits.flatMap(({ targets }, at) =>
      hasTable(exitOf(blocks[at])) ? [{ at, cases: targets.slice(0, -1) }] : [],
    );
  }

  /** Whether a table has a case in front of it, of the blocks in this order. */
  breaksTable(order: readonly Index[]): boolean {
    if (this.tables.length === 0) return false;
    this.note(order);
    return this.tables.some(({ at, cases }) => {
      const table = this.position[at];
      return table !== NOWHERE && cases.some((c) => this.position[c] !== NOWHERE && this.position[c] <= table);
    });
  }

  of(order: readonly Index[]): number {
    if (this.breaksTable(order)) return Number.POSITIVE_INFINITY;
    this.note(order);
    let sum = this.linksOf(order);
    for (const at of order) sum += this.backCost(at);
    return sum;
  }

  /** What the order costs at least: all but what a branch backwards takes more than one forwards. */
  linksOf(order: readonly Index[]): number {
    let sum = 0;
    for (let i = 0; i < order.length; i++) sum += this.linkCost(order[i], order[i + 1] ?? NOWHERE);
    return sum;
  }

  private note(order: readonly Index[]): void {
    this.position.fill(NOWHERE);
    for (let i = 0; i < order.length; i++) this.position[order[i]] = i;
  }

  /** What it costs that `next` stands behind a block. */
  linkCost(at: Index, next: Index): number {
    const { op, targets, weight } = this.exits[at];
    const executed = weight * EXECUTION;
    if (op === 'b') return targets[0] === next ? 0 : 2 + executed;
    if (op !== 'bcc' && op !== 'cbz' && op !== 'cbnz') return 0;
    return targets[0] === next || targets[1] === next ? 0 : 2 + executed / 2;
  }

  /** CBZ branches forward only (DDI 0403E A7.7.21): backwards it takes a comparison. */
  private backCost(at: Index): number {
    const { op, targets, weight } = this.exits[at];
    if (op !== 'cbz' && op !== 'cbnz') return 0;
    const position = this.position[at];
    const target = this.position[targets[0]] === position + 1 ? targets[1] : targets[0];
    return this.position[target] <= position ? 2 + weight * EXECUTION : 0;
  }
}

interface Edge {
  readonly from: Index;
  readonly to: Index;
  readonly weight: number;
  /** Whether `from` goes nowhere else. */
  readonly sole: boolean;
}

function edgesOf({ exits }: OrderCosts): Edge[] {
  const edges = exits.flatMap(({ op, targets, weight }, from) => {
    if (op === 'switch') return [];
    return targets.map(
      (to): Edge => ({ from, to, weight: Math.min(weight, exits[to].weight), sole: targets.length === 1 }),
    );
  });
  return edges.sort((a, b) => b.weight - a.weight || Number(b.sole) - Number(a.sole));
}

function chainBlocks(costs: OrderCosts): Index[] {
  const chainOf = costs.exits.map((_, i) => [i]);
  for (const { from, to } of edgesOf(costs)) {
    const front = chainOf[from];
    const back = chainOf[to];
    if (to === 0 || front === back || front[front.length - 1] !== from || back[0] !== to) continue;
    const joined = [...front, ...back];
    if (costs.breaksTable(joined)) continue;
    for (const i of joined) chainOf[i] = joined;
  }
  const left = new Set(chainOf);
  left.delete(chainOf[0]);
  const order = [...chainOf[0]];
  while (left.size > 0) {
    const { targets } = costs.exits[order[order.length - 1]];
    const allowed = [...left].filter((chain) => {
      const later = [...left].filter((other) => other !== chain).flat();
      return !costs.breaksTable([...order, ...chain, ...later]);
    });
    const candidates = allowed.length > 0 ? allowed : [...left];
    const next = candidates.find((chain) => targets.includes(chain[0])) ?? candidates[0];
    order.push(...next);
    left.delete(next);
  }
  return order;
}

/** Moves runs of up to three blocks to where they make the order cheaper, as long as there is such a move. */
function improve(start: readonly Index[], costs: OrderCosts): readonly Index[] {
  let best = { order: start, cost: costs.of(start) };
  for (;;) {
    const better = bestMove(best.order, costs);
    if (better.cost >= best.cost) return best.order;
    best = better;
  }
}

/** Moves whose links alone cost as much as the best order are not looked at further: that is nearly all of them. */
function bestMove(order: readonly Index[], costs: OrderCosts): { order: readonly Index[]; cost: number } {
  let best = { order, cost: costs.of(order) };
  const links = costs.linksOf(order);
  const link = (at: Index, next: Index | undefined) => costs.linkCost(at, next ?? NOWHERE);
  for (let length = 1; length <= 3; length++) {
    for (let from = 1; from + length <= order.length; from++) {
      const run = order.slice(from, from + length);
      const rest = [...order.slice(0, from), ...order.slice(from + length)];
      const [first, last] = [run[0], run[length - 1]];
      const [before, after] = [order[from - 1], order[from + length]];
      const without = links - link(before, first) - link(last, after) + link(before, after);
      for (let to = 1; to <= rest.length; to++) {
        const [above, below] = [rest[to - 1], rest[to]];
        if (without - link(above, below) + link(above, first) + link(last, below) >= best.cost) continue;
        const moved = [...rest.slice(0, to), ...run, ...rest.slice(to)];
        const cost = costs.of(moved);
        if (cost < best.cost) best = { order: moved, cost };
      }
    }
  }
  return best;
}
