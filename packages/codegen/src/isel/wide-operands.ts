/** What is known of 64-bit values before any code is made for them: halves that are constants, values of 32 bits extended. */
import { isModifiedImmediate } from '@kickstage/armv7m/immediates';
import type { Inst, ValueId } from '../ir/types.ts';
import type { SelectionContext } from './context.ts';
import type { AluOp, Reg } from './mir.ts';

export type Half = 'lo' | 'hi';

/** The amount of a shift by a constant, 0..63. */
export function constantAmount(ctx: SelectionContext, value: ValueId): number | undefined {
  const constant = ctx.wideConstant(value);
  return constant === undefined ? undefined : Number(BigInt.asUintN(6, constant));
}

const isNarrowLoad = (inst: Inst, signed: boolean) =>
  inst.op === 'load' && inst.access.width < 8 && inst.access.signed === signed;

/** Whether the high half is 0. */
function isZeroExtended(ctx: SelectionContext, value: ValueId): boolean {
  const inst = ctx.definitions[value];
  if (!inst) return false;
  if (inst.op === 'extendI32U' || isNarrowLoad(inst, false)) return true;
  if (inst.op === 'const') return inst.value >= 0n && inst.value < 1n << 32n;
  if (inst.op === 'shrU') return (constantAmount(ctx, inst.args[1]) ?? 0) >= 32;
  if (inst.op === 'and') return inst.args.some((arg) => isZeroExtended(ctx, arg));
  return (inst.op === 'or' || inst.op === 'xor') && inst.args.every((arg) => isZeroExtended(ctx, arg));
}

/** Whether the high half is the low half's sign. */
function isSignExtended(ctx: SelectionContext, value: ValueId): boolean {
  const inst = ctx.definitions[value];
  if (!inst) return false;
  if (inst.op === 'extendI32S' || inst.op === 'extend32S' || isNarrowLoad(inst, true)) return true;
  if (inst.op === 'load') return inst.access.width < 4;
  if (inst.op === 'const') return BigInt.asIntN(32, inst.value) === inst.value;
  return inst.op === 'shrS' && (constantAmount(ctx, inst.args[1]) ?? 0) >= 32;
}

/** How a value's high half follows from its low one. */
export function extensionOf(ctx: SelectionContext, value: ValueId): { zero: boolean; sign: boolean } {
  return { zero: isZeroExtended(ctx, value), sign: isSignExtended(ctx, value) };
}

/** A half that is a constant. */
export function constantHalf(ctx: SelectionContext, value: ValueId, half: Half): number | undefined {
  const inst = ctx.definitions[value];
  if (inst?.op === 'const') return Number(BigInt.asUintN(32, half === 'lo' ? inst.value : inst.value >> 32n));
  if (half === 'hi') return isZeroExtended(ctx, value) ? 0 : undefined;
  return inst?.op === 'shl' && (constantAmount(ctx, inst.args[1]) ?? 0) >= 32 ? 0 : undefined;
}

export function useHalf(ctx: SelectionContext, value: ValueId, half: Half): Reg {
  return half === 'lo' ? ctx.use(value) : ctx.useHigh(value);
}

/** One half of an addition or subtraction: constants go into the instruction. */
export function emitHalf(
  ctx: SelectionContext,
  op: AluOp,
  rd: Reg,
  [a, b]: readonly ValueId[],
  half: Half,
  flags: { readonly setsFlags?: boolean; readonly usesFlags?: boolean },
): void {
  const constant = constantHalf(ctx, b, half);
  const isImmediate = constant !== undefined && isModifiedImmediate(constant);
  const uses = isImmediate ? [useHalf(ctx, a, half)] : [useHalf(ctx, a, half), useHalf(ctx, b, half)];
  ctx.emit(op, [rd], uses, { ...flags, ...(isImmediate ? { imm: constant } : {}) });
}
