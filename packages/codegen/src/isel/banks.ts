/**
 * In which class of registers each 32-bit value lives. Bit patterns of floats are integers in the IR; where a function has
 * operations of the floating-point unit, their values live in its registers, and what is no operation of either (loads,
 * block parameters, selects, sign bits) lives where most blocks use it, each weighed by its loops. A use in the other class
 * takes a move.
 */

import { blockMap, targetsOf } from '../ir/edit.ts';
import { loopDepths } from '../ir/flow-graph.ts';
import type { Block, BlockId, Func, Inst, ValueId } from '../ir/types.ts';
import { COMPARE, isSingleOperation } from './single-operations.ts';

const NOWHERE: ReadonlySet<ValueId> = new Set();
/** Turns in which values settle beside those that they are connected to. */
const ROUNDS = 8;

/** Values that live in registers of class single. */
export function singleValues(func: Func): ReadonlySet<ValueId> {
  const hasFloats = func.blocks.some(({ insts }) => insts.some(({ op }) => isSingleOperation(op)));
  return hasFloats ? new Poll(func).result() : NOWHERE;
}

/** Loads and stores that the unit can do: words at addresses that are multiples of 4 (DDI 0403E A3.2.1). */
export function isSingleAccess({ access }: Extract<Inst, { op: 'load' | 'store' }>): boolean {
  return access.width === 4 && access.alignment >= 4 && !access.volatile;
}

export type SignChange = 'vneg' | 'vabs';

/** The operation on the sign bit that an integer operation with a constant is. */
export function signChange(op: Inst['op'], constant: number | undefined): SignChange | undefined {
  if (op === 'xor' && constant === 0x8000_0000) return 'vneg';
  return op === 'and' && constant === 0x7fff_ffff ? 'vabs' : undefined;
}

function note(set: Set<ValueId>, values: readonly ValueId[]): void {
  for (const value of values) set.add(value);
}

class Poll {
  private readonly func: Func;
  /** Values that may live in either class, with what speaks for class single: uses there less uses elsewhere. */
  private readonly votes = new Map<ValueId, number>();
  /** Those with uses that speak for it. */
  private readonly wanted = new Set<ValueId>();
  /** Values of the unit's own operations. */
  private readonly fixed = new Set<ValueId>();
  private readonly constants = new Map<ValueId, number>();
  /** Values that are copied to or from a value. */
  private readonly neighbours = new Map<ValueId, { readonly value: ValueId; readonly weight: number }[]>();

  constructor(func: Func) {
    this.func = func;
  }

  result(): ReadonlySet<ValueId> {
    const { blocks, values } = this.func;
    const byId = blockMap(this.func);
    const successors = (id: BlockId) => targetsOf(byId.get(id)!.terminator).map(({ block }) => block);
    const depths = loopDepths({ ids: [...byId.keys()], successors });
    const weights = new Map([...depths].map(([id, depth]) => [id, 10 ** Math.min(depth, 4)]));
    for (const block of blocks) for (const inst of block.insts) this.noteDefinition(inst);
    for (const { params } of blocks) for (const param of params) if (values[param] === 'i32') this.votes.set(param, 0);
    for (const block of blocks) this.noteUses(block, weights.get(block.id) ?? 1, byId);
    return this.settle();
  }

  private noteDefinition(inst: Inst): void {
    const { op, results } = inst;
    const [result] = results;
    if (result === undefined || this.func.values[result] !== 'i32') return;
    if (op === 'const') return void this.constants.set(result, Number(BigInt.asUintN(32, inst.value)));
    if (isSingleOperation(op)) {
      if (!(op in COMPARE)) this.fixed.add(result);
      return;
    }
    const isEither =
      op === 'select' || op === 'call' || op === 'callIndirect' || (op === 'load' && isSingleAccess(inst));
    if (isEither || this.signOf(inst))
      for (const made of results) if (this.func.values[made] === 'i32') this.votes.set(made, 0);
  }

  private signOf({ op, args }: Inst): SignChange | undefined {
    return signChange(op, this.constants.get(args[1]));
  }

  /** However often a block uses a value in the other class, it takes one move. */
  private noteUses(block: Block, weight: number, byId: ReadonlyMap<BlockId, Block>): void {
    const core = new Set<ValueId>(block === this.func.blocks[0] ? block.params : []);
    const single = new Set<ValueId>();
    for (const inst of block.insts) {
      const { op, args, results } = inst;
      if (isSingleOperation(op)) note(single, args);
      else if (op === 'store') note(core, isSingleAccess(inst) ? [args[0]] : args);
      else if (op === 'select') {
        note(core, [args[0]]);
        for (const arg of args.slice(1)) this.connect(results[0], arg, weight);
      } else if (this.votes.has(results[0]) && this.signOf(inst)) this.connect(results[0], args[0], weight);
      else note(core, op === 'call' || op === 'callIndirect' ? [...args, ...results] : args);
    }
    const { terminator } = block;
    if (terminator.op === 'return') note(core, terminator.values);
    if (terminator.op === 'branch') core.add(terminator.condition);
    if (terminator.op === 'switch') core.add(terminator.index);
    for (const { block: to, args } of targetsOf(terminator)) {
      const { params } = byId.get(to)!;
      args.forEach((arg, i) => void this.connect(params[i], arg, weight));
    }
    this.vote(core, -weight);
    this.vote(single, weight);
  }

  private vote(values: Iterable<ValueId>, weight: number): void {
    for (const value of values) {
      const known = this.votes.get(value);
      if (known === undefined) continue;
      this.votes.set(value, known + weight);
      if (weight > 0) this.wanted.add(value);
    }
  }

  /** A constant is made in either class, so that it does not matter. */
  private connect(a: ValueId, b: ValueId, weight: number): void {
    if (this.func.values[a] !== 'i32' || this.constants.has(b)) return;
    for (const [from, to] of [
      [a, b],
      [b, a],
    ]) {
      const list = this.neighbours.get(from);
      if (list) list.push({ value: to, weight });
      else this.neighbours.set(from, [{ value: to, weight }]);
    }
  }

  private settle(): ReadonlySet<ValueId> {
    const choice = new Map<ValueId, number>([...this.votes].map(([value, vote]) => [value, Math.sign(vote)]));
    for (const value of this.fixed) choice.set(value, 1);
    for (let round = 0; round < ROUNDS; round++) {
      for (const [value, vote] of this.votes) {
        const near = this.neighbours.get(value) ?? [];
        const sum = near.reduce((all, next) => all + next.weight * (choice.get(next.value) ?? -1), vote);
        choice.set(value, sum === 0 && this.wanted.has(value) ? 1 : Math.sign(sum));
      }
    }
    return new Set([...choice].filter(([, chosen]) => chosen > 0).map(([value]) => value));
  }
}
