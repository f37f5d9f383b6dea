/**
 * Register allocation by graph colouring with iterated coalescing (George and Appel, "Iterated Register Coalescing",
 * TOPLAS 18(3), 1996), simplified: coalesce conservatively while it is safe, simplify, colour; spill the cheapest value
 * per degree where colours run out, and start over. Functions of firmware are small: clarity before asymptotics.
 */
import { invariant } from '@kickstage/base/invariant';
import { CALLEE_SAVED, IP, isSingle, isVirtual, LR, type MFunc, type MInst, type Reg } from '../isel/mir.ts';
import { ALL_SINGLES } from '../isel/registers.ts';
import { blockWeights } from './block-weights.ts';
import { buildInterference, type CopyEdge, type Interference } from './interference.ts';
import { insertSpills } from './spill.ts';

/**
 * Colours of a core register for sure: r0-r12. lr is one more where the function saves it anyway or never returns; it is
 * not counted, so that the estimate stays safe.
 */
const CORE_COLOURS = 13;

/** VLDR and VSTR reach so many bytes from the stack pointer (DDI 0403E A7.7.236). */
const SINGLE_REACH = 1020;

/** Whether the address of a slot may need r12: slots of class single lie too far away. */
export function needsIp(func: MFunc): boolean {
  if (func.outgoing + 4 * func.spillSlots <= SINGLE_REACH) return false;
  const isSingleSlot = ({ op, defs, uses }: MInst) =>
    (op === 'spill' && isSingle(uses[0])) || (op === 'reload' && isSingle(defs[0]));
  return func.blocks.some(({ insts }) => insts.some(isSingleSlot));
}

/** Whether lr holds nothing that is needed: it was pushed because of a call, or nobody returns. */
function mayUseLr(func: MFunc): boolean {
  return (
    !func.returns || func.blocks.some((block) => block.insts.some((inst) => inst.op === 'bl' || inst.op === 'blx'))
  );
}

export interface Allocation {
  /** The physical register of each virtual one. */
  readonly colours: ReadonlyMap<Reg, Reg>;
}

/**
 * So many rounds may merge what must not be spilled with what may be: that saves moves, but together they can neither be
 * spilled nor coloured where many values live.
 */
const FREE_ROUNDS = 8;
const NOTHING: ReadonlySet<Reg> = new Set();

/** Allocates, rewriting spilled values through stack slots until all fit. The function's instructions stay virtual. */
export function allocate(func: MFunc): Allocation {
  const weights = blockWeights(func.blocks);
  const unspillable = new Set<Reg>();
  for (let round = 0; round < 50; round++) {
    const graph = buildInterference(func, weights);
    const apart = round < FREE_ROUNDS ? NOTHING : unspillable;
    const { colours, spills } = colour(func, graph, unspillable, apart);
    if (spills.length === 0) return { colours };
    for (const reg of insertSpills(func, spills)) unspillable.add(reg);
  }
  invariant(false, `${func.name}: register allocation does not end`);
}

class Graph {
  readonly adjacent = new Map<Reg, Set<Reg>>();
  private readonly alias = new Map<Reg, Reg>();
  private readonly coreColours: number;

  /** `coreColours`: how many registers of the core there are for sure. */
  constructor(neighbours: ReadonlyMap<Reg, ReadonlySet<Reg>>, coreColours: number) {
    this.coreColours = coreColours;
    for (const [reg, set] of neighbours) this.adjacent.set(reg, new Set(set));
  }

  find(reg: Reg): Reg {
    let at = reg;
    for (let next = this.alias.get(at); next !== undefined; next = this.alias.get(at)) at = next;
    return at;
  }

  /** Registers of two classes have no edges between them: each has as many colours as its class. */
  coloursOf(reg: Reg): number {
    return isSingle(reg) ? ALL_SINGLES.length : this.coreColours;
  }

  degree(reg: Reg): number {
    return isVirtual(reg) ? this.adjacent.get(reg)!.size : Number.POSITIVE_INFINITY;
  }

  interferes(a: Reg, b: Reg): boolean {
    return this.adjacent.get(a)!.has(b);
  }

  /** `gone` becomes another name of `kept`. */
  merge(kept: Reg, gone: Reg): void {
    this.alias.set(gone, kept);
    for (const neighbour of this.adjacent.get(gone)!) {
      const set = this.adjacent.get(neighbour)!;
      set.delete(gone);
      set.add(kept);
      this.adjacent.get(kept)!.add(neighbour);
    }
    this.adjacent.delete(gone);
  }
}

/** Whether each neighbour of `gone` is easy to colour or a neighbour of `kept` already (George). */
function fitsInto(graph: Graph, gone: Reg, kept: Reg): boolean {
  for (const n of graph.adjacent.get(gone)!)
    if (graph.degree(n) >= graph.coloursOf(n) && !graph.interferes(n, kept)) return false;
  return true;
}

/** Briggs or George for two virtual registers, George where one is physical: merging must not make the graph harder to colour. */
function mayMerge(graph: Graph, kept: Reg, gone: Reg): boolean {
  const neighbours = graph.adjacent.get(gone)!;
  if (!isVirtual(kept)) {
    if (kept === 13 || kept === 15) return false;
    for (const n of neighbours) {
      if (isVirtual(n) && graph.degree(n) >= graph.coloursOf(n) && !graph.interferes(n, kept)) return false;
    }
    return true;
  }
  if (fitsInto(graph, gone, kept) || fitsInto(graph, kept, gone)) return true;
  let significant = 0;
  const both = new Set([...neighbours, ...graph.adjacent.get(kept)!]);
  for (const n of both) {
    const shared = neighbours.has(n) && graph.adjacent.get(kept)!.has(n);
    if (graph.degree(n) - (shared ? 1 : 0) >= graph.coloursOf(n)) significant++;
  }
  return significant < graph.coloursOf(kept);
}

/** `apart`: what is not merged with anything outside of it. */
function coalesce(graph: Graph, copies: readonly CopyEdge[], apart: ReadonlySet<Reg>): void {
  const ordered = [...copies].sort((a, b) => b.weight - a.weight);
  for (let changed = true; changed; ) {
    changed = false;
    for (const { to, from } of ordered) {
      const a = graph.find(to);
      const b = graph.find(from);
      if (a === b || (!isVirtual(a) && !isVirtual(b)) || graph.interferes(a, b)) continue;
      if (isVirtual(a) && isVirtual(b) && apart.has(a) !== apart.has(b)) continue;
      const [kept, gone] = isVirtual(a) ? [b, a] : [a, b];
      if (!mayMerge(graph, kept, gone)) continue;
      graph.merge(kept, gone);
      changed = true;
    }
  }
}

function colour(func: MFunc, interference: Interference, unspillable: ReadonlySet<Reg>, apart: ReadonlySet<Reg>) {
  const withoutIp = needsIp(func);
  const graph = new Graph(interference.neighbours, CORE_COLOURS - (withoutIp ? 1 : 0));
  coalesce(graph, interference.copies, apart);
  const costs = new Map<Reg, number>();
  for (const [reg, cost] of interference.costs) {
    const root = graph.find(reg);
    const own = unspillable.has(reg) ? Number.POSITIVE_INFINITY : cost;
    costs.set(root, (costs.get(root) ?? 0) + own);
  }
  const stack = simplify(graph, costs);
  const assigned = new Map<Reg, Reg>();
  const used = new Set<Reg>();
  const failed: Reg[] = [];
  const order = preference(func);
  const allowed = new Set<Reg>([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, ...ALL_SINGLES]);
  if (!withoutIp) allowed.add(IP);
  if (mayUseLr(func)) allowed.add(LR);
  const hints = hintsOf(interference.copies, graph);
  while (stack.length > 0) {
    const reg = stack.pop()!;
    const taken = new Set<Reg>();
    for (const neighbour of graph.adjacent.get(reg)!) {
      const register = isVirtual(neighbour) ? assigned.get(neighbour) : neighbour;
      if (register !== undefined) taken.add(register);
    }
    const hinted = (hints.get(reg) ?? []).map((h) => (isVirtual(h) ? assigned.get(h) : h));
    const choice = [...hinted, ...(isSingle(reg) ? ALL_SINGLES : order(used))].find(
      (c): c is Reg => c !== undefined && allowed.has(c) && !taken.has(c),
    );
    if (choice === undefined) failed.push(reg);
    else {
      assigned.set(reg, choice);
      used.add(choice);
    }
  }
  const colours = new Map<Reg, Reg>();
  for (const reg of interference.neighbours.keys()) {
    if (!isVirtual(reg)) continue;
    const root = graph.find(reg);
    const register = isVirtual(root) ? assigned.get(root) : root;
    if (register !== undefined) colours.set(reg, register);
  }
  const spills =
    failed.length === 0 ? [] : [...interference.neighbours.keys()].filter((r) => failed.includes(graph.find(r)));
  return { colours, spills };
}

function hintsOf(copies: readonly CopyEdge[], graph: Graph): Map<Reg, Reg[]> {
  const hints = new Map<Reg, Reg[]>();
  const add = (reg: Reg, hint: Reg) => {
    const list = hints.get(reg);
    if (list) list.push(hint);
    else hints.set(reg, [hint]);
  };
  for (const { to, from } of [...copies].sort((a, b) => b.weight - a.weight)) {
    const a = graph.find(to);
    const b = graph.find(from);
    if (a === b) continue;
    add(a, b);
    add(b, a);
  }
  return hints;
}

/** Takes nodes off the graph, easy ones first; where none is easy, the one that costs least per neighbour. */
function simplify(graph: Graph, costs: ReadonlyMap<Reg, number>): Reg[] {
  const degree = new Map<Reg, number>();
  for (const [reg, set] of graph.adjacent) if (isVirtual(reg)) degree.set(reg, set.size);
  const stack: Reg[] = [];
  while (degree.size > 0) {
    let pick: Reg | undefined;
    let best = Number.POSITIVE_INFINITY;
    for (const [reg, d] of degree) {
      const score = d < graph.coloursOf(reg) ? -1 : (costs.get(reg) ?? 0) / d;
      if (pick === undefined || score < best) {
        pick = reg;
        best = score;
      }
      if (score === -1) break;
    }
    const reg = pick!;
    degree.delete(reg);
    stack.push(reg);
    for (const neighbour of graph.adjacent.get(reg)!) {
      const d = degree.get(neighbour);
      if (d !== undefined) degree.set(neighbour, d - 1);
    }
  }
  return stack;
}

/** Registers in the order in which they are taken: those in use before new callee-saved ones, low before high. */
function preference(func: MFunc): (used: ReadonlySet<Reg>) => readonly Reg[] {
  const free = !func.returns;
  return (used) => {
    if (free) return [0, 1, 2, 3, 4, 5, 6, 7, 12, 14, 8, 9, 10, 11];
    const saved = CALLEE_SAVED.filter((reg) => reg < 8);
    const high = CALLEE_SAVED.filter((reg) => reg >= 8);
    return [0, 1, 2, 3, ...saved.filter((r) => used.has(r)), ...saved.filter((r) => !used.has(r)), 12, 14, ...high];
  };
}
