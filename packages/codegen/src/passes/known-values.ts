/** Which values are known numbers: constants anywhere, and what a branch or switch on the only way to a block says. */
import { predecessors, targetsOf } from '../ir/edit.ts';
import type { Block, BlockId, Func, Inst, ValueId } from '../ir/types.ts';
import { evaluate } from './evaluate.ts';
import { wrapTo } from './fold-context.ts';

/** Numbers that values have on some way through the function. */
export type Known = ReadonlyMap<ValueId, bigint>;

/** How far the way to a block is followed back. */
const STEPS = 8;
/** Of more numbers than these it is not asked which they are. */
const MAXIMUM_NUMBERS = 16;

export class KnownValues {
  private readonly func: Func;
  private readonly definitions = new Map<ValueId, Inst>();
  private readonly params = new Map<ValueId, { readonly block: Block; readonly index: number }>();
  private readonly numbers = new Map<ValueId, ReadonlySet<bigint> | undefined>();
  private readonly before: ReadonlyMap<BlockId, readonly Block[]>;

  constructor(func: Func) {
    this.func = func;
    this.before = predecessors(func);
    for (const { insts } of func.blocks)
      for (const inst of insts) for (const result of inst.results) this.definitions.set(result, inst);
    for (const block of func.blocks.slice(1))
      block.params.forEach((param, index) => void this.params.set(param, { block, index }));
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
      if (terminator.index !== value) return undefined;
      const ways = targetsOf(terminator).flatMap(({ block }, i) => (block === to ? [i] : []));
      if (ways.length !== 1) return undefined;
      const count = terminator.targets.length;
      return ways[0] < count ? BigInt(ways[0]) : this.onlyNumber(value, (n) => n < 0n || n >= count);
    }
    if (terminator.op !== 'branch' || terminator.then.block === terminator.else.block) return undefined;
    const isThen = terminator.then.block === to;
    if (terminator.condition === value) return isThen ? this.onlyNumber(value, (n) => n !== 0n) : 0n;
    const inst = this.definitions.get(terminator.condition);
    if (!inst || inst.args[0] !== value) return undefined;
    const number = inst.op === 'eqz' ? 0n : this.constant(inst.args[1]);
    if (number === undefined || !['eqz', 'eq', 'ne'].includes(inst.op)) return undefined;
    return (inst.op !== 'ne') === isThen ? number : this.onlyNumber(value, (n) => n !== number);
  }

  /** The one of the numbers that the value may have that is left by a condition, if it is one. */
  private onlyNumber(value: ValueId, isLeft: (number: bigint) => boolean): bigint | undefined {
    if (!this.numbers.has(value)) this.numbers.set(value, this.findNumbers(value));
    const left = [...(this.numbers.get(value) ?? [])].filter(isLeft);
    return left.length === 1 ? left[0] : undefined;
  }

  /** All numbers that a value may have, through parameters and choices; undefined where they are not known. */
  private findNumbers(value: ValueId): ReadonlySet<bigint> | undefined {
    const numbers = new Set<bigint>();
    const seen = new Set<ValueId>([value]);
    for (const next of seen) {
      const inst = this.definitions.get(next);
      const param = this.params.get(next);
      if (inst?.op === 'const') numbers.add(inst.value);
      else if (inst?.op === 'select') for (const arm of inst.args.slice(1)) seen.add(arm);
      else if (param) for (const arg of this.argumentsOf(param.block, param.index)) seen.add(arg);
      else return undefined;
      if (numbers.size > MAXIMUM_NUMBERS) return undefined;
    }
    return numbers;
  }

  private argumentsOf({ id }: Block, index: number): ValueId[] {
    const edges = this.before.get(id)!.flatMap(({ terminator }) => targetsOf(terminator));
    return edges.flatMap((target) => (target.block === id ? [target.args[index]] : []));
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
