/** One IR instruction: pure ones only if somebody asked for the result, the others always. */
import { invariant } from '@kickstage/base/invariant';
import { typeId } from '../emit/tables.ts';
import type { Inst, IrModule } from '../ir/types.ts';
import type { SelectionContext } from './context.ts';
import { CS, EQ, LSL, NE } from './mir.ts';
import { selectPredicated } from './predicate.ts';
import { ALU_RULES } from './select-alu.ts';
import { emitTypedCall, selectCall } from './select-call.ts';
import { flagsOf, isCompare, materialize, select, testOf } from './select-compare.ts';
import { selectIntrinsic } from './select-intrinsic.ts';
import { load, store } from './select-memory.ts';
import { selectSingle } from './select-single.ts';
import { WIDE_RULES } from './select-wide.ts';
import { COMPARE } from './single-operations.ts';

const TRAPPING = new Set<Inst['op']>(['divS', 'divU', 'remS', 'remU']);

export function selectInst(ctx: SelectionContext, inst: Inst, module: IrModule): void {
  switch (inst.op) {
    case 'store':
      return store(ctx, inst);
    case 'call':
      return selectCall(ctx, inst);
    case 'callIndirect':
      return selectIndirectCall(ctx, inst, module);
    case 'trapIf':
      return selectTrapIf(ctx, inst);
    case 'intrinsic':
      return selectIntrinsic(ctx, inst);
    case 'load':
      if (inst.access.volatile || ctx.isRequested(inst)) load(ctx, inst);
      return;
    default:
      if (ctx.isRequested(inst) || TRAPPING.has(inst.op)) selectValue(ctx, inst);
  }
}

function selectValue(ctx: SelectionContext, inst: Inst): void {
  const [result] = inst.results;
  if (inst.op === 'const') return selectConst(ctx, inst);
  if (inst.op === 'symbolAddress') {
    return ctx.emit('address', [ctx.lowOf(result)], [], { symbol: inst.symbol, imm: inst.offset });
  }
  if (inst.op === 'select') return !ctx.isSingle(result) && selectPredicated(ctx, inst) ? undefined : select(ctx, inst);
  if (ctx.isSingle(result)) return selectSingle(ctx, inst);
  if (inst.op === 'eqz' || isCompare(inst.op) || inst.op in COMPARE) return materialize(ctx, inst, ctx.lowOf(result));
  if (inst.op === 'wrap') return ctx.emit('copy', [ctx.lowOf(result)], [ctx.use(inst.args[0])]);
  if (ctx.isWide(result)) {
    const rule = WIDE_RULES[inst.op];
    invariant(rule, `no rule for i64 ${inst.op}`);
    return rule(ctx, inst, ctx.lowOf(result), ctx.highOf(result));
  }
  const rule = ALU_RULES[inst.op];
  invariant(rule, `no rule for i32 ${inst.op}`);
  return rule(ctx, inst, ctx.lowOf(result));
}

function selectConst(ctx: SelectionContext, inst: Extract<Inst, { op: 'const' }>): void {
  const [result] = inst.results;
  ctx.emit('const', [ctx.lowOf(result)], [], { imm: Number(BigInt.asUintN(32, inst.value)) });
  if (!ctx.isWide(result)) return;
  ctx.emit('const', [ctx.highOf(result)], [], { imm: Number(BigInt.asUintN(32, inst.value >> 32n)) });
}

function selectTrapIf(ctx: SelectionContext, inst: Extract<Inst, { op: 'trapIf' }>): void {
  const cond = flagsOf(ctx, testOf(ctx, inst.args[0]));
  ctx.emit('trapIf', [], [], { cond, usesFlags: true, name: inst.reason });
}

/** A table entry is {type id, address}: the index is checked against the size, the id against the call's type. */
function selectIndirectCall(
  ctx: SelectionContext,
  inst: Extract<Inst, { op: 'callIndirect' }>,
  module: IrModule,
): void {
  const table = module.tables.find((t) => t.name === inst.table);
  invariant(table, `no table ${inst.table}`);
  const index = ctx.use(inst.args[0]);
  const size = ctx.makeConst(table.elements.length);
  ctx.emit('cmp', [], [index, size], { setsFlags: true });
  ctx.emit('trapIf', [], [], { cond: CS, usesFlags: true, name: 'undefinedElement' });
  const base = ctx.make('address', [], { symbol: table.name, imm: 0 });
  const entry = ctx.make('add', [base, index], ctx.shifted(LSL, 3));
  const id = ctx.make('ldr', [entry], { imm: 0 });
  if (module.sandbox) {
    ctx.emit('cmp', [], [id], { imm: 0, setsFlags: true });
    ctx.emit('trapIf', [], [], { cond: EQ, usesFlags: true, name: 'uninitializedElement' });
  }
  const wanted = ctx.makeConst(typeId(inst.type));
  ctx.emit('cmp', [], [id, wanted], { setsFlags: true });
  ctx.emit('trapIf', [], [], { cond: NE, usesFlags: true, name: 'indirectCallTypeMismatch' });
  const target = ctx.make('ldr', [entry], { imm: 4 });
  emitTypedCall(ctx, inst.type, inst.args.slice(1), inst.results, { target });
}
