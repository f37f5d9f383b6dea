/**
 * Values in registers of class single: the unit's own operations, and what else may live there (loads, stores, selects,
 * sign bits, constants). A product that only one sum needs is added by VMLA, which rounds it like VMUL does.
 */
import type { Inst } from '../ir/types.ts';
import { isSingleAccess, signChange } from './banks.ts';
import type { SelectionContext } from './context.ts';
import type { Reg } from './mir.ts';
import { singleAddress } from './select-memory.ts';
import { BINARY, COMPARE, UNARY } from './single-operations.ts';

type LoadOrStore = Extract<Inst, { op: 'load' | 'store' }>;

/** Emits an operation of the unit whose result is in class single. */
export function selectSingle(ctx: SelectionContext, inst: Inst): void {
  const { op, args, results } = inst;
  const rd = ctx.singleOf(results[0]);
  const binary = BINARY[op];
  if (binary) {
    if (multiplyAccumulate(ctx, inst, rd)) return;
    return ctx.emit(binary, [rd], [ctx.useSingle(args[0]), ctx.useSingle(args[1])]);
  }
  const unary = UNARY[op] ?? signChange(op, ctx.constant(args[1]));
  if (unary) ctx.emit(unary, [rd], [ctx.useSingle(args[0])]);
}

/** a + b * c, a - b * c: the sum comes into the register of the result first. */
function multiplyAccumulate(ctx: SelectionContext, { op, args: [a, b] }: Inst, rd: Reg): boolean {
  if (op !== 'f32Add' && op !== 'f32Sub') return false;
  const right = ctx.sole(b, 'f32Mul');
  const left = right || op === 'f32Sub' ? undefined : ctx.sole(a, 'f32Mul');
  const product = right ?? left;
  if (!product) return false;
  const factors = product.args.map((factor) => ctx.useSingle(factor));
  ctx.emit('copy', [rd], [ctx.useSingle(right ? a : b)]);
  ctx.emit(op === 'f32Add' ? 'vmla' : 'vmls', [rd], [rd, ...factors], { tied: true });
  return true;
}

/** Compares two floats; gives the condition that holds where the operation does. */
export function compareSingles(ctx: SelectionContext, { op, args: [a, b] }: Inst): number {
  const isZero = ctx.constant(b) === 0;
  ctx.emit('vcmp', [], isZero ? [ctx.useSingle(a)] : [ctx.useSingle(a), ctx.useSingle(b)], { setsFlags: true });
  return COMPARE[op]!;
}

export function loadSingle(ctx: SelectionContext, { args, access, results }: Extract<Inst, { op: 'load' }>): void {
  const { reg, offset } = singleAddress(ctx, args[0], access.offset);
  ctx.emit('vldr', [ctx.singleOf(results[0])], [reg], { imm: offset });
}

/** Stores a value from where it lives; false where that is no register of class single. */
export function storeSingle(ctx: SelectionContext, inst: Extract<LoadOrStore, { op: 'store' }>): boolean {
  const [address, value] = inst.args;
  if (!ctx.isSingle(value) || !isSingleAccess(inst)) return false;
  const { reg, offset } = singleAddress(ctx, address, inst.access.offset);
  ctx.emit('vstr', [], [ctx.useSingle(value), reg], { imm: offset });
  return true;
}
