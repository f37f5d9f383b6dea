/**
 * Algebraic identities, by operation. Each rule gets the instruction and its second argument as a constant, if it is
 * one. Operations that may trap keep their trap.
 */
import type { Inst, ValueId } from '../ir/types.ts';
import { type FoldContext, type Folded, wrapTo } from './fold-context.ts';
import { foldRange } from './fold-ranges.ts';
import { highHalf, lowHalf } from './halves.ts';

type Rule = (ctx: FoldContext, inst: Inst, right: bigint | undefined) => Folded;

const same = (inst: Inst): boolean => inst.args[0] === inst.args[1];
const becomes = (inst: Inst, op: Inst['op'], ...args: ValueId[]): Inst => ({ ...inst, op, args }) as Inst;

function constantOf(ctx: FoldContext, inst: Inst, value: bigint): Inst {
  const { results, place } = inst;
  return { op: 'const', value: wrapTo(ctx.type(results[0]), value), args: [], results, ...(place ? { place } : {}) };
}

/** The same operation with the second argument replaced by a constant. */
function withConstant(ctx: FoldContext, inst: Inst, op: Inst['op'], first: ValueId, value: bigint): Inst {
  return becomes(inst, op, first, ctx.emitConstant(ctx.type(first), value));
}

/** `x op c`, where the instruction that makes the value is of that kind. */
function constantPart(
  ctx: FoldContext,
  value: ValueId,
  op: Inst['op'],
): { rest: ValueId; constant: bigint } | undefined {
  const inst = ctx.definition(value);
  if (inst?.op !== op) return undefined;
  const constant = ctx.constant(inst.args[1]);
  return constant === undefined ? undefined : { rest: inst.args[0], constant };
}

const add: Rule = (ctx, inst, right) => {
  const [a] = inst.args;
  if (right === undefined) return undefined;
  if (right === 0n) return a;
  const source = ctx.definition(a);
  if (source?.op === 'symbolAddress')
    return { ...source, offset: source.offset + Number(right), results: inst.results };
  const inner = constantPart(ctx, a, 'add');
  return inner && withConstant(ctx, inst, 'add', inner.rest, inner.constant + right);
};

const subtract: Rule = (ctx, inst, right) => {
  if (same(inst)) return constantOf(ctx, inst, 0n);
  return right === undefined ? undefined : withConstant(ctx, inst, 'add', inst.args[0], -right);
};

/** Constants of a chain of one associative operation are gathered. */
const gather =
  (op: 'and' | 'or' | 'xor', combine: (a: bigint, b: bigint) => bigint): Rule =>
  (ctx, inst, right) => {
    const inner = right === undefined ? undefined : constantPart(ctx, inst.args[0], op);
    return inner && withConstant(ctx, inst, op, inner.rest, combine(inner.constant, right!));
  };

const gatherAnd = gather('and', (a, b) => a & b);
const gatherOr = gather('or', (a, b) => a | b);
const gatherXor = gather('xor', (a, b) => a ^ b);

const and: Rule = (ctx, inst, right) => {
  const [a] = inst.args;
  if (right === 0n) return constantOf(ctx, inst, 0n);
  if (right === -1n || same(inst)) return a;
  if (right === 1n && isBoolean(ctx, a)) return a;
  return foldRange(ctx, inst) ?? gatherAnd(ctx, inst, right);
};

const or: Rule = (ctx, inst, right) => {
  if (right === 0n || same(inst)) return inst.args[0];
  if (right === -1n) return constantOf(ctx, inst, -1n);
  return foldRange(ctx, inst) ?? gatherOr(ctx, inst, right);
};

const xor: Rule = (ctx, inst, right) => {
  if (same(inst)) return constantOf(ctx, inst, 0n);
  if (right === 0n) return inst.args[0];
  if (right === 1n && isBoolean(ctx, inst.args[0])) return becomes(inst, 'eqz', inst.args[0]);
  return gatherXor(ctx, inst, right);
};

const multiply: Rule = (ctx, inst, right) => {
  if (right === 0n) return constantOf(ctx, inst, 0n);
  if (right === 1n) return inst.args[0];
  const shift = right === undefined ? undefined : logarithm(right, ctx.bits(inst.args[0]));
  return shift === undefined ? undefined : withConstant(ctx, inst, 'shl', inst.args[0], shift);
};

const divideUnsigned: Rule = (ctx, inst, right) => {
  if (right === 1n) return inst.args[0];
  const shift = right === undefined ? undefined : logarithm(right, ctx.bits(inst.args[0]));
  return shift === undefined ? undefined : withConstant(ctx, inst, 'shrU', inst.args[0], shift);
};

const remainderUnsigned: Rule = (ctx, inst, right) => {
  const shift = right === undefined ? undefined : logarithm(right, ctx.bits(inst.args[0]));
  return shift === undefined ? undefined : withConstant(ctx, inst, 'and', inst.args[0], (1n << shift) - 1n);
};

/** n for 2^n, the value read as unsigned; undefined for anything else. */
function logarithm(value: bigint, bits: 32 | 64): bigint | undefined {
  const unsigned = BigInt.asUintN(bits, value);
  if (unsigned === 0n || (unsigned & (unsigned - 1n)) !== 0n) return undefined;
  return BigInt(unsigned.toString(2).length - 1);
}

/** Shifts and rotations by nothing; two shifts of one kind in a row. */
const shift: Rule = (ctx, inst, right) => {
  if (right === undefined) return undefined;
  const bits = BigInt(ctx.bits(inst.args[0]));
  const amount = right & (bits - 1n);
  if (amount === 0n) return inst.args[0];
  const inner = constantPart(ctx, inst.args[0], inst.op);
  if (!inner) return undefined;
  const total = (inner.constant & (bits - 1n)) + amount;
  if (inst.op === 'rotl' || inst.op === 'rotr')
    return withConstant(ctx, inst, inst.op, inner.rest, total & (bits - 1n));
  if (total < bits) return withConstant(ctx, inst, inst.op, inner.rest, total);
  return inst.op === 'shrS' ? withConstant(ctx, inst, 'shrS', inner.rest, bits - 1n) : constantOf(ctx, inst, 0n);
};

const INVERSE: Partial<Record<Inst['op'], Inst['op']>> = {
  eq: 'ne',
  ne: 'eq',
  ltS: 'geS',
  geS: 'ltS',
  ltU: 'geU',
  geU: 'ltU',
  gtS: 'leS',
  leS: 'gtS',
  gtU: 'leU',
  leU: 'gtU',
};

/** Whether the value can be 0 or 1 alone, as far as `depth` operations tell. */
function isBoolean(ctx: FoldContext, value: ValueId, depth = 3): boolean {
  const inst = ctx.definition(value);
  if (!inst) return false;
  if (inst.op === 'const') return ctx.type(value) === 'i32' && (inst.value === 0n || inst.value === 1n);
  if (inst.op === 'and' || inst.op === 'or')
    return depth > 0 && inst.args.every((arg) => isBoolean(ctx, arg, depth - 1));
  return inst.op === 'eqz' || inst.op in INVERSE;
}

const isZero: Rule = (ctx, inst) => {
  const source = ctx.definition(inst.args[0]);
  if (!source) return undefined;
  const inverse = INVERSE[source.op];
  if (inverse) return becomes(inst, inverse, ...source.args);
  if (source.op === 'eqz') {
    if (isBoolean(ctx, source.args[0])) return source.args[0];
    return withConstant(ctx, inst, 'ne', source.args[0], 0n);
  }
  if (source.op === 'extendI32U' || source.op === 'extendI32S') return becomes(inst, 'eqz', source.args[0]);
  return undefined;
};

const equal: Rule = (ctx, inst, right) => {
  if (same(inst)) return constantOf(ctx, inst, 1n);
  if (right === 0n) return becomes(inst, 'eqz', inst.args[0]);
  return undefined;
};

const notEqual: Rule = (ctx, inst, right) => {
  const [a] = inst.args;
  if (same(inst)) return constantOf(ctx, inst, 0n);
  if (right !== 0n) return undefined;
  if (ctx.type(a) === 'i32' && isBoolean(ctx, a)) return a;
  return undefined;
};

/** Comparisons that one end of the range decides, or that ask for zero. */
const lessUnsigned: Rule = (ctx, inst, right) => {
  if (right === 0n || same(inst)) return constantOf(ctx, inst, 0n);
  return right === 1n ? becomes(inst, 'eqz', inst.args[0]) : undefined;
};

const notLessUnsigned: Rule = (ctx, inst, right) => {
  if (right === 0n || same(inst)) return constantOf(ctx, inst, 1n);
  return right === 1n ? withConstant(ctx, inst, 'ne', inst.args[0], 0n) : undefined;
};

const greaterUnsigned: Rule = (ctx, inst, right) => {
  if (same(inst)) return constantOf(ctx, inst, 0n);
  return right === 0n ? withConstant(ctx, inst, 'ne', inst.args[0], 0n) : undefined;
};

const notGreaterUnsigned: Rule = (ctx, inst, right) => {
  if (same(inst)) return constantOf(ctx, inst, 1n);
  return right === 0n ? becomes(inst, 'eqz', inst.args[0]) : undefined;
};

const decidedWhenSame =
  (value: bigint): Rule =>
  (ctx, inst) =>
    same(inst) ? constantOf(ctx, inst, value) : undefined;

const select: Rule = (ctx, inst) => {
  const [condition, a, b] = inst.args;
  if (a === b) return a;
  const known = ctx.constant(condition);
  if (known !== undefined) return known !== 0n ? a : b;
  const source = ctx.definition(condition);
  if (source?.op === 'eqz' && ctx.type(source.args[0]) === 'i32') return becomes(inst, 'select', source.args[0], b, a);
  if (ctx.type(a) !== 'i32' || !isBoolean(ctx, condition)) return undefined;
  const [whenSet, whenClear] = [ctx.constant(a), ctx.constant(b)];
  if (whenSet === 1n && whenClear === 0n) return condition;
  if (whenSet === 0n && whenClear === 1n) return becomes(inst, 'eqz', condition);
  if ((whenClear === 0n || b === condition) && isBoolean(ctx, a)) return becomes(inst, 'and', condition, a);
  return (whenSet === 1n || a === condition) && isBoolean(ctx, b) ? becomes(inst, 'or', condition, b) : undefined;
};

const wrap: Rule = (ctx, inst) => lowHalf(ctx, inst.args[0]);

const shiftRightUnsigned: Rule = (ctx, inst, right) => {
  const folded = shift(ctx, inst, right);
  if (folded !== undefined || right === undefined || ctx.bits(inst.args[0]) === 32 || (right & 63n) < 32n)
    return folded;
  const high = highHalf(ctx, inst.args[0]);
  if (high === undefined) return undefined;
  const amount = (right & 63n) - 32n;
  const low = amount === 0n ? high : ctx.emit('i32', { op: 'shrU', args: [high, ctx.emitConstant('i32', amount)] });
  return becomes(inst, 'extendI32U', low);
};

export const FOLD_RULES: Partial<Record<Inst['op'], Rule>> = {
  add,
  sub: subtract,
  mul: multiply,
  divU: divideUnsigned,
  remU: remainderUnsigned,
  and,
  or,
  xor,
  shl: shift,
  shrS: shift,
  shrU: shiftRightUnsigned,
  rotl: shift,
  rotr: shift,
  eqz: isZero,
  eq: equal,
  ne: notEqual,
  ltU: lessUnsigned,
  geU: notLessUnsigned,
  gtU: greaterUnsigned,
  leU: notGreaterUnsigned,
  ltS: decidedWhenSame(0n),
  gtS: decidedWhenSame(0n),
  leS: decidedWhenSame(1n),
  geS: decidedWhenSame(1n),
  select,
  wrap,
};
