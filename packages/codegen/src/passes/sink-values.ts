/**
 * Moves computations to where they are needed. A value that only some ways need is computed on those. A comparison that
 * serves conditions alone is made anew in each block that asks it: that takes one instruction, where keeping its result
 * takes three and a register.
 */
import { computeDominators, type Dominators, flowGraphOf } from '../ir/dominators.ts';
import { isPure, mapTerminatorValues } from '../ir/edit.ts';
import { loopDepths } from '../ir/flow-graph.ts';
import type { Block, BlockId, Func, Inst, ValueId } from '../ir/types.ts';
import { UsesByBlock } from './uses-by-block.ts';

export function sinkValues(func: Func): boolean {
  const sinking = new Sinking(func);
  let changed = false;
  // Users before what they use, so that a whole computation may follow its last step.
  for (const block of [...sinking.dominators.order].reverse()) {
    for (const inst of [...block.insts].reverse()) {
      if (sinking.sink(block, inst)) changed = true;
    }
  }
  return changed;
}

const COMPARISONS: ReadonlySet<Inst['op']> = new Set<Inst['op']>([
  ...(['eqz', 'eq', 'ne', 'ltS', 'ltU', 'gtS', 'gtU', 'leS', 'leU', 'geS', 'geU'] as const),
]);

class Sinking {
  readonly dominators: Dominators;
  private readonly func: Func;
  private readonly depths: ReadonlyMap<BlockId, number>;
  private readonly blocks: ReadonlyMap<BlockId, Block>;
  private readonly constants = new Map<ValueId, Inst>();
  private readonly uses: UsesByBlock;

  constructor(func: Func) {
    this.func = func;
    this.dominators = computeDominators(func);
    this.depths = loopDepths(flowGraphOf(func));
    this.blocks = new Map(func.blocks.map((block) => [block.id, block]));
    this.uses = new UsesByBlock(func);
    for (const { insts } of func.blocks)
      for (const inst of insts)
        if (inst.op === 'const' || inst.op === 'symbolAddress') this.constants.set(inst.results[0], inst);
  }

  sink(block: Block, inst: Inst): boolean {
    const [result] = inst.results;
    if (result === undefined || !isPure(inst) || this.constants.has(result)) return false;
    const users = this.uses.blocksOf(result);
    if (users.size === 0 || users.has(block.id) || !this.isCheapToKeep(block, inst)) return false;
    const isCopied = COMPARISONS.has(inst.op) && this.uses.isCondition(result);
    const wanted = isCopied ? this.inOrder(users) : [[...users].reduce((a, b) => this.common(a, b))];
    const depth = this.depths.get(block.id)!;
    if (wanted.some((id) => id === block.id || this.depths.get(id)! > depth)) return false;
    block.insts = block.insts.filter((other) => other !== inst);
    this.uses.update(block);
    wanted.forEach((id, i) => void this.place(this.blocks.get(id)!, inst, result, i > 0));
    return true;
  }

  private inOrder(ids: ReadonlySet<BlockId>): BlockId[] {
    return [...this.blocks.keys()].filter((id) => ids.has(id));
  }

  /** Puts the instruction into a block, as a copy with a result of its own or as it is. */
  private place(block: Block, inst: Inst, result: ValueId, isCopy: boolean): void {
    const constants = inst.args.map((arg) => this.copyOfConstant(arg));
    const args = inst.args.map((arg, i) => constants[i]?.results[0] ?? arg);
    const made = isCopy ? ((this.func.values.push(this.func.values[result]) - 1) as ValueId) : result;
    const placed = { ...inst, args, results: [made] } as Inst;
    const rename = (value: ValueId) => (value === result ? made : value);
    const insts = block.insts.map((other) => ({ ...other, args: other.args.map(rename) }) as Inst);
    const first = insts.findIndex(({ args: used }) => used.includes(made));
    const at = first < 0 ? insts.length : first;
    insts.splice(at, 0, ...constants.filter((constant) => constant !== undefined), placed);
    block.insts = insts;
    block.terminator = mapTerminatorValues(block.terminator, rename);
    this.uses.update(block);
  }

  /** Constants go with the instruction: each block has its own. */
  private copyOfConstant(value: ValueId): Inst | undefined {
    const constant = this.constants.get(value);
    if (!constant) return undefined;
    const made = (this.func.values.push(this.func.values[value]) - 1) as ValueId;
    const copy = { ...constant, results: [made] };
    this.constants.set(made, copy);
    return copy;
  }

  /** Whether at most one more value has to be kept instead of the result. */
  private isCheapToKeep(block: Block, inst: Inst): boolean {
    const operands = new Set(inst.args.filter((arg) => !this.constants.has(arg)));
    const ending = [...operands].filter((arg) => [...this.uses.blocksOf(arg)].every((id) => id === block.id));
    return ending.length <= 1;
  }

  private common(a: BlockId, b: BlockId): BlockId {
    let at = a;
    while (!this.dominators.dominates(at, b)) at = this.dominators.immediate.get(at)!;
    return at;
  }
}
