/** Builds one IR function: values, blocks, and the block that instructions are appended to. */
import { invariant } from '@kickstage/base/invariant';
import type {
  Block,
  BlockId,
  BlockTarget,
  CodePlace,
  Func,
  FuncType,
  Inst,
  Terminator,
  ValueId,
  ValueType,
} from '../ir/types.ts';

/** What is known of a function's source. */
export type FunctionOrigin = Pick<Func, 'place' | 'source' | 'localNames'>;

export class FunctionBuilder {
  readonly func: Func;
  /** Undefined while the code being read cannot be reached. */
  current: Block | undefined;
  place: CodePlace | undefined;
  private nextBlock = 0;

  constructor(name: string, type: FuncType, exports: readonly string[], origin: FunctionOrigin = {}) {
    const empty = { values: [], blocks: [], replaced: new Map(), forgotten: new Map(), halves: new Map() };
    this.func = { name, type, exports, ...empty, ...origin };
  }

  value(type: ValueType): ValueId {
    return (this.func.values.push(type) - 1) as ValueId;
  }

  /** A block that is laid out when it is started. */
  block(params: readonly ValueType[] = []): Block {
    const id = this.nextBlock++ as BlockId;
    return { id, params: params.map((type) => this.value(type)), insts: [], terminator: { op: 'unreachable' } };
  }

  start(block: Block): void {
    this.func.blocks.push(block);
    this.current = block;
  }

  append(inst: Inst): void {
    invariant(this.current, 'an instruction without a block');
    this.current.insts.push(this.place ? { ...inst, place: this.place } : inst);
  }

  /** Appends an instruction with one result and gives it. */
  emit(type: ValueType, inst: { op: string; args: readonly ValueId[] } & Record<string, unknown>): ValueId {
    const result = this.value(type);
    this.append({ ...inst, results: [result] } as unknown as Inst);
    return result;
  }

  constant(type: ValueType, value: bigint): ValueId {
    return this.emit(type, { op: 'const', args: [], value });
  }

  /** Ends the current block; what follows is unreachable until a block is started. */
  end(terminator: Terminator): void {
    if (!this.current) return;
    this.current.terminator = this.place ? { ...terminator, place: this.place } : terminator;
    this.current = undefined;
  }

  jump(block: Block, args: readonly ValueId[]): void {
    this.end({ op: 'jump', target: { block: block.id, args } });
  }

  target(block: Block, args: readonly ValueId[] = []): BlockTarget {
    return { block: block.id, args };
  }
}
