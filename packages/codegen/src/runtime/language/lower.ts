/**
 * Syntax trees of routines → IR. Variables live in a map from name to value; where two ways join, a block gets a
 * parameter for each variable that differs, and a loop one for each that its body assigns.
 */
import { invariant } from '@kickstage/base/invariant';
import { TRAP_REASONS } from '../../ir/operations.ts';
import type { BinaryOp, Block, CompareOp, Func, TrapReason, ValueId, ValueType } from '../../ir/types.ts';
import { Routine } from '../emitter.ts';
import {
  assignedBy,
  type Expression,
  type IntegerType,
  isIntegerType,
  type RoutineSource,
  type Statement,
} from './syntax.ts';

interface Typed {
  readonly type: IntegerType;
  readonly value: ValueId;
}

type Variables = Map<string, Typed>;

const irType = (type: IntegerType): ValueType => (type.endsWith('64') ? 'i64' : 'i32');
const isSigned = (type: IntegerType) => type.startsWith('i');

/** Signed and unsigned form. */
const BINARY: Readonly<Record<string, readonly [BinaryOp, BinaryOp]>> = {
  '+': ['add', 'add'],
  '-': ['sub', 'sub'],
  '*': ['mul', 'mul'],
  '/': ['divS', 'divU'],
  '%': ['remS', 'remU'],
  '&': ['and', 'and'],
  '|': ['or', 'or'],
  '^': ['xor', 'xor'],
  '<<': ['shl', 'shl'],
  '>>': ['shrS', 'shrU'],
};
const COMPARE: Readonly<Record<string, readonly [CompareOp, CompareOp]>> = {
  '==': ['eq', 'eq'],
  '!=': ['ne', 'ne'],
  '<': ['ltS', 'ltU'],
  '<=': ['leS', 'leU'],
  '>': ['gtS', 'gtU'],
  '>=': ['geS', 'geU'],
};

interface Builtin {
  /** Of its arguments, where it is not free. */
  readonly type?: IntegerType;
  readonly make: (r: Routine, a: Typed, ...more: Typed[]) => Typed;
}

const BUILTINS: Readonly<Record<string, Builtin | undefined>> = {
  clz: { make: (r, { type, value }) => ({ type, value: r.op('clz', value) }) },
  high: {
    type: 'u64',
    make: (r, { value }) => ({ type: 'u32', value: r.test('wrap', r.op('shrU', value, r.i64(32n))) }),
  },
  pair: {
    type: 'u32',
    make: (r, high, low) => {
      const shifted = r.op('shl', r.widen(high.value), r.i64(32n));
      return { type: 'u64', value: r.op('or', shifted, r.widen(low.value)) };
    },
  },
};

/** Of the routines that a routine may call, by name. */
export type Signatures = ReadonlyMap<string, Pick<RoutineSource, 'params' | 'result'>>;

/** `symbolOf` makes a routine's symbol of its name. */
export function lowerRoutine(source: RoutineSource, signatures: Signatures, symbolOf: (name: string) => string): Func {
  return new Lowering(source, signatures, symbolOf).run();
}

class Lowering {
  private readonly source: RoutineSource;
  private readonly signatures: Signatures;
  private readonly symbolOf: (name: string) => string;
  private readonly r: Routine;
  private variables: Variables = new Map();

  constructor(source: RoutineSource, signatures: Signatures, symbolOf: (name: string) => string) {
    this.source = source;
    this.signatures = signatures;
    this.symbolOf = symbolOf;
    const params = source.params.map(({ type }) => irType(type));
    this.r = new Routine(symbolOf(source.name), params, [irType(source.result)]);
    source.params.forEach(({ name, type }, i) => void this.variables.set(name, { type, value: this.r.params[i] }));
  }

  run(): Func {
    this.statements(this.source.body);
    this.check(!this.r.builder.current, 'ends without a result');
    return this.r.func;
  }

  private check(condition: unknown, message: string): asserts condition {
    invariant(condition, `${this.source.name} ${message}`);
  }

  private statements(list: readonly Statement[]): void {
    const outside = new Set(this.variables.keys());
    for (const statement of list) this.statement(statement);
    for (const name of this.variables.keys()) if (!outside.has(name)) this.variables.delete(name);
  }

  private statement(statement: Statement): void {
    const { builder } = this.r;
    this.check(builder.current, 'has a statement that is never reached');
    switch (statement.kind) {
      case 'let': {
        this.check(!this.variables.has(statement.name), `declares ${statement.name} twice`);
        this.variables.set(statement.name, this.expression(statement.value, statement.type));
        return;
      }
      case 'assign': {
        const { type } = this.variable(statement.name);
        this.variables.set(statement.name, this.expression(statement.value, type));
        return;
      }
      case 'if':
        return this.ifStatement(statement);
      case 'while':
        return this.whileStatement(statement);
      case 'return':
        return this.r.return(this.expression(statement.value, this.source.result).value);
      case 'trap': {
        this.check((TRAP_REASONS as readonly string[]).includes(statement.reason), `traps with ${statement.reason}`);
        return builder.end({ op: 'trap', reason: statement.reason as TrapReason });
      }
    }
  }

  private ifStatement({ condition, then, otherwise }: Extract<Statement, { kind: 'if' }>): void {
    const thenBlock = this.r.block();
    const elseBlock = this.r.block();
    this.branch(condition, thenBlock, elseBlock);
    const before = this.variables;
    const first = this.arm(thenBlock, then, before);
    const second = this.arm(elseBlock, otherwise, before);
    if (!first || !second) {
      const left = first ?? second;
      this.variables = left?.variables ?? before;
      this.r.builder.current = left?.end;
      return;
    }
    this.join(first, second, before);
  }

  /** Where the arm ends and what the variables are there; undefined when control does not come out of it. */
  private arm(block: Block, list: readonly Statement[], before: Variables) {
    this.variables = new Map(before);
    this.r.builder.start(block);
    this.statements(list);
    const end = this.r.builder.current;
    return end && { end, variables: this.variables };
  }

  private join(first: { end: Block; variables: Variables }, second: typeof first, before: Variables): void {
    const { builder } = this.r;
    const names = [...before.keys()].filter((n) => first.variables.get(n)!.value !== second.variables.get(n)!.value);
    const after = this.r.block(...names.map((name) => irType(before.get(name)!.type)));
    for (const { end, variables } of [first, second]) {
      builder.current = end;
      builder.jump(
        after,
        names.map((name) => variables.get(name)!.value),
      );
    }
    this.variables = new Map(first.variables);
    this.takeParams(names, after);
    builder.start(after);
  }

  private whileStatement({ condition, body }: Extract<Statement, { kind: 'while' }>): void {
    const { builder } = this.r;
    const names = [...assignedBy(body)].filter((name) => this.variables.has(name));
    const values = () => names.map((name) => this.variable(name).value);
    const header = this.r.block(...names.map((name) => irType(this.variable(name).type)));
    const bodyBlock = this.r.block();
    const exit = this.r.block();
    builder.jump(header, values());
    builder.start(header);
    this.takeParams(names, header);
    const atHeader = new Map(this.variables);
    this.branch(condition, bodyBlock, exit);
    builder.start(bodyBlock);
    this.statements(body);
    if (builder.current) builder.jump(header, values());
    this.variables = atHeader;
    builder.start(exit);
  }

  private takeParams(names: readonly string[], { params }: Block): void {
    names.forEach((name, i) => {
      this.variables.set(name, { type: this.variable(name).type, value: params[i] });
    });
  }

  /** Goes to `then` or `otherwise`; the right side of && and || is evaluated only where it decides. */
  private branch(condition: Expression, then: Block, otherwise: Block): void {
    if (condition.kind === 'unary' && condition.op === '!') return this.branch(condition.operand, otherwise, then);
    if (condition.kind === 'binary' && (condition.op === '&&' || condition.op === '||')) {
      const next = this.r.block();
      if (condition.op === '&&') this.branch(condition.left, next, otherwise);
      else this.branch(condition.left, then, next);
      this.r.builder.start(next);
      return this.branch(condition.right, then, otherwise);
    }
    const { type, value } = this.expression(condition);
    const test = irType(type) === 'i64' ? this.r.test('ne', value, this.r.i64(0n)) : value;
    this.r.branch(test, then, [], otherwise, []);
  }

  private variable(name: string): Typed {
    const variable = this.variables.get(name);
    this.check(variable, `uses ${name}, which is not declared`);
    return variable;
  }

  /** With `wanted`, a number has that type and anything else must have it. */
  private expression(e: Expression, wanted?: IntegerType): Typed {
    const made = this.makeExpression(e, wanted);
    this.check(!wanted || made.type === wanted, `has ${made.type} in place of ${wanted} for a ${e.kind}`);
    return made;
  }

  private makeExpression(e: Expression, wanted: IntegerType | undefined): Typed {
    switch (e.kind) {
      case 'number':
        return this.number(e.value, wanted ?? 'u32');
      case 'name':
        return this.variable(e.name);
      case 'binary':
        return this.binary(e, wanted);
      case 'unary':
        return this.unary(e, wanted);
      case 'choose': {
        const condition = this.expression(e.condition, 'u32').value;
        const [a, b] = this.pair(e.then, e.otherwise, wanted);
        return { type: a.type, value: this.r.select(condition, a.value, b.value) };
      }
      case 'call':
        return this.call(e);
    }
  }

  private number(value: bigint, type: IntegerType): Typed {
    const bits = irType(type) === 'i64' ? 64 : 32;
    this.check(value < 1n << BigInt(bits) && value >= -(1n << BigInt(bits - 1)), `has ${value} as ${type}`);
    return { type, value: this.r.builder.constant(irType(type), BigInt.asIntN(bits, value)) };
  }

  /** Two operands of one type. */
  private pair(left: Expression, right: Expression, wanted?: IntegerType): [Typed, Typed] {
    if (left.kind === 'number' && right.kind !== 'number') {
      const b = this.expression(right, wanted);
      return [this.expression(left, b.type), b];
    }
    const a = this.expression(left, wanted);
    return [a, this.expression(right, a.type)];
  }

  private binary({ op, left, right }: Extract<Expression, { kind: 'binary' }>, wanted?: IntegerType): Typed {
    if (op === '&&' || op === '||') {
      const [a, b] = this.pair(left, right, 'u32');
      return { type: 'u32', value: this.r.op(op === '&&' ? 'and' : 'or', a.value, b.value) };
    }
    const compare = COMPARE[op];
    if (compare) {
      const [a, b] = this.pair(left, right);
      return { type: 'u32', value: this.r.test(compare[isSigned(a.type) ? 0 : 1], a.value, b.value) };
    }
    const forms = BINARY[op];
    this.check(forms, `has the operator ${op}`);
    // Of a shift the left side alone says the type; the amount is widened to it.
    const [a, b] =
      op === '<<' || op === '>>' ? this.shiftOperands(left, right, wanted) : this.pair(left, right, wanted);
    return { type: a.type, value: this.r.op(forms[isSigned(a.type) ? 0 : 1], a.value, b.value) };
  }

  private shiftOperands(left: Expression, right: Expression, wanted?: IntegerType): [Typed, Typed] {
    const a = this.expression(left, wanted);
    const amount = right.kind === 'number' ? this.number(right.value, a.type) : this.expression(right);
    return [a, this.convert(amount, a.type)];
  }

  private unary({ op, operand }: Extract<Expression, { kind: 'unary' }>, wanted?: IntegerType): Typed {
    if (op === '!') {
      const { value } = this.expression(operand);
      return { type: 'u32', value: this.r.test('eqz', value) };
    }
    if (operand.kind === 'number') {
      return this.number(op === '-' ? -operand.value : ~operand.value, wanted ?? 'u32');
    }
    const { type, value } = this.expression(operand, wanted);
    const constant = this.number(op === '-' ? 0n : -1n, type).value;
    return { type, value: op === '-' ? this.r.op('sub', constant, value) : this.r.op('xor', value, constant) };
  }

  private call({ callee, args }: Extract<Expression, { kind: 'call' }>): Typed {
    if (isIntegerType(callee)) {
      const isNumber = args[0].kind === 'number';
      return this.convert(this.expression(args[0], isNumber ? callee : undefined), callee);
    }
    const builtin = BUILTINS[callee];
    if (builtin) {
      const from = this.expression(args[0], builtin.type);
      const more = args.slice(1).map((arg) => this.expression(arg, builtin.type));
      return builtin.make(this.r, from, ...more);
    }
    const signature = this.signatures.get(callee);
    this.check(signature && signature.params.length === args.length, `calls ${callee} with ${args.length}`);
    const values = args.map((arg, i) => this.expression(arg, signature.params[i].type).value);
    return { type: signature.result, value: this.r.call(this.symbolOf(callee), irType(signature.result), ...values) };
  }

  /** A wider type takes the value as its own type says; between signed and unsigned nothing changes. */
  private convert({ type, value }: Typed, to: IntegerType): Typed {
    if (irType(type) === irType(to)) return { type: to, value };
    if (irType(to) === 'i32') return { type: to, value: this.r.test('wrap', value) };
    const op = isSigned(type) ? 'extendI32S' : 'extendI32U';
    return { type: to, value: this.r.builder.emit('i64', { op, args: [value] }) };
  }
}
