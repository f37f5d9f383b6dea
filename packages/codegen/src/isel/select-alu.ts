/** 32-bit arithmetic, logic and shifts: constants go into the instruction, single-use shifts into its second operand. */

import { isModifiedImmediate } from '@kickstage/armv7m/immediates';
import type { Inst, ValueId } from '../ir/types.ts';
import { permutationOf } from './bit-origins.ts';
import type { SelectionContext } from './context.ts';
import { type AluOp, ASR, EQ, LSL, LSR, type Reg, ROR, type ShiftOp } from './mir.ts';

type Rule = (ctx: SelectionContext, inst: Inst, rd: Reg) => void;

const SHIFT_TYPES: Partial<Record<Inst['op'], number>> = { shl: LSL, shrU: LSR, shrS: ASR, rotr: ROR };
const SHIFT_OPS: readonly ShiftOp[] = ['lsl', 'lsr', 'asr', 'ror'];

/** A single-use shift by a constant 1..31, as the second operand of an instruction. */
function shiftOperand(ctx: SelectionContext, value: ValueId) {
  const inst = ctx.sole(value, 'shl', 'shrU', 'shrS', 'rotr', 'rotl');
  if (!inst || ctx.isWide(value)) return undefined;
  const amount = (ctx.constant(inst.args[1]) ?? 0) & 31;
  if (amount === 0) return undefined;
  if (inst.op === 'rotl') return { value: inst.args[0], shift: { type: ROR, amount: 32 - amount } };
  return { value: inst.args[0], shift: { type: SHIFT_TYPES[inst.op]!, amount } };
}

/** Rd = a op b, trying constants and shifts on the right, and on the left where `swapped` gives the operation for it. */
function alu(ctx: SelectionContext, op: AluOp, rd: Reg, a: ValueId, b: ValueId, swapped?: AluOp): void {
  const right = ctx.constant(b);
  if (right !== undefined && isModifiedImmediate(right)) return ctx.emit(op, [rd], [ctx.use(a)], { imm: right });
  const rightShift = shiftOperand(ctx, b);
  if (rightShift) return ctx.emit(op, [rd], [ctx.use(a), ctx.use(rightShift.value)], { shift: rightShift.shift });
  if (swapped) {
    const left = ctx.constant(a);
    if (left !== undefined && isModifiedImmediate(left)) return ctx.emit(swapped, [rd], [ctx.use(b)], { imm: left });
    const leftShift = shiftOperand(ctx, a);
    if (leftShift) return ctx.emit(swapped, [rd], [ctx.use(b), ctx.use(leftShift.value)], { shift: leftShift.shift });
  }
  return ctx.emit(op, [rd], [ctx.use(a), ctx.use(b)]);
}

const add: Rule = (ctx, { args: [a, b] }, rd) => {
  const constant = ctx.constant(b);
  if (constant !== undefined) {
    const negated = -constant >>> 0;
    // A small one fits 16 bits, though its complement may be a modified immediate of 32.
    if (negated < 256) return ctx.emit('sub', [rd], [ctx.use(a)], { imm: negated });
    if (isModifiedImmediate(constant) || constant < 4096) return ctx.emit('add', [rd], [ctx.use(a)], { imm: constant });
    if (isModifiedImmediate(negated) || negated < 4096) return ctx.emit('sub', [rd], [ctx.use(a)], { imm: negated });
  }
  const left = ctx.sole(a, 'mul');
  const right = ctx.sole(b, 'mul');
  if (right) return ctx.emit('mla', [rd], [ctx.use(right.args[0]), ctx.use(right.args[1]), ctx.use(a)]);
  if (left) return ctx.emit('mla', [rd], [ctx.use(left.args[0]), ctx.use(left.args[1]), ctx.use(b)]);
  return alu(ctx, 'add', rd, a, b, 'add');
};

const sub: Rule = (ctx, { args: [a, b] }, rd) => {
  const constant = ctx.constant(b);
  if (constant !== undefined && constant < 4096) return ctx.emit('sub', [rd], [ctx.use(a)], { imm: constant });
  const right = ctx.sole(b, 'mul');
  if (right) return ctx.emit('mls', [rd], [ctx.use(right.args[0]), ctx.use(right.args[1]), ctx.use(a)]);
  return alu(ctx, 'sub', rd, a, b, 'rsb');
};

const and: Rule = (ctx, { args: [a, b] }, rd) => {
  const mask = ctx.constant(b);
  if (mask !== undefined && extractBits(ctx, rd, a, mask)) return;
  if (mask === 0xff) return ctx.emit('uxtb', [rd], [ctx.use(a)]);
  if (mask === 0xffff) return ctx.emit('uxth', [rd], [ctx.use(a)]);
  if (mask !== undefined && !isModifiedImmediate(mask)) {
    const width = 32 - Math.clz32(mask);
    if (mask === 2 ** width - 1) return ctx.emit('ubfx', [rd], [ctx.use(a)], { lsb: 0, width });
    if (isModifiedImmediate(~mask >>> 0)) return ctx.emit('bic', [rd], [ctx.use(a)], { imm: ~mask >>> 0 });
  }
  return alu(ctx, 'and', rd, a, b, 'and');
};

/** A mask of low bits behind a shift down that serves nothing else: one instruction. */
function extractBits(ctx: SelectionContext, rd: Reg, value: ValueId, mask: number): boolean {
  const source = ctx.sole(value, 'shrU');
  const amount = source && ctx.constant(source.args[1]);
  const width = 32 - Math.clz32(mask);
  if (!source || amount === undefined || width === 0 || mask !== 2 ** width - 1) return false;
  const lsb = amount & 31;
  if (lsb + width > 32) return false;
  ctx.emit('ubfx', [rd], [ctx.use(source.args[0])], { lsb, width });
  return true;
}

const or: Rule = (ctx, { args: [a, b], results: [result] }, rd) => {
  const permutation = permutationOf(ctx, result);
  if (permutation?.kind === 'rotate')
    return ctx.emit('ror', [rd], [ctx.use(permutation.value)], { imm: permutation.right });
  if (permutation) return ctx.emit('rev', [rd], [ctx.use(permutation.value)]);
  const mask = ctx.constant(b);
  if (mask !== undefined && !isModifiedImmediate(mask) && isModifiedImmediate(~mask >>> 0)) {
    return ctx.emit('orn', [rd], [ctx.use(a)], { imm: ~mask >>> 0 });
  }
  return alu(ctx, 'orr', rd, a, b, 'orr');
};

const xor: Rule = (ctx, { args: [a, b] }, rd) => {
  if (ctx.constant(b) === 0xffffffff) return ctx.emit('mvn', [rd], [ctx.use(a)]);
  return alu(ctx, 'eor', rd, a, b, 'eor');
};

/** wasm takes shift amounts modulo 32; the processor takes a byte, so that a variable amount is masked unless it is. */
function shiftAmount(ctx: SelectionContext, amount: ValueId): Reg {
  const mask = ctx.definitions[amount];
  if (mask?.op === 'and') {
    const bits = ctx.constant(mask.args[1]);
    if (bits !== undefined && (bits & ~31) === 0) return ctx.use(amount);
  }
  return ctx.make('and', [ctx.use(amount)], { imm: 31 });
}

function shift(op: ShiftOp): Rule {
  return (ctx, { args: [a, b] }, rd) => {
    const constant = ctx.constant(b);
    if (constant === undefined) return ctx.emit(op, [rd], [ctx.use(a), shiftAmount(ctx, b)]);
    const amount = constant & 31;
    if (amount === 0) return ctx.emit('copy', [rd], [ctx.use(a)]);
    return ctx.emit(op, [rd], [ctx.use(a)], { imm: amount });
  };
}

const shrU: Rule = (ctx, inst, rd) => {
  const [a, b] = inst.args;
  const source = ctx.sole(a, 'shl');
  const up = source && ctx.constant(source.args[1]);
  const down = ctx.constant(b);
  if (source && up !== undefined && down !== undefined && (down & 31) >= (up & 31) && (up & 31) > 0) {
    return ctx.emit('ubfx', [rd], [ctx.use(source.args[0])], { lsb: (down & 31) - (up & 31), width: 32 - (down & 31) });
  }
  return shift('lsr')(ctx, inst, rd);
};

const shrS: Rule = (ctx, inst, rd) => {
  const [a, b] = inst.args;
  const source = ctx.sole(a, 'shl');
  const up = source && ctx.constant(source.args[1]);
  const down = ctx.constant(b);
  if (source && up !== undefined && down !== undefined && (down & 31) >= (up & 31) && (up & 31) > 0) {
    const width = 32 - (down & 31);
    const lsb = (down & 31) - (up & 31);
    if (lsb === 0 && width === 8) return ctx.emit('sxtb', [rd], [ctx.use(source.args[0])]);
    if (lsb === 0 && width === 16) return ctx.emit('sxth', [rd], [ctx.use(source.args[0])]);
    return ctx.emit('sbfx', [rd], [ctx.use(source.args[0])], { lsb, width });
  }
  return shift('asr')(ctx, inst, rd);
};

/** ROR takes the low byte of its amount, and 256 is a multiple of 32: no masking. */
const rotr: Rule = (ctx, { args: [a, b] }, rd) => {
  const constant = ctx.constant(b);
  if (constant === undefined) return ctx.emit('ror', [rd], [ctx.use(a), ctx.use(b)]);
  if ((constant & 31) === 0) return ctx.emit('copy', [rd], [ctx.use(a)]);
  return ctx.emit('ror', [rd], [ctx.use(a)], { imm: constant & 31 });
};

const rotl: Rule = (ctx, { args: [a, b] }, rd) => {
  const constant = ctx.constant(b);
  if (constant === undefined) return ctx.emit('ror', [rd], [ctx.use(a), ctx.make('rsb', [ctx.use(b)], { imm: 0 })]);
  if ((constant & 31) === 0) return ctx.emit('copy', [rd], [ctx.use(a)]);
  return ctx.emit('ror', [rd], [ctx.use(a)], { imm: 32 - (constant & 31) });
};

const mul: Rule = (ctx, { args: [a, b] }, rd) => {
  const constant = ctx.constant(b);
  if (constant !== undefined && constant > 2) {
    const log = Math.log2(constant - 1);
    if (Number.isInteger(log))
      return ctx.emit('add', [rd], [ctx.use(a), ctx.use(a)], { shift: { type: LSL, amount: log } });
    const above = Math.log2(constant + 1);
    if (Number.isInteger(above) && above < 32) {
      return ctx.emit('rsb', [rd], [ctx.use(a), ctx.use(a)], { shift: { type: LSL, amount: above } });
    }
  }
  return ctx.emit('mul', [rd], [ctx.use(a), ctx.use(b)]);
};

/** A value with a bit that is set for sure, or one above a shift down. */
function isNeverZero(ctx: SelectionContext, value: ValueId): boolean {
  const inst = ctx.definitions[value];
  const constant = inst && ctx.constant(inst.args[1]);
  if (!constant) return false;
  if (inst.op === 'or') return true;
  const shifted = ctx.definitions[inst.args[0]];
  return (
    inst.op === 'add' && constant === 1 && shifted?.op === 'shrU' && ((ctx.constant(shifted.args[1]) ?? 0) & 31) > 0
  );
}

/** Division by zero and the one signed overflow trap; a constant divisor tells that they cannot happen. */
function guardDivision(ctx: SelectionContext, dividend: ValueId, divisor: ValueId, overflow: boolean): void {
  const constant = ctx.constant(divisor);
  if (constant === 0 || (constant === undefined && !isNeverZero(ctx, divisor))) {
    ctx.emit('cmp', [], [ctx.use(divisor)], { imm: 0, setsFlags: true });
    ctx.emit('trapIf', [], [], { cond: EQ, usesFlags: true, name: 'integerDivideByZero' });
  }
  if (!overflow || (constant !== undefined && constant !== 0xffffffff)) return;
  const check = ctx.make('eor', [ctx.use(dividend)], { imm: 0x80000000 });
  const both = ctx.make('mvn', [ctx.use(divisor)]);
  const any = ctx.make('orr', [check, both]);
  ctx.emit('cmp', [], [any], { imm: 0, setsFlags: true });
  ctx.emit('trapIf', [], [], { cond: EQ, usesFlags: true, name: 'integerOverflow' });
}

const divU: Rule = (ctx, { args: [a, b] }, rd) => {
  guardDivision(ctx, a, b, false);
  ctx.emit('udiv', [rd], [ctx.use(a), ctx.use(b)]);
};

const divS: Rule = (ctx, { args: [a, b] }, rd) => {
  guardDivision(ctx, a, b, true);
  ctx.emit('sdiv', [rd], [ctx.use(a), ctx.use(b)]);
};

function remainder(op: 'udiv' | 'sdiv'): Rule {
  return (ctx, { args: [a, b] }, rd) => {
    guardDivision(ctx, a, b, false);
    const quotient = ctx.make(op, [ctx.use(a), ctx.use(b)]);
    ctx.emit('mls', [rd], [quotient, ctx.use(b), ctx.use(a)]);
  };
}

const ctz: Rule = (ctx, { args: [a] }, rd) => {
  ctx.emit('clz', [rd], [ctx.make('rbit', [ctx.use(a)])]);
};

/** Counts bits by sums in fields of 2, 4 and 8 bits, then adds the bytes by a multiplication. */
const popcnt: Rule = (ctx, { args: [a] }, rd) => {
  const x = ctx.use(a);
  const odd = ctx.make('and', [ctx.make('lsr', [x], { imm: 1 })], { imm: 0x55555555 });
  const pairs = ctx.make('sub', [x, odd]);
  const low = ctx.make('and', [pairs], { imm: 0x33333333 });
  const high = ctx.make('and', [ctx.make('lsr', [pairs], { imm: 2 })], { imm: 0x33333333 });
  const nibbles = ctx.make('add', [low, high]);
  const bytes = ctx.make('and', [ctx.make('add', [nibbles, nibbles], { shift: { type: LSR, amount: 4 } })], {
    imm: 0x0f0f0f0f,
  });
  const sum = ctx.make('mul', [bytes, ctx.makeConst(0x01010101)]);
  ctx.emit('lsr', [rd], [sum], { imm: 24 });
};

const unary =
  (op: 'clz' | 'sxtb' | 'sxth'): Rule =>
  (ctx, { args: [a] }, rd) =>
    ctx.emit(op, [rd], [ctx.use(a)]);

/** Rules for operations whose arguments and result are i32. */
export const ALU_RULES: Partial<Record<Inst['op'], Rule>> = {
  add,
  sub,
  and,
  or,
  xor,
  mul,
  divU,
  divS,
  remU: remainder('udiv'),
  remS: remainder('sdiv'),
  shl: shift(SHIFT_OPS[LSL]),
  shrU,
  shrS,
  rotl,
  rotr,
  clz: unary('clz'),
  ctz,
  popcnt,
  extend8S: unary('sxtb'),
  extend16S: unary('sxth'),
};
