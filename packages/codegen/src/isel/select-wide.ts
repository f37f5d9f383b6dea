/** 64-bit arithmetic on pairs of registers. Carries go through the flags; nothing may stand between their two halves. */
import { isModifiedImmediate } from '@kickstage/armv7m/immediates';
import type { Inst, ValueId } from '../ir/types.ts';
import type { SelectionContext } from './context.ts';
import { type AluOp, CS, EQ, LSL, LSR, type Reg } from './mir.ts';
import { addWide, multiplyWide, subtractWide } from './select-wide-multiply.ts';
import { constantAmount, constantHalf, type Half, useHalf } from './wide-operands.ts';

type Rule = (ctx: SelectionContext, inst: Inst, lo: Reg, hi: Reg) => void;

interface Pair {
  readonly lo: Reg;
  readonly hi: Reg;
}

const pair = (ctx: SelectionContext, value: ValueId): Pair => ({ lo: ctx.use(value), hi: ctx.useHigh(value) });

/** Per half; two words packed into one value cost nothing. */
function bitwise(op: 'and' | 'orr' | 'eor'): Rule {
  return (ctx, { args: [a, b] }, lo, hi) => {
    for (const half of ['lo', 'hi'] as const) {
      const to = half === 'lo' ? lo : hi;
      const [x, y] = [constantHalf(ctx, a, half), constantHalf(ctx, b, half)];
      if (y !== undefined) bitwiseHalf(ctx, op, to, a, y, half);
      else if (x !== undefined) bitwiseHalf(ctx, op, to, b, x, half);
      else ctx.emit(op, [to], [useHalf(ctx, a, half), useHalf(ctx, b, half)]);
    }
  };
}

function bitwiseHalf(ctx: SelectionContext, op: AluOp, to: Reg, value: ValueId, mask: number, half: Half): void {
  if (op === 'and' && mask === 0) return ctx.emit('const', [to], [], { imm: 0 });
  if (op === 'orr' && mask === 0xffffffff) return ctx.emit('const', [to], [], { imm: mask });
  const rn = useHalf(ctx, value, half);
  if (mask === (op === 'and' ? 0xffffffff : 0)) return ctx.emit('copy', [to], [rn]);
  if (op === 'eor' && mask === 0xffffffff) return ctx.emit('mvn', [to], [rn]);
  if (isModifiedImmediate(mask)) return ctx.emit(op, [to], [rn], { imm: mask });
  return ctx.emit(op, [to], [rn, ctx.makeConst(mask)]);
}

/** (high:low) of a shift to the left of `x` by a constant 0..63. */
function shiftLeftBy(ctx: SelectionContext, x: Pair, n: number, lo: Reg, hi: Reg): void {
  if (n === 0) {
    ctx.emit('copy', [lo], [x.lo]);
    return ctx.emit('copy', [hi], [x.hi]);
  }
  if (n >= 32) {
    if (n === 32) ctx.emit('copy', [hi], [x.lo]);
    else ctx.emit('lsl', [hi], [x.lo], { imm: n - 32 });
    return ctx.emit('const', [lo], [], { imm: 0 });
  }
  const up = ctx.make('lsl', [x.hi], { imm: n });
  ctx.emit('orr', [hi], [up, x.lo], ctx.shifted(LSR, 32 - n));
  return ctx.emit('lsl', [lo], [x.lo], { imm: n });
}

function shiftRightBy(ctx: SelectionContext, x: Pair, n: number, signed: boolean, lo: Reg, hi: Reg): void {
  if (n === 0) {
    ctx.emit('copy', [lo], [x.lo]);
    return ctx.emit('copy', [hi], [x.hi]);
  }
  const op = signed ? 'asr' : 'lsr';
  if (n >= 32) {
    if (n === 32) ctx.emit('copy', [lo], [x.hi]);
    else ctx.emit(op, [lo], [x.hi], { imm: n - 32 });
    return signed ? ctx.emit('asr', [hi], [x.hi], { imm: 31 }) : ctx.emit('const', [hi], [], { imm: 0 });
  }
  const down = ctx.make('lsr', [x.lo], { imm: n });
  ctx.emit('orr', [lo], [down, x.hi], ctx.shifted(LSL, 32 - n));
  return ctx.emit(op, [hi], [x.hi], { imm: n });
}

/**
 * A register shift takes the low byte of its amount and gives 0 from 32 on; so `32 - n` and `n - 32` may be negative:
 * as bytes they are above 32 and their terms vanish.
 */
const shl: Rule = (ctx, { args: [a, b] }, lo, hi) => {
  const x = pair(ctx, a);
  const constant = constantAmount(ctx, b);
  if (constant !== undefined) return shiftLeftBy(ctx, x, constant, lo, hi);
  const n = ctx.make('and', [ctx.use(b)], { imm: 63 });
  const below = ctx.make('lsr', [x.lo, ctx.make('rsb', [n], { imm: 32 })]);
  const beyond = ctx.make('lsl', [x.lo, ctx.make('sub', [n], { imm: 32 })]);
  const up = ctx.make('lsl', [x.hi, n]);
  ctx.emit('orr', [hi], [ctx.make('orr', [up, below]), beyond]);
  return ctx.emit('lsl', [lo], [x.lo, n]);
};

const shrU: Rule = (ctx, { args: [a, b] }, lo, hi) => {
  const x = pair(ctx, a);
  const constant = constantAmount(ctx, b);
  if (constant !== undefined) return shiftRightBy(ctx, x, constant, false, lo, hi);
  const n = ctx.make('and', [ctx.use(b)], { imm: 63 });
  const above = ctx.make('lsl', [x.hi, ctx.make('rsb', [n], { imm: 32 })]);
  const beyond = ctx.make('lsr', [x.hi, ctx.make('sub', [n], { imm: 32 })]);
  const down = ctx.make('lsr', [x.lo, n]);
  ctx.emit('orr', [lo], [ctx.make('orr', [down, above]), beyond]);
  return ctx.emit('lsr', [hi], [x.hi, n]);
};

/** An arithmetic shift does not vanish beyond 31: the two cases are chosen between. */
const shrS: Rule = (ctx, { args: [a, b] }, lo, hi) => {
  const x = pair(ctx, a);
  const constant = constantAmount(ctx, b);
  if (constant !== undefined) return shiftRightBy(ctx, x, constant, true, lo, hi);
  const n = ctx.make('and', [ctx.use(b)], { imm: 63 });
  const above = ctx.make('lsl', [x.hi, ctx.make('rsb', [n], { imm: 32 })]);
  const near = ctx.make('orr', [ctx.make('lsr', [x.lo, n]), above]);
  const far = ctx.make('asr', [x.hi, ctx.make('sub', [n], { imm: 32 })]);
  ctx.emit('asr', [hi], [x.hi, n]);
  ctx.emit('cmp', [], [n], { imm: 32, setsFlags: true });
  return ctx.emit('select', [lo], [far, near], { cond: CS, usesFlags: true });
};

/** Rotation: both shifts, or a swap of the halves for 32. */
function rotate(left: boolean): Rule {
  return (ctx, { args: [a, b] }, lo, hi) => {
    const x = pair(ctx, a);
    const constant = constantAmount(ctx, b);
    if (constant !== undefined) {
      const n = left ? constant : (64 - constant) & 63;
      const source = n >= 32 ? { lo: x.hi, hi: x.lo } : x;
      return rotateLeftBy(ctx, source, n & 31, lo, hi);
    }
    const raw = ctx.use(b);
    const n = ctx.make('and', [left ? raw : ctx.make('rsb', [raw], { imm: 0 })], { imm: 63 });
    // Rotate by n mod 32 with halves exchanged first where n >= 32.
    ctx.emit('tst', [], [n], { imm: 32, setsFlags: true });
    const low = ctx.fresh();
    const high = ctx.fresh();
    ctx.emit('select', [low], [x.lo, x.hi], { cond: EQ, usesFlags: true });
    ctx.emit('select', [high], [x.hi, x.lo], { cond: EQ, usesFlags: true });
    const m = ctx.make('and', [n], { imm: 31 });
    const rest = ctx.make('rsb', [m], { imm: 32 });
    ctx.emit('orr', [lo], [ctx.make('lsl', [low, m]), ctx.make('lsr', [high, rest])]);
    return ctx.emit('orr', [hi], [ctx.make('lsl', [high, m]), ctx.make('lsr', [low, rest])]);
  };
}

function rotateLeftBy(ctx: SelectionContext, x: Pair, n: number, lo: Reg, hi: Reg): void {
  if (n === 0) {
    ctx.emit('copy', [lo], [x.lo]);
    return ctx.emit('copy', [hi], [x.hi]);
  }
  ctx.emit('orr', [lo], [ctx.make('lsl', [x.lo], { imm: n }), x.hi], ctx.shifted(LSR, 32 - n));
  return ctx.emit('orr', [hi], [ctx.make('lsl', [x.hi], { imm: n }), x.lo], ctx.shifted(LSR, 32 - n));
}

/** Leading zeros: those of the high word, or 32 more than those of the low one where the high one is zero. */
const clz: Rule = (ctx, { args: [a] }, lo, hi) => {
  const x = pair(ctx, a);
  const near = ctx.make('clz', [x.hi]);
  const far = ctx.make('add', [ctx.make('clz', [x.lo])], { imm: 32 });
  ctx.emit('cmp', [], [x.hi], { imm: 0, setsFlags: true });
  ctx.emit('select', [lo], [far, near], { cond: EQ, usesFlags: true });
  ctx.emit('const', [hi], [], { imm: 0 });
};

const ctz: Rule = (ctx, { args: [a] }, lo, hi) => {
  const x = pair(ctx, a);
  const near = ctx.make('clz', [ctx.make('rbit', [x.lo])]);
  const far = ctx.make('add', [ctx.make('clz', [ctx.make('rbit', [x.hi])])], { imm: 32 });
  ctx.emit('cmp', [], [x.lo], { imm: 0, setsFlags: true });
  ctx.emit('select', [lo], [far, near], { cond: EQ, usesFlags: true });
  ctx.emit('const', [hi], [], { imm: 0 });
};

/** Sign extension within the pair: the low word's rule, then its sign above. */
function extend(op: 'sxtb' | 'sxth' | 'copy'): Rule {
  return (ctx, { args: [a] }, lo, hi) => {
    ctx.emit(op, [lo], [ctx.use(a)]);
    ctx.emit('asr', [hi], [lo], { imm: 31 });
  };
}

const extendI32U: Rule = (ctx, { args: [a] }, lo, hi) => {
  ctx.emit('copy', [lo], [ctx.use(a)]);
  ctx.emit('const', [hi], [], { imm: 0 });
};

/** Rules for operations whose result is i64. */
export const WIDE_RULES: Partial<Record<Inst['op'], Rule>> = {
  add: addWide,
  sub: subtractWide,
  mul: multiplyWide,
  and: bitwise('and'),
  or: bitwise('orr'),
  xor: bitwise('eor'),
  shl,
  shrU,
  shrS,
  rotl: rotate(true),
  rotr: rotate(false),
  clz,
  ctz,
  extend8S: extend('sxtb'),
  extend16S: extend('sxth'),
  extend32S: extend('copy'),
  extendI32S: extend('copy'),
  extendI32U,
};
