/**
 * The interference graph: an edge where one register is defined while another of its class is live. Copies within a class
 * are candidates for coalescing.
 */
import { isSingle, isVirtual, type MFunc, type MInst, type Reg } from '../isel/mir.ts';
import { computeLiveness, stepBack } from './liveness.ts';

export interface CopyEdge {
  readonly to: Reg;
  readonly from: Reg;
  /** Estimated executions: 10 per loop depth. */
  readonly weight: number;
}

export interface Interference {
  readonly neighbours: Map<Reg, Set<Reg>>;
  readonly copies: CopyEdge[];
  /** Uses and definitions weighted by loop depth: what spilling would cost. */
  readonly costs: Map<Reg, number>;
}

export function buildInterference(func: MFunc, weights: ReadonlyMap<number, number>): Interference {
  const neighbours = new Map<Reg, Set<Reg>>();
  const copies: CopyEdge[] = [];
  const costs = new Map<Reg, number>();
  const node = (reg: Reg) => {
    let set = neighbours.get(reg);
    if (!set) {
      set = new Set();
      neighbours.set(reg, set);
    }
    return set;
  };
  const connect = (reg: Reg, others: Iterable<Reg>, except?: Reg) => {
    let mine = neighbours.get(reg);
    const single = isSingle(reg);
    for (const other of others) {
      if (other === reg || other === except || isSingle(other) !== single) continue;
      mine ??= node(reg);
      mine.add(other);
      node(other).add(reg);
    }
  };
  const { out } = computeLiveness(func.blocks);
  for (const block of func.blocks) {
    const weight = weights.get(block.id) ?? 1;
    const live = new Set(out.get(block.id));
    for (let i = block.insts.length - 1; i >= 0; i--) {
      const inst = block.insts[i];
      for (const reg of [...inst.defs, ...inst.uses]) {
        node(reg);
        if (isVirtual(reg)) costs.set(reg, (costs.get(reg) ?? 0) + weight);
      }
      interfere(inst, live, connect);
      const [to] = inst.defs;
      const [from] = inst.uses;
      if (inst.op === 'copy' && isSingle(to) === isSingle(from)) copies.push({ to, from, weight });
      stepBack(live, inst);
    }
  }
  return { neighbours, copies, costs };
}

/** Edges between a register and others, but for `except`. */
type Connect = (reg: Reg, others: Iterable<Reg>, except?: Reg) => void;

/** A copy's source does not interfere with its target by the copy itself. */
function interfere(inst: MInst, live: ReadonlySet<Reg>, connect: Connect): void {
  const defined = [...inst.defs, ...(inst.clobbers ?? [])];
  const source = inst.op === 'copy' ? inst.uses[0] : undefined;
  for (const def of defined) {
    connect(def, live, source);
    connect(def, defined);
  }
}
