/**
 * Comparisons: into flags for a branch or a select, or into a register as 0 or 1. A comparison that only one user needs
 * is made right before that user.
 */
import { isModifiedImmediate } from '@kickstage/armv7m/immediates';
import type { CompareOp, Inst, ValueId } from '../ir/types.ts';
import type { SelectionContext } from './context.ts';
import { CC, CS, EQ, GE, GT, HI, invert, LE, LS, LT, NE, type Reg } from './mir.ts';
import { compareSingles } from './select-single.ts';
import { COMPARE } from './single-operations.ts';

const CONDITIONS: Record<CompareOp, number> = {
  eq: EQ,
  ne: NE,
  ltS: LT,
  ltU: CC,
  gtS: GT,
  gtU: HI,
  leS: LE,
  leU: LS,
  geS: GE,
  geU: CS,
};
const SWAPPED: Record<CompareOp, CompareOp> = {
  eq: 'eq',
  ne: 'ne',
  ltS: 'gtS',
  ltU: 'gtU',
  gtS: 'ltS',
  gtU: 'ltU',
  leS: 'geS',
  leU: 'geU',
  geS: 'leS',
  geU: 'leU',
};
const COMPARE_OPS = Object.keys(CONDITIONS) as CompareOp[];

const FLOAT_COMPARES = Object.keys(COMPARE) as Inst['op'][];

export const isCompare = (op: Inst['op']): op is CompareOp => (COMPARE_OPS as string[]).includes(op);

/** What a branch on `value` may use: flags under a condition, or one register that is zero or not. */
export type Test =
  | { readonly kind: 'flags'; readonly cond: number }
  | { readonly kind: 'register'; readonly reg: Reg; readonly zero: boolean };

/** Emits what is needed to test whether `value` is not zero. */
export function testOf(ctx: SelectionContext, value: ValueId, inverted = false): Test {
  const inst = ctx.sole(value, ...COMPARE_OPS, ...FLOAT_COMPARES, 'eqz', 'and', 'wrap', 'or', 'xor', 'sub');
  if (inst?.op === 'eqz') {
    if (ctx.isWide(inst.args[0])) return { kind: 'register', reg: wideAny(ctx, inst.args[0]), zero: !inverted };
    return testOf(ctx, inst.args[0], !inverted);
  }
  if (inst && inst.op in COMPARE) {
    const cond = compareSingles(ctx, inst);
    return { kind: 'flags', cond: inverted ? invert(cond) : cond };
  }
  if (inst && isCompare(inst.op)) {
    const cond = ctx.isWide(inst.args[0]) ? compareWide(ctx, inst.op, inst.args[0], inst.args[1]) : undefined;
    if (cond !== undefined) return { kind: 'flags', cond: inverted ? invert(cond) : cond };
    return compareNarrow(ctx, inst.op, inst.args[0], inst.args[1], inverted);
  }
  if (inst?.op === 'and' && !ctx.isWide(value)) return testBits(ctx, inst, inverted);
  return { kind: 'register', reg: ctx.use(value), zero: inverted };
}

/** Makes sure that a test is in the flags. */
export function flagsOf(ctx: SelectionContext, test: Test): number {
  if (test.kind === 'flags') return test.cond;
  ctx.emit('cmp', [], [test.reg], { imm: 0, setsFlags: true });
  return test.zero ? EQ : NE;
}

function testBits(ctx: SelectionContext, inst: Inst, inverted: boolean): Test {
  const [a, b] = inst.args;
  const mask = ctx.constant(b);
  if (mask !== undefined && isModifiedImmediate(mask))
    ctx.emit('tst', [], [ctx.use(a)], { imm: mask, setsFlags: true });
  else ctx.emit('tst', [], [ctx.use(a), ctx.use(b)], { setsFlags: true });
  return { kind: 'flags', cond: inverted ? EQ : NE };
}

function compareNarrow(ctx: SelectionContext, op: CompareOp, a: ValueId, b: ValueId, inverted: boolean): Test {
  const constant = ctx.constant(b);
  if (constant === 0 && (op === 'eq' || op === 'ne')) return testOf(ctx, a, (op === 'eq') !== inverted);
  const left = ctx.constant(a);
  const swap = constant === undefined && left !== undefined;
  const finalOp = swap ? SWAPPED[op] : op;
  compareRegister(ctx, ctx.use(swap ? b : a), swap ? left : constant, swap ? a : b);
  const cond = CONDITIONS[finalOp];
  return { kind: 'flags', cond: inverted ? invert(cond) : cond };
}

function compareRegister(ctx: SelectionContext, rn: Reg, constant: number | undefined, value: ValueId): void {
  if (constant !== undefined && isModifiedImmediate(constant)) {
    ctx.emit('cmp', [], [rn], { imm: constant, setsFlags: true });
  } else if (constant !== undefined && isModifiedImmediate(-constant >>> 0)) {
    ctx.emit('cmn', [], [rn], { imm: -constant >>> 0, setsFlags: true });
  } else {
    ctx.emit('cmp', [], [rn, ctx.use(value)], { setsFlags: true });
  }
}

/** One register that is zero exactly when the 64-bit value is. */
function wideAny(ctx: SelectionContext, value: ValueId): Reg {
  return ctx.make('orr', [ctx.use(value), ctx.useHigh(value)]);
}

/** 64-bit comparison into flags: equality by a difference of halves, order by a subtraction through both. */
function compareWide(ctx: SelectionContext, op: CompareOp, a: ValueId, b: ValueId): number {
  if (op === 'eq' || op === 'ne') {
    const low = ctx.make('eor', [ctx.use(a), ctx.use(b)]);
    const high = ctx.make('eor', [ctx.useHigh(a), ctx.useHigh(b)]);
    ctx.emit('cmp', [], [ctx.make('orr', [low, high])], { imm: 0, setsFlags: true });
    return op === 'eq' ? EQ : NE;
  }
  const swap = op === 'gtS' || op === 'gtU' || op === 'leS' || op === 'leU';
  const [x, y] = swap ? [b, a] : [a, b];
  ctx.emit('cmp', [], [ctx.use(x), ctx.use(y)], { setsFlags: true });
  ctx.emit('sbc', [ctx.fresh()], [ctx.useHigh(x), ctx.useHigh(y)], { setsFlags: true, usesFlags: true });
  const signed = op.endsWith('S');
  const less = op.startsWith(swap ? 'gt' : 'lt');
  if (signed) return less ? LT : GE;
  return less ? CC : CS;
}

/** A comparison whose 0 or 1 is wanted in a register. */
export function materialize(ctx: SelectionContext, inst: Inst, rd: Reg): void {
  if (inst.op === 'eqz' || (isCompare(inst.op) && inst.op === 'eq' && ctx.constant(inst.args[1]) === 0)) {
    const source = ctx.isWide(inst.args[0]) ? wideAny(ctx, inst.args[0]) : ctx.use(inst.args[0]);
    return ctx.emit('lsr', [rd], [ctx.make('clz', [source])], { imm: 5 });
  }
  if (inst.op in COMPARE) {
    const cond = compareSingles(ctx, inst);
    return ctx.emit('select', [rd], [], { cond, usesFlags: true, thenImm: 1, elseImm: 0 });
  }
  const op = inst.op as CompareOp;
  const [a, b] = inst.args;
  if (op === 'ne' && (ctx.isWide(a) ? ctx.wideConstant(b) === 0n : ctx.constant(b) === 0)) {
    // x - (x - 1) - borrow: the borrow is there for 0 alone.
    const source = ctx.isWide(a) ? wideAny(ctx, a) : ctx.use(a);
    const less = ctx.make('sub', [source], { imm: 1, setsFlags: true });
    return ctx.emit('sbc', [rd], [source, less], { usesFlags: true });
  }
  const test: Test = ctx.isWide(a)
    ? { kind: 'flags', cond: compareWide(ctx, op, a, b) }
    : compareNarrow(ctx, op, a, b, false);
  ctx.emit('select', [rd], [], { cond: flagsOf(ctx, test), usesFlags: true, thenImm: 1, elseImm: 0 });
}

/** select: both values are in registers or small constants; the flags choose. */
export function select(ctx: SelectionContext, inst: Inst): void {
  const [condition, a, b] = inst.args;
  const [result] = inst.results;
  const small = (value: ValueId) => {
    const constant = ctx.constant(value);
    return constant !== undefined && constant < 256 ? constant : undefined;
  };
  const choose = (rd: Reg, x: { reg: Reg } | { imm: number }, y: { reg: Reg } | { imm: number }, cond: number) => {
    const uses = [...('reg' in x ? [x.reg] : []), ...('reg' in y ? [y.reg] : [])];
    const imms = { ...('imm' in x ? { thenImm: x.imm } : {}), ...('imm' in y ? { elseImm: y.imm } : {}) };
    ctx.emit('select', [rd], uses, { cond, usesFlags: true, ...imms });
  };
  const operand = (value: ValueId) => {
    const imm = small(value);
    return imm === undefined ? { reg: ctx.use(value) } : { imm };
  };
  if (ctx.isSingle(result)) {
    const [x, y] = [ctx.useSingle(a), ctx.useSingle(b)];
    const cond = flagsOf(ctx, testOf(ctx, condition));
    return choose(ctx.singleOf(result), { reg: x }, { reg: y }, cond);
  }
  const wide = ctx.isWide(result);
  const x = wide ? { reg: ctx.use(a) } : operand(a);
  const y = wide ? { reg: ctx.use(b) } : operand(b);
  const high = wide ? ([{ reg: ctx.useHigh(a) }, { reg: ctx.useHigh(b) }] as const) : undefined;
  const cond = flagsOf(ctx, testOf(ctx, condition));
  choose(ctx.lowOf(result), x, y, cond);
  if (high) choose(ctx.highOf(result), high[0], high[1], cond);
}
