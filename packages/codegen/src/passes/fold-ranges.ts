/** Two comparisons of one value with constants, joined by `and` or `or`, are one comparison where they bound a range. */
import type { Inst, ValueId } from '../ir/types.ts';
import type { FoldContext, Folded } from './fold-context.ts';

interface Range {
  readonly value: ValueId;
  /** Unsigned or signed numbers, both ends inside. */
  readonly low: bigint;
  readonly high: bigint;
  readonly signed: boolean;
}

const MASK = { 32: 0xffff_ffffn, 64: 0xffff_ffff_ffff_ffffn } as const;

/** The values for which a comparison with a constant holds, as a range; undefined for anything else. */
function rangeOf(ctx: FoldContext, inst: Inst | undefined): Range | undefined {
  if (inst?.args.length !== 2) return undefined;
  const [value] = inst.args;
  const constant = ctx.constant(inst.args[1]);
  const match = /^(lt|le|gt|ge)([SU])$/.exec(inst.op);
  if (constant === undefined || !match) return undefined;
  const signed = match[2] === 'S';
  const bits = ctx.bits(value);
  const top = MASK[bits];
  const [least, most] = signed ? [-(top >> 1n) - 1n, top >> 1n] : [0n, top];
  const number = signed ? constant : constant & top;
  switch (match[1]) {
    case 'lt':
      return { value, low: least, high: number - 1n, signed };
    case 'le':
      return { value, low: least, high: number, signed };
    case 'gt':
      return { value, low: number + 1n, high: most, signed };
    default:
      return { value, low: number, high: most, signed };
  }
}

/** The complement of a range that touches one end. */
function outside(range: Range, bits: 32 | 64): Range {
  const top = MASK[bits];
  const [least, most] = range.signed ? [-(top >> 1n) - 1n, top >> 1n] : [0n, top];
  if (range.low === least) return { ...range, low: range.high + 1n, high: most };
  return { ...range, low: least, high: range.low - 1n };
}

/** `x >= low & x <= high` as `x - low <= high - low`, unsigned; `or` of what lies outside likewise. */
export function foldRange(ctx: FoldContext, inst: Inst): Folded {
  const [a, b] = inst.args.map((arg) => rangeOf(ctx, ctx.definition(arg)));
  if (!a || !b || a.value !== b.value || a.signed !== b.signed) return undefined;
  const bits = ctx.bits(a.value);
  const isOr = inst.op === 'or';
  const [x, y] = isOr ? [outside(a, bits), outside(b, bits)] : [a, b];
  const low = x.low > y.low ? x.low : y.low;
  const high = x.high < y.high ? x.high : y.high;
  if (low > high) return undefined;
  const type = ctx.type(a.value);
  const moved =
    low === 0n && !a.signed ? a.value : ctx.emit(type, { op: 'add', args: [a.value, ctx.emitConstant(type, -low)] });
  const limit = ctx.emitConstant(type, high - low);
  return { ...inst, op: isOr ? 'gtU' : 'leU', args: [moved, limit] } as Inst;
}
