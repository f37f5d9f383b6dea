/** What the folding rules see of the function, and how they make new instructions. */
import type { CodePlace, Func, Inst, ValueId, ValueType } from '../ir/types.ts';

/** What becomes of an instruction: another instruction in its place, a value in place of its result, or nothing new. */
export type Folded = Inst | ValueId | undefined;

export class FoldContext {
  readonly func: Func;
  private readonly definitions = new Map<ValueId, Inst>();
  /** Where new instructions go: before the one that is being folded. */
  private before: Inst[] = [];
  private place: CodePlace | undefined;

  constructor(func: Func) {
    this.func = func;
    for (const { insts } of func.blocks) for (const inst of insts) this.define(inst);
  }

  define(inst: Inst): void {
    for (const result of inst.results) this.definitions.set(result, inst);
  }

  /** New instructions go to the end of `list` from now on. */
  insertInto(list: Inst[]): void {
    this.before = list;
  }

  /** New instructions stand where `inst` stands, which is about to be folded. */
  beginFolding(inst: Inst): void {
    this.place = inst.place;
  }

  /** The instruction that defines the value; undefined for a block parameter. */
  definition(value: ValueId): Inst | undefined {
    return this.definitions.get(value);
  }

  /** The value as a constant, in signed range. */
  constant(value: ValueId): bigint | undefined {
    const inst = this.definitions.get(value);
    return inst?.op === 'const' ? inst.value : undefined;
  }

  type(value: ValueId): ValueType {
    return this.func.values[value];
  }

  bits(value: ValueId): 32 | 64 {
    return this.type(value) === 'i64' ? 64 : 32;
  }

  /** A new instruction with one result before the one that is being folded. */
  emit(type: ValueType, inst: { op: string; args: readonly ValueId[] } & Record<string, unknown>): ValueId {
    const result = (this.func.values.push(type) - 1) as ValueId;
    const place = this.place ? { place: this.place } : {};
    const made = { ...inst, results: [result], ...place } as unknown as Inst;
    this.before.push(made);
    this.define(made);
    return result;
  }

  emitConstant(type: ValueType, value: bigint): ValueId {
    return this.emit(type, { op: 'const', args: [], value: wrapTo(type, value) });
  }
}

/** A number as a constant of the type holds it. */
export function wrapTo(type: ValueType, value: bigint): bigint {
  return BigInt.asIntN(type === 'i64' ? 64 : 32, value);
}
