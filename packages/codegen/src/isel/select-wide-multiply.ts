/**
 * 64-bit sums and products. Factors that are extended words take one UMULL or SMULL, with a sum UMLAL or SMLAL, and with
 * two words added UMAAL: the step of arithmetic on long numbers, `a * b + c + d`, which never overflows 64 bits. It
 * serves for words that are only added, too: the carry comes out in a register, and nothing needs the flags.
 */
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

export function addWide(ctx: SelectionContext, { args, results: [result] }: Inst, lo: Reg, hi: Reg): void {
  const step = longStep(ctx, args);
  if (step)
    return accumulate(
      ctx,
      'umaal',
      step.words,
      step.factors.map((value) => ctx.use(value)),
      lo,
      hi,
    );
  for (const [sum, product] of [args, [args[1], args[0]]]) {
    const factors = ctx.sole(product, 'mul')?.args;
    const word = factors && wordProduct(ctx, factors[0], factors[1]);
    if (!word) continue;
    const start = [ctx.use(sum), ctx.useHigh(sum)];
    const registers = factors.map((value) => ctx.use(value));
    return accumulate(ctx, word === 'umull' ? 'umlal' : 'smlal', start, registers, lo, hi);
  }
  const sum = sumOfWords(ctx, args);
  if (sum && ctx.isHighRequested(result)) return accumulate(ctx, 'umaal', sum.words, sum.factors, lo, hi);
  const operands = constantHalf(ctx, args[0], 'hi') === undefined ? args : [args[1], args[0]];
  emitHalf(ctx, 'add', lo, operands, 'lo', { setsFlags: true });
  emitHalf(ctx, 'adc', hi, operands, 'hi', { usesFlags: true });
}

interface LongStep {
  readonly factors: readonly ValueId[];
  readonly words: readonly Reg[];
}

/** A product of two words and two words more, added in whatever order. */
function longStep(ctx: SelectionContext, args: readonly ValueId[]): LongStep | undefined {
  for (const [outer, rest] of [args, [args[1], args[0]]]) {
    const inner = ctx.sole(rest, 'add')?.args;
    if (!inner) continue;
    const terms = [outer, ...inner];
    const product = terms.find((term) => isWordProduct(ctx, term));
    const words = terms.filter((term) => term !== product);
    if (product === undefined || words.length !== 2 || !words.every((word) => extensionOf(ctx, word).zero)) continue;
    return { factors: ctx.definitions[product]!.args, words: inCarryOrder(ctx, words).map((word) => ctx.use(word)) };
  }
  return undefined;
}

function isWordProduct(ctx: SelectionContext, value: ValueId): boolean {
  const factors = ctx.sole(value, 'mul')?.args;
  return factors !== undefined && wordProduct(ctx, factors[0], factors[1]) === 'umull';
}

interface WordSum {
  readonly factors: readonly Reg[];
  readonly words: readonly Reg[];
}

/** Two words added, 0 · 0 with them, or three, one of them times 1: a sum and its carry in one instruction. */
function sumOfWords(ctx: SelectionContext, args: readonly ValueId[]): WordSum | undefined {
  const areWords = (values: readonly ValueId[]) => values.every((value) => extensionOf(ctx, value).zero);
  for (const [outer, rest] of [args, [args[1], args[0]]]) {
    const inner = ctx.sole(rest, 'add')?.args;
    if (!inner || !areWords([outer, ...inner])) continue;
    const [third, ...words] = [inner[0], ...inCarryOrder(ctx, [outer, inner[1]])];
    return { factors: [ctx.use(third), ctx.shareConst(1)], words: words.map((word) => ctx.use(word)) };
  }
  if (!areWords(args) || args.some((arg) => ctx.wideConstant(arg) !== undefined)) return undefined;
  const zero = ctx.shareConst(0);
  return { factors: [zero, zero], words: inCarryOrder(ctx, [args[1], args[0]]).map((word) => ctx.use(word)) };
}

/** What was a high half, the last one added first, goes into the high register: the carry of a long number stays there. */
function inCarryOrder(ctx: SelectionContext, [last, other]: readonly ValueId[]): readonly ValueId[] {
  return ctx.definitions[last]?.op === 'shrU' ? [other, last] : [last, other];
}

/** What is added to comes into the registers of the result first: the instruction changes them. */
function accumulate(
  ctx: SelectionContext,
  op: 'umlal' | 'smlal' | 'umaal',
  [low, high]: readonly Reg[],
  factors: readonly Reg[],
  lo: Reg,
  hi: Reg,
): void {
  ctx.emit('copy', [lo], [low]);
  ctx.emit('copy', [hi], [high]);
  ctx.emit(op, [lo, hi], [lo, hi, ...factors], { tied: true });
}

export function subtractWide(ctx: SelectionContext, { args }: Inst, lo: Reg, hi: Reg): void {
  emitHalf(ctx, 'sub', lo, args, 'lo', { setsFlags: true });
  emitHalf(ctx, 'sbc', hi, args, 'hi', { usesFlags: true });
}
