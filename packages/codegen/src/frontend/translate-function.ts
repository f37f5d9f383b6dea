/**
 * One wasm function → SSA. The operand stack exists only here. Where control flow joins, a block gets one parameter for
 * each result of the construct and one for each local that the construct assigns; a later pass removes those that turn
 * out to be the same on all ways in.
 */
import { invariant } from '@kickstage/base/invariant';
import type { Code, Instruction, ValueType as WasmType } from '@kickstage/wasm/module';
import { bitsOf } from '../ir/float-operations.ts';
import type { Block, BlockTarget, CodePlace, Func, ValueId } from '../ir/types.ts';
import { type Construct, findConstructs } from './assigned-locals.ts';
import type { FunctionBuilder } from './function-builder.ts';
import { LocalTracker } from './local-tracker.ts';
import type { ModuleContext } from './module-context.ts';
import { translateInstruction } from './translate-instruction.ts';

interface Frame {
  /** Where a branch to the construct goes. */
  readonly label: Block;
  /** Where control goes behind the construct's `end`. */
  readonly after: Block;
  /** Operands that a branch to the label takes. */
  readonly labelArity: number;
  readonly resultArity: number;
  readonly assigned: readonly number[];
  /** Height of the operand stack below the construct. */
  readonly height: number;
  /** For an `if` whose `else` has not come: the block, and the locals and operands it starts with. */
  otherwise?: { block: Block; locals: ValueId[]; operands: ValueId[] };
}

export class FunctionTranslator {
  readonly context: ModuleContext;
  readonly builder: FunctionBuilder;
  readonly stack: ValueId[] = [];
  private locals: ValueId[] = [];
  private readonly tracker: LocalTracker;
  private readonly frames: Frame[] = [];
  private readonly constructs: Map<number, Construct>;
  private readonly code: Code;
  /** Constructs opened inside unreachable code, which is passed over. */
  private skipped = 0;

  constructor(context: ModuleContext, code: Code, builder: FunctionBuilder) {
    this.context = context;
    this.code = code;
    this.builder = builder;
    this.constructs = findConstructs(code.body);
    const { localNames = new Map(), type } = builder.func;
    this.tracker = new LocalTracker(type.params.length, localNames, context.input.localsAreExact ?? false);
  }

  translate(params: readonly WasmType[], results: readonly WasmType[]): Func {
    const { builder } = this;
    const entry = builder.block(params.map(bitsOf));
    builder.start(entry);
    this.locals = [...entry.params];
    for (const type of this.code.locals) this.locals.push(builder.constant(bitsOf(type), 0n));
    const exit = builder.block(results.map(bitsOf));
    const frame = { label: exit, after: exit, labelArity: results.length, resultArity: results.length };
    this.frames.push({ ...frame, assigned: [], height: 0 });
    this.code.body.forEach((instruction, i) => this.step(instruction, i));
    this.locate(this.code.endOffset);
    this.leave();
    builder.start(exit);
    builder.end({ op: 'return', values: exit.params });
    return builder.func;
  }

  pop(): ValueId {
    const value = this.stack.pop();
    invariant(value !== undefined, 'the operand stack is empty: the module was not validated');
    return value;
  }

  popMany(count: number): ValueId[] {
    return count === 0 ? [] : this.stack.splice(this.stack.length - count, count);
  }

  /** The target and arguments of a branch to the construct `depth` levels out; operands stay on the stack. */
  branchTarget(depth: number): BlockTarget {
    const frame = this.frames[this.frames.length - 1 - depth];
    const operands = frame.labelArity === 0 ? [] : this.stack.slice(-frame.labelArity);
    return { block: frame.label.id, args: [...operands, ...frame.assigned.map((local) => this.locals[local])] };
  }

  get depth(): number {
    return this.frames.length - 1;
  }

  local(index: number): ValueId {
    return this.locals[index];
  }

  setLocal(index: number, value: ValueId): void {
    this.locals[index] = value;
    this.tracker.assigned(index);
  }

  /** What follows stands at this place, with the variables as they are now. */
  private locate(offset: number): void {
    const { builder } = this;
    const place: CodePlace | undefined = this.context.input.locate?.(offset) ?? builder.place;
    const locals = this.tracker.snapshot(this.locals);
    if (!place) return;
    const now = builder.place;
    const { file, line, column } = place;
    if (now?.file === file && now.line === line && now.column === column && now.locals === locals) return;
    builder.place = { file, line, column, ...(locals ? { locals } : {}) };
  }

  /** The same place, with the variables as they are now. */
  private relocate(): void {
    const { place } = this.builder;
    const locals = this.tracker.snapshot(this.locals);
    if (place && place.locals !== locals) this.builder.place = { ...place, locals };
  }

  private step(instruction: Instruction, i: number): void {
    const reachable = this.builder.current !== undefined;
    if (!reachable && instruction.block) {
      this.skipped++;
      return;
    }
    if (!reachable && this.skipped > 0) {
      if (instruction.op === 'end') this.skipped--;
      return;
    }
    if (instruction.op === 'else') return this.beginElse();
    if (instruction.op === 'end') return this.leave();
    if (!reachable) return;
    this.locate(instruction.offset);
    if (instruction.block) this.enter(instruction, this.constructs.get(i)!);
    else translateInstruction(this, instruction);
  }

  private enter(instruction: Instruction, { assigned }: Construct): void {
    const { builder } = this;
    const { params, results } = instruction.block!;
    const localTypes = assigned.map((local) => builder.func.values[this.locals[local]]);
    const condition = instruction.op === 'if' ? this.pop() : undefined;
    const height = this.stack.length - params.length;
    const after = builder.block([...results.map(bitsOf), ...localTypes]);
    const common = { after, resultArity: results.length, assigned, height };
    if (instruction.op === 'loop') {
      const header = builder.block([...params.map(bitsOf), ...localTypes]);
      builder.jump(header, [...this.popMany(params.length), ...assigned.map((local) => this.locals[local])]);
      builder.start(header);
      this.stack.push(...header.params.slice(0, params.length));
      this.takeLocals(assigned, header.params.slice(params.length));
      this.frames.push({ ...common, label: header, labelArity: params.length });
      return;
    }
    const frame: Frame = { ...common, label: after, labelArity: results.length };
    this.frames.push(frame);
    if (condition === undefined) return;
    const then = builder.block();
    const otherwise = builder.block();
    frame.otherwise = { block: otherwise, locals: [...this.locals], operands: this.stack.slice(height) };
    builder.end({ op: 'branch', condition, then: builder.target(then), else: builder.target(otherwise) });
    builder.start(then);
  }

  private beginElse(): void {
    const frame = this.frames[this.frames.length - 1];
    invariant(frame.otherwise, 'else without if');
    this.finishArm(frame);
    this.startOtherwise(frame);
  }

  private startOtherwise(frame: Frame): void {
    const { block, locals, operands } = frame.otherwise!;
    frame.otherwise = undefined;
    this.stack.length = frame.height;
    this.stack.push(...operands);
    this.locals = [...locals];
    this.tracker.changed();
    this.builder.start(block);
  }

  /** Jumps from the end of an arm to what follows the construct. */
  private finishArm(frame: Frame): void {
    if (!this.builder.current) return;
    this.relocate();
    const results = this.popMany(frame.resultArity);
    this.builder.jump(frame.after, [...results, ...frame.assigned.map((local) => this.locals[local])]);
  }

  private leave(): void {
    const frame = this.frames[this.frames.length - 1];
    this.finishArm(frame);
    if (frame.otherwise) {
      this.startOtherwise(frame);
      this.finishArm(frame);
    }
    this.frames.pop();
    if (this.frames.length === 0) return;
    this.stack.length = frame.height;
    this.builder.start(frame.after);
    this.stack.push(...frame.after.params.slice(0, frame.resultArity));
    this.takeLocals(frame.assigned, frame.after.params.slice(frame.resultArity));
  }

  private takeLocals(assigned: readonly number[], values: readonly ValueId[]): void {
    assigned.forEach((local, i) => {
      this.setLocal(local, values[i]);
    });
  }
}
