/**
 * The halves of an i64 that is put together from i32 values: `extend a | extend b << 32` and its like, which is how two
 * words travel in one value. Gives the half as an i32 value where that takes no more than i32 operations on the parts.
 */
import type { ValueId } from '../ir/types.ts';
import type { FoldContext } from './fold-context.ts';

type Half = 'low' | 'high';

/** How deep the parts of a value are looked for. */
const DEPTH = 4;

export function lowHalf(ctx: FoldContext, value: ValueId): ValueId | undefined {
  return isKnown(ctx, value, 'low', DEPTH) ? take(ctx, value, 'low') : undefined;
}

export function highHalf(ctx: FoldContext, value: ValueId): ValueId | undefined {
  return isKnown(ctx, value, 'high', DEPTH) ? take(ctx, value, 'high') : undefined;
}

/** An amount of 32..63, by which a shift moves one half into the other. */
function wordShift(ctx: FoldContext, value: ValueId): bigint | undefined {
  const amount = ctx.constant(value);
  if (amount === undefined) return undefined;
  const modulo = amount & 63n;
  return modulo >= 32n ? modulo - 32n : undefined;
}

/** Asked before anything is emitted, so that a half that cannot be had leaves nothing behind. */
function isKnown(ctx: FoldContext, value: ValueId, half: Half, depth: number): boolean {
  const inst = ctx.definition(value);
  if (!inst || depth === 0) return false;
  switch (inst.op) {
    case 'const':
    case 'extendI32U':
    case 'extendI32S':
      return true;
    case 'and':
    case 'or':
    case 'xor':
      return inst.args.every((arg) => isKnown(ctx, arg, half, depth - 1));
    case 'select':
      return isKnown(ctx, inst.args[1], half, depth - 1) && isKnown(ctx, inst.args[2], half, depth - 1);
    case 'shl':
      if (wordShift(ctx, inst.args[1]) === undefined) return false;
      return half === 'low' || isKnown(ctx, inst.args[0], 'low', depth - 1);
    case 'shrU':
      if (wordShift(ctx, inst.args[1]) === undefined) return false;
      return half === 'high' || isKnown(ctx, inst.args[0], 'high', depth - 1);
    default:
      return false;
  }
}

function take(ctx: FoldContext, value: ValueId, half: Half): ValueId {
  const inst = ctx.definition(value)!;
  const zero = () => ctx.emitConstant('i32', 0n);
  switch (inst.op) {
    case 'const':
      return ctx.emitConstant('i32', half === 'low' ? inst.value : inst.value >> 32n);
    case 'extendI32U':
      return half === 'low' ? inst.args[0] : zero();
    case 'extendI32S':
      if (half === 'low') return inst.args[0];
      return ctx.emit('i32', { op: 'shrS', args: [inst.args[0], ctx.emitConstant('i32', 31n)] });
    case 'select': {
      const [condition, a, b] = inst.args;
      return ctx.emit('i32', { op: 'select', args: [condition, take(ctx, a, half), take(ctx, b, half)] });
    }
    case 'shl':
      return half === 'low' ? zero() : moved(ctx, 'shl', take(ctx, inst.args[0], 'low'), inst.args[1]);
    case 'shrU':
      return half === 'high' ? zero() : moved(ctx, 'shrU', take(ctx, inst.args[0], 'high'), inst.args[1]);
    default: {
      const [a, b] = inst.args;
      return ctx.emit('i32', { op: inst.op, args: [take(ctx, a, half), take(ctx, b, half)] });
    }
  }
}

function moved(ctx: FoldContext, op: 'shl' | 'shrU', value: ValueId, by: ValueId): ValueId {
  const amount = wordShift(ctx, by)!;
  return amount === 0n ? value : ctx.emit('i32', { op, args: [value, ctx.emitConstant('i32', amount)] });
}
