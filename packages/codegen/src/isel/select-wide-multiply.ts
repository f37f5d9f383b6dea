/** 64-bit sums and products. Factors that are extended words take one UMULL or SMULL, and with a sum UMLAL or SMLAL. */
import type { Inst, ValueId } from '../ir/types.ts';
import type { SelectionContext } from './context.ts';
import type { Reg } from './mir.ts';
import { constantHalf, emitHalf, extensionOf } from './wide-operands.ts';

/** The multiplication of two words that gives this product. */
function wordProduct(ctx: SelectionContext, a: ValueId, b: ValueId): 'umull' | 'smull' | undefined {
  const x = extensionOf(ctx, a);
  const y = extensionOf(ctx, b);
  if (x.zero && y.zero) return 'umull';
  return x.sign && y.sign ? 'smull' : undefined;
}

export function multiplyWide(ctx: SelectionContext, { args: [a, b] }: Inst, lo: Reg, hi: Reg): void {
  const word = wordProduct(ctx, a, b);
  if (word) return ctx.emit(word, [lo, hi], [ctx.use(a), ctx.use(b)]);
  const high = ctx.fresh();
  ctx.emit('umull', [lo, high], [ctx.use(a), ctx.use(b)]);
  const [x, y] = [a, b].map((value) => constantHalf(ctx, value, 'hi') === 0);
  if (x) return ctx.emit('mla', [hi], [ctx.use(a), ctx.useHigh(b), high]);
  if (y) return ctx.emit('mla', [hi], [ctx.useHigh(a), ctx.use(b), high]);
  const cross = ctx.make('mla', [ctx.use(a), ctx.useHigh(b), high]);
  return ctx.emit('mla', [hi], [ctx.useHigh(a), ctx.use(b), cross]);
}

export function addWide(ctx: SelectionContext, { args }: Inst, lo: Reg, hi: Reg): void {
  for (const [sum, product] of [args, [args[1], args[0]]]) {
    const factors = ctx.sole(product, 'mul')?.args;
    const word = factors && wordProduct(ctx, factors[0], factors[1]);
    if (word) return accumulate(ctx, word === 'umull' ? 'umlal' : 'smlal', sum, factors, lo, hi);
  }
  const operands = constantHalf(ctx, args[0], 'hi') === undefined ? args : [args[1], args[0]];
  emitHalf(ctx, 'add', lo, operands, 'lo', { setsFlags: true });
  emitHalf(ctx, 'adc', hi, operands, 'hi', { usesFlags: true });
}

/** The sum comes into the registers of the result first: the instruction adds to them. */
function accumulate(
  ctx: SelectionContext,
  op: 'umlal' | 'smlal',
  sum: ValueId,
  [a, b]: readonly ValueId[],
  lo: Reg,
  hi: Reg,
): void {
  const factors = [ctx.use(a), ctx.use(b)];
  ctx.emit('copy', [lo], [ctx.use(sum)]);
  ctx.emit('copy', [hi], [ctx.useHigh(sum)]);
  ctx.emit(op, [lo, hi], [lo, hi, ...factors], { tied: true });
}

export function subtractWide(ctx: SelectionContext, { args }: Inst, lo: Reg, hi: Reg): void {
  emitHalf(ctx, 'sub', lo, args, 'lo', { setsFlags: true });
  emitHalf(ctx, 'sbc', hi, args, 'hi', { usesFlags: true });
}
