/**
 * Types of one function body: the algorithm of the specification's appendix (WebAssembly Core Specification 2.0, A.3).
 * A stack of operand types and a stack of control frames; behind an instruction that does not return, operands are of
 * unknown type until the frame ends. The first error ends the function.
 */
import type { Code, FuncType, Instruction, RefType, ValueType } from './module.ts';
import { OPCODES_BY_NAME } from './opcodes.ts';
import { isDefaultable, isReference, isSubtype, typeIndexOf } from './references.ts';

/** What is wrong with a module, and where. */
export class InvalidError extends Error {
  override name = 'InvalidError';
  readonly offset: number;

  constructor(offset: number, message: string) {
    super(message);
    this.offset = offset;
  }
}

/** The index spaces that a body may refer to, imports first. */
export interface Spaces {
  readonly types: readonly FuncType[];
  readonly functions: readonly FuncType[];
  /** The functions' types by their indices. */
  readonly functionTypes: readonly number[];
  /** Functions that something outside of bodies names: references to others may not be made. */
  readonly declared: ReadonlySet<number>;
  readonly globals: readonly { readonly type: ValueType; readonly mutable: boolean; readonly imported: boolean }[];
  readonly tables: readonly RefType[];
  readonly memoryCount: number;
  readonly elements: readonly RefType[];
  /** From the data count section, without which bulk memory instructions may not name a segment. */
  readonly dataCount: number | undefined;
}

type Operand = ValueType | 'unknown';

interface Frame {
  readonly op: string;
  readonly type: FuncType;
  /** Operands below the frame. */
  readonly height: number;
  /** Locals without a first value that were assigned before it. */
  readonly assigned: ReadonlySet<number>;
  unreachable: boolean;
}

/** Throws InvalidError where the body breaks a rule. */
export function validateBody(spaces: Spaces, type: FuncType, code: Code): void {
  new BodyValidator(spaces, type, code).run();
}

class BodyValidator {
  readonly spaces: Spaces;
  readonly locals: readonly ValueType[];
  readonly frames: Frame[] = [];
  private readonly code: Code;
  private readonly operands: Operand[] = [];
  /** Of the locals that have no first value: those that have one by now. */
  private assigned: ReadonlySet<number> = new Set();
  private readonly parameterCount: number;
  private offset: number;

  constructor(spaces: Spaces, type: FuncType, code: Code) {
    this.spaces = spaces;
    this.code = code;
    this.locals = [...type.params, ...code.locals];
    this.parameterCount = type.params.length;
    this.offset = code.offset;
    this.pushFrame('function', { params: [], results: type.results });
  }

  run(): void {
    for (const instruction of this.code.body) {
      this.offset = instruction.offset;
      this.step(instruction);
    }
    this.offset = this.code.endOffset;
    this.popFrame();
  }

  private step(instruction: Instruction): void {
    const opcode = OPCODES_BY_NAME.get(instruction.op);
    if (!opcode) return this.fail(`unknown instruction ${instruction.op}`);
    const rule = RULES[instruction.op];
    if (rule) return rule(this, instruction);
    if (opcode.align !== undefined) this.checkAccess(instruction, opcode.align);
    CHECKS[instruction.op]?.(this, instruction);
    this.apply(opcode.signature!);
  }

  fail(message: string): never {
    throw new InvalidError(this.offset, message);
  }

  apply({ params, results }: FuncType): void {
    this.popTypes(params);
    this.pushTypes(results);
  }

  push(type: Operand): void {
    this.operands.push(type);
  }

  pushTypes(types: readonly Operand[]): void {
    for (const type of types) this.push(type);
  }

  popAny(): Operand {
    const frame = this.frames[this.frames.length - 1];
    if (this.operands.length > frame.height) return this.operands.pop()!;
    return frame.unreachable ? 'unknown' : this.fail('an operand is missing');
  }

  /** What was there: still unknown where nothing said its type, so that two labels may each take it as their own. */
  pop(expected: Operand): Operand {
    const actual = this.popAny();
    const fits = actual === 'unknown' || expected === 'unknown' || isSubtype(actual, expected, this.spaces.types);
    if (!fits) this.fail(`an operand is ${actual}, not ${expected}`);
    return actual;
  }

  popTypes(types: readonly ValueType[]): Operand[] {
    return types.map((_, i) => this.pop(types[types.length - 1 - i])).reverse();
  }

  pushFrame(op: string, type: FuncType): void {
    this.frames.push({ op, type, height: this.operands.length, assigned: this.assigned, unreachable: false });
    this.pushTypes(type.params);
  }

  popFrame(): Frame {
    const frame = this.frames[this.frames.length - 1];
    this.popTypes(frame.type.results);
    if (this.operands.length !== frame.height) this.fail(`operands are left at the end of the ${frame.op}`);
    this.frames.pop();
    this.assigned = frame.assigned;
    return frame;
  }

  setUnreachable(): void {
    const frame = this.frames[this.frames.length - 1];
    this.operands.length = frame.height;
    frame.unreachable = true;
  }

  /** Types that a branch to the label takes. */
  labelTypes(depth: number): readonly ValueType[] {
    const frame = this.frames[this.frames.length - 1 - depth];
    if (!frame) return this.fail(`there is no label ${depth}`);
    return frame.op === 'loop' ? frame.type.params : frame.type.results;
  }

  local(index: number): ValueType {
    return this.locals[index] ?? this.fail(`there is no local ${index}`);
  }

  /** The local's value must be there. */
  readLocal(index: number): ValueType {
    const type = this.local(index);
    if (index >= this.parameterCount && !isDefaultable(type) && !this.assigned.has(index))
      this.fail(`local ${index} has no value yet`);
    return type;
  }

  assign(index: number): ValueType {
    const type = this.local(index);
    if (!isDefaultable(type)) this.assigned = new Set([...this.assigned, index]);
    return type;
  }

  needMemory(index: number): void {
    if (this.spaces.memoryCount === 0) this.fail('the module has no memory');
    if (index >= this.spaces.memoryCount) this.fail(`there is no memory ${index}`);
  }

  /** The type of a table's elements. */
  table(index: number): RefType {
    return this.spaces.tables[index] ?? this.fail(`there is no table ${index}`);
  }

  element(index: number): RefType {
    return this.spaces.elements[index] ?? this.fail(`there is no element segment ${index}`);
  }

  needSubtype(a: ValueType, b: ValueType): void {
    if (!isSubtype(a, b, this.spaces.types)) this.fail(`${a} is not ${b}`);
  }

  needData(index: number): void {
    const { dataCount } = this.spaces;
    if (dataCount === undefined) this.fail('the module has no data count section');
    if (index >= dataCount) this.fail(`there is no data segment ${index}`);
  }

  private checkAccess({ memory }: Instruction, natural: number): void {
    this.needMemory(memory!.index);
    if (memory!.align > natural) this.fail(`an alignment of 2^${memory!.align} bytes is more than natural`);
  }
}

type Rule = (v: BodyValidator, instruction: Instruction) => void;

/** Instructions whose types their signature gives, but which refer to something that must be there. */
const CHECKS: Readonly<Record<string, Rule>> = {
  'memory.size': (v, { index }) => v.needMemory(index!),
  'memory.grow': (v, { index }) => v.needMemory(index!),
  'memory.copy': (v, { index, index2 }) => {
    v.needMemory(index!);
    v.needMemory(index2!);
  },
  'memory.fill': (v, { index }) => v.needMemory(index!),
  'memory.init': (v, { index, index2 }) => {
    v.needMemory(index2!);
    v.needData(index!);
  },
  'data.drop': (v, { index }) => v.needData(index!),
  'table.init': (v, { index, index2 }) => v.needSubtype(v.element(index!), v.table(index2!)),
  'elem.drop': (v, { index }) => void v.element(index!),
  'table.copy': (v, { index, index2 }) => v.needSubtype(v.table(index2!), v.table(index!)),
  'table.size': (v, { index }) => void v.table(index!),
};

const enter: Rule = (v, { op, block }) => {
  if (op === 'if') v.pop('i32');
  v.popTypes(block!.params);
  v.pushFrame(op, block!);
};

const branchTable: Rule = (v, { labels, index }) => {
  v.pop('i32');
  const last = v.labelTypes(index!);
  for (const label of labels!) {
    const types = v.labelTypes(label);
    if (types.length !== last.length) v.fail('the labels of br_table take different numbers of operands');
    v.pushTypes(v.popTypes(types));
  }
  v.popTypes(last);
  v.setUnreachable();
};

const select: Rule = (v, { types }) => {
  v.pop('i32');
  if (types) {
    if (types.length !== 1) v.fail('select names more or less than one type');
    v.apply({ params: [types[0], types[0]], results: types });
    return;
  }
  const right = v.popAny();
  const left = v.pop(right);
  if (isReference(right) || isReference(left)) v.fail('a select of references names no type');
  v.push(left === 'unknown' ? right : left);
};

const callIndirect: Rule = (v, { index, index2 }) => {
  v.needSubtype(v.table(index2!), 'funcref');
  const type = v.spaces.types[index!] ?? v.fail(`there is no type ${index}`);
  v.pop('i32');
  v.apply(type);
};

const globalSet: Rule = (v, { index }) => {
  const global = v.spaces.globals[index!] ?? v.fail(`there is no global ${index}`);
  if (!global.mutable) v.fail(`global ${index} is constant`);
  v.pop(global.type);
};

const isNull: Rule = (v) => {
  const type = v.popAny();
  if (type !== 'unknown' && !isReference(type)) v.fail(`an operand is ${type}, not a reference`);
  v.push('i32');
};

const functionReference: Rule = (v, { index }) => {
  const type = v.spaces.functionTypes[index!] ?? v.fail(`there is no function ${index}`);
  if (!v.spaces.declared.has(index!)) v.fail(`function ${index} is declared nowhere as one that is referred to`);
  v.push(`(ref ${type})`);
};

const REFERENCES: Readonly<Record<string, Rule>> = {
  'ref.null': (v, { types }) => {
    const index = typeIndexOf(types![0]);
    if (index !== undefined && !v.spaces.types[index]) v.fail(`there is no type ${index}`);
    v.pushTypes(types!);
  },
  'ref.is_null': isNull,
  'ref.func': functionReference,
  'table.get': (v, { index }) => v.apply({ params: ['i32'], results: [v.table(index!)] }),
  'table.set': (v, { index }) => v.apply({ params: ['i32', v.table(index!)], results: [] }),
  'table.grow': (v, { index }) => v.apply({ params: [v.table(index!), 'i32'], results: ['i32'] }),
  'table.fill': (v, { index }) => v.apply({ params: ['i32', v.table(index!), 'i32'], results: [] }),
};

const RULES: Readonly<Record<string, Rule>> = {
  ...REFERENCES,
  unreachable: (v) => v.setUnreachable(),
  block: enter,
  loop: enter,
  if: enter,
  else: (v) => {
    const { type } = v.popFrame();
    v.pushFrame('else', type);
  },
  end: (v) => {
    const { op, type } = v.popFrame();
    if (op === 'if' && type.params.join() !== type.results.join()) v.fail('an `if` without `else` changes its types');
    v.pushTypes(type.results);
  },
  br: (v, { index }) => {
    v.popTypes(v.labelTypes(index!));
    v.setUnreachable();
  },
  br_if: (v, { index }) => {
    v.pop('i32');
    const types = v.labelTypes(index!);
    v.apply({ params: types, results: types });
  },
  br_table: branchTable,
  return: (v) => {
    v.popTypes(v.frames[0].type.results);
    v.setUnreachable();
  },
  call: (v, { index }) => v.apply(v.spaces.functions[index!] ?? v.fail(`there is no function ${index}`)),
  call_indirect: callIndirect,
  drop: (v) => void v.popAny(),
  select,
  'local.get': (v, { index }) => v.push(v.readLocal(index!)),
  'local.set': (v, { index }) => void v.pop(v.assign(index!)),
  'local.tee': (v, { index }) => {
    const type = v.assign(index!);
    v.apply({ params: [type], results: [type] });
  },
  'global.get': (v, { index }) => v.push((v.spaces.globals[index!] ?? v.fail(`there is no global ${index}`)).type),
  'global.set': globalSet,
};
