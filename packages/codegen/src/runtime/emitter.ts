/** Shorthand for writing runtime routines as IR. */
import { FunctionBuilder } from '../frontend/function-builder.ts';
import type { BinaryOp, Block, CompareOp, Func, MemoryAccess, UnaryOp, ValueId, ValueType } from '../ir/types.ts';

export class Routine {
  readonly builder: FunctionBuilder;
  readonly params: readonly ValueId[];

  constructor(
    name: string,
    params: readonly ValueType[],
    results: readonly ValueType[],
    exports: readonly string[] = [],
  ) {
    this.builder = new FunctionBuilder(name, { params, results }, exports);
    const entry = this.builder.block(params);
    this.builder.start(entry);
    this.params = entry.params;
  }

  get func(): Func {
    return this.builder.func;
  }

  i32(value: number): ValueId {
    return this.builder.constant('i32', BigInt(value));
  }

  i64(value: bigint): ValueId {
    return this.builder.constant('i64', value);
  }

  /** An operation whose result has its first argument's type. */
  op(op: BinaryOp | UnaryOp, ...args: ValueId[]): ValueId {
    return this.builder.emit(this.builder.func.values[args[0]], { op, args });
  }

  /** An operation with an i32 result: comparisons, wrap. */
  test(op: CompareOp | 'eqz' | 'wrap', ...args: ValueId[]): ValueId {
    return this.builder.emit('i32', { op, args });
  }

  widen(value: ValueId): ValueId {
    return this.builder.emit('i64', { op: 'extendI32U', args: [value] });
  }

  select(condition: ValueId, a: ValueId, b: ValueId): ValueId {
    return this.builder.emit(this.builder.func.values[a], { op: 'select', args: [condition, a, b] });
  }

  call(callee: string, result: ValueType, ...args: ValueId[]): ValueId {
    return this.builder.emit(result, { op: 'call', callee, args });
  }

  block(...types: ValueType[]): Block {
    return this.builder.block(types);
  }

  branch(condition: ValueId, then: Block, thenArgs: ValueId[], otherwise: Block, otherArgs: ValueId[]): void {
    const { builder } = this;
    builder.end({
      op: 'branch',
      condition,
      then: builder.target(then, thenArgs),
      else: builder.target(otherwise, otherArgs),
    });
  }

  return(...values: ValueId[]): void {
    this.builder.end({ op: 'return', values });
  }

  loadByte(address: ValueId): ValueId {
    return this.builder.emit('i32', { op: 'load', args: [address], access: BYTE });
  }

  storeByte(address: ValueId, value: ValueId): void {
    this.builder.append({ op: 'store', args: [address, value], results: [], access: BYTE });
  }
}

const BYTE: MemoryAccess = { width: 1, signed: false, offset: 0, volatile: false, alignment: 1 };
