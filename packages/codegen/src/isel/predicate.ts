/**
 * Choices between a value and what one instruction makes: `c ? x ^ y : x` is an instruction under a condition (an IT
 * block, DDI 0403E A7.7.38) that changes x, where a choice between two finished values takes a move for each.
 */
import type { Inst, ValueId } from '../ir/types.ts';
import type { SelectionContext } from './context.ts';
import { invert, type MOp } from './mir.ts';
import { ALU_RULES } from './select-alu.ts';
import { flagsOf, testOf } from './select-compare.ts';

const PREDICABLE: ReadonlySet<MOp> = new Set<MOp>([
  ...(['add', 'sub', 'rsb', 'and', 'orr', 'eor', 'bic', 'orn', 'mvn', 'lsl', 'lsr', 'asr', 'ror'] as const),
  ...(['mul', 'mla', 'mls', 'uxtb', 'uxth', 'sxtb', 'sxth', 'ubfx', 'sbfx', 'rev', 'clz'] as const),
]);
const OPERATIONS = [
  ...(['add', 'sub', 'and', 'or', 'xor', 'shl', 'shrU', 'shrS', 'rotl', 'rotr', 'mul'] as const),
  ...(['extend8S', 'extend16S', 'clz'] as const),
] as const;

/** Selects the choice as an instruction under a condition, if one of its values is made by one. */
export function selectPredicated(ctx: SelectionContext, { args: [condition, a, b], results: [result] }: Inst): boolean {
  if (ctx.isWide(result) || a === b) return false;
  const [whenSet, whenClear] = [operationOf(ctx, a), operationOf(ctx, b)];
  const changed = whenClear?.args.includes(a) ? whenClear : (whenSet ?? whenClear);
  if (!changed) return false;
  const other = changed === whenSet ? b : a;
  const rd = ctx.lowOf(result);
  const before = ctx.pending;
  ctx.pending = [];
  ALU_RULES[changed.op]!(ctx, changed, rd);
  const made = ctx.pending;
  ctx.pending = before;
  const last = made.pop();
  if (!last || !PREDICABLE.has(last.op)) return false;
  ctx.pending.push(...made);
  const source = ctx.use(other);
  const cond = flagsOf(ctx, testOf(ctx, condition));
  ctx.emit('copy', [rd], [source]);
  const flags = { cond: changed === whenSet ? cond : invert(cond), usesFlags: true } as const;
  ctx.pending.push({ ...last, ...flags, uses: [rd, ...last.uses], tied: true, predicated: true });
  return true;
}

function operationOf(ctx: SelectionContext, value: ValueId): Inst | undefined {
  return ctx.sole(value, ...OPERATIONS);
}
