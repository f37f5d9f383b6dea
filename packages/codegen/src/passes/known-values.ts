/** Which values are known numbers: constants anywhere, and what a branch or switch on the only way to a block says. */
import { predecessors, targetsOf } from '../ir/edit.ts';
import type { Block, BlockId, Func, Inst, ValueId } from '../ir/types.ts';
import { evaluate } from './evaluate.ts';
import { wrapTo } from './fold-context.ts';

/** Numbers that values have on some way through the function. */
export type Known = ReadonlyMap<ValueId, bigint>;

/** How far the way to a block is followed back. */
const STEPS = 8;

export class KnownValues {
  private readonly func: Func;
  private readonly definitions = new Map<ValueId, Inst>();
  private readonly before: ReadonlyMap<BlockId, readonly Block[]>;

  constructor(func: Func) {
    this.func = func;
    this.before = predecessors(func);
    for (const { insts } of func.blocks)
      for (const inst of insts) for (const result of inst.results) this.definitions.set(result, inst);
  }

  definition(value: ValueId): Inst | undefined {
    return this.definitions.get(value);
  }

  constant(value: ValueId): bigint | undefined {
    const inst = this.definitions.get(value);
    return inst?.op === 'const' ? inst.value : undefined;
  }

  /** The value's number at the end of the block. */
  atEnd(block: Block, value: ValueId): bigint | undefined {
    const constant = this.constant(value);
    if (constant !== undefined) return constant;
    let at = block;
    for (let i = 0; i < STEPS; i++) {
      const [from, more] = this.before.get(at.id) ?? [];
      if (!from || more) return undefined;
      const said = this.saidBy(from, at.id, value);
      if (said !== undefined) return said;
      at = from;
    }
    return undefined;
  }

  /** What the end of `from` says of the value to a block that is reached by it alone. */
  private saidBy({ terminator }: Block, to: BlockId, value: ValueId): bigint | undefined {
    if (terminator.op === 'switch') {
      const ways = targetsOf(terminator).flatMap(({ block }, i) => (block === to ? [i] : []));
      const isCase = ways.length === 1 && ways[0] < terminator.targets.length;
      return isCase && terminator.index === value ? BigInt(ways[0]) : undefined;
    }
    if (terminator.op !== 'branch' || terminator.then.block === terminator.else.block) return undefined;
    const isThen = terminator.then.block === to;
    if (terminator.condition === value) return isThen ? undefined : 0n;
    const inst = this.definitions.get(terminator.condition);
    if (!inst || inst.args[0] !== value) return undefined;
    if (inst.op === 'eqz') return isThen ? 0n : undefined;
    if (inst.op !== (isThen ? 'eq' : 'ne')) return undefined;
    return this.constant(inst.args[1]);
  }

  /** The number that an operation gives, where its arguments are known. */
  evaluate(inst: Inst, known: Known): bigint | undefined {
    if (inst.op === 'const') return inst.value;
    if (inst.results.length !== 1 || inst.args.length === 0) return undefined;
    const args = inst.args.map((arg) => known.get(arg) ?? this.constant(arg));
    if (inst.op === 'select') return args[0] === undefined ? undefined : args[0] !== 0n ? args[1] : args[2];
    if (args.includes(undefined)) return undefined;
    const value = evaluate(inst.op, this.func.values[inst.args[0]], args as bigint[]);
    return value === undefined ? undefined : wrapTo(this.func.values[inst.results[0]], value);
  }
}
