/** Loads and stores: constant offsets, scaled indices and shared bases go into the address. */
import type { Inst, MemoryAccess, ValueId } from '../ir/types.ts';
import type { SelectionContext } from './context.ts';
import { LSL, type MemoryOp, type Reg, type Shift } from './mir.ts';
import { loadSingle, storeSingle } from './select-single.ts';

interface Address {
  readonly regs: readonly Reg[];
  readonly offset: number;
  readonly shift?: Shift;
}

const LOADS: Record<string, MemoryOp> = {
  '1u': 'ldrb',
  '1s': 'ldrsb',
  '2u': 'ldrh',
  '2s': 'ldrsh',
  '4u': 'ldr',
  '4s': 'ldr',
};
const STORES: Record<number, MemoryOp> = { 1: 'strb', 2: 'strh', 4: 'str' };

/** Offsets that every single load and store takes: -255..4095 (DDI 0403E A7.7.43, encodings T3 and T4). */
const fitsSingle = (offset: number) => offset >= -255 && offset <= 4095;

/** `limit` says which constant offsets the access takes. */
function addressOf(
  ctx: SelectionContext,
  value: ValueId,
  offset: number,
  fits: (offset: number) => boolean,
  index: boolean,
): Address {
  const inst = ctx.definitions[value];
  if (inst?.op === 'add' && ctx.useCounts[value] === 1) {
    const constant = ctx.constant(inst.args[1]);
    if (constant !== undefined && fits(offset + (constant | 0))) {
      return addressOf(ctx, inst.args[0], offset + (constant | 0), fits, index);
    }
    if (offset === 0 && index && constant === undefined) return indexed(ctx, inst.args[0], inst.args[1]);
  }
  if (inst?.op === 'symbolAddress' && !fits(offset)) {
    return { regs: [ctx.make('address', [], { symbol: inst.symbol, imm: inst.offset + offset })], offset: 0 };
  }
  if (fits(offset)) return { regs: [ctx.use(value)], offset };
  const base = ctx.make('add', [ctx.use(value), ctx.makeConst(offset)]);
  return { regs: [base], offset: 0 };
}

function indexed(ctx: SelectionContext, a: ValueId, b: ValueId): Address {
  for (const [base, scaled] of [
    [a, b],
    [b, a],
  ]) {
    const shift = ctx.sole(scaled, 'shl');
    const amount = shift && ctx.constant(shift.args[1]);
    if (shift && amount !== undefined && amount > 0 && amount <= 3) {
      return { regs: [ctx.use(base), ctx.use(shift.args[0])], offset: 0, shift: { type: LSL, amount } };
    }
  }
  return { regs: [ctx.use(a), ctx.use(b)], offset: 0, shift: { type: LSL, amount: 0 } };
}

function single(ctx: SelectionContext, op: MemoryOp, data: { def?: Reg; use?: Reg }, address: Address): void {
  const defs = data.def === undefined ? [] : [data.def];
  const uses = [...(data.use === undefined ? [] : [data.use]), ...address.regs];
  if (address.shift) ctx.emit(op, defs, uses, { indexed: true, shift: address.shift });
  else ctx.emit(op, defs, uses, { imm: address.offset });
}

/** Two words at 4-byte aligned addresses may go in one instruction; LDRD and STRD trap on others. */
const pairs = (access: MemoryAccess) => access.alignment >= 4 && !access.volatile;
const fitsDual = (offset: number) => offset % 4 === 0 && offset >= -1020 && offset <= 1020;
const fitsBoth = (offset: number) => fitsSingle(offset) && fitsSingle(offset + 4);

/** VLDR and VSTR take no index (DDI 0403E A7.7.236). */
export function singleAddress(ctx: SelectionContext, value: ValueId, offset: number): { reg: Reg; offset: number } {
  const { regs, offset: rest } = addressOf(ctx, value, offset, fitsDual, false);
  return { reg: regs[0], offset: rest };
}

export function load(ctx: SelectionContext, inst: Extract<Inst, { op: 'load' }>): void {
  const { access } = inst;
  const [result] = inst.results;
  if (ctx.isSingle(result)) return loadSingle(ctx, inst);
  const low = ctx.lowOf(result);
  if (access.width === 8) {
    const dual = pairs(access);
    const { regs, offset } = addressOf(ctx, inst.args[0], access.offset, dual ? fitsDual : fitsBoth, false);
    if (dual) return ctx.emit('ldrd', [low, ctx.highOf(result)], [regs[0]], { imm: offset });
    // The base must outlive the first load.
    ctx.emit('ldr', [low], [regs[0]], { imm: offset });
    return ctx.emit('ldr', [ctx.highOf(result)], [regs[0]], { imm: offset + 4 });
  }
  const op = LOADS[`${access.width}${access.signed ? 's' : 'u'}`];
  single(ctx, op, { def: low }, addressOf(ctx, inst.args[0], access.offset, fitsSingle, true));
  if (!ctx.isWide(result)) return;
  if (access.signed) ctx.emit('asr', [ctx.highOf(result)], [low], { imm: 31 });
  else ctx.emit('const', [ctx.highOf(result)], [], { imm: 0 });
}

export function store(ctx: SelectionContext, inst: Extract<Inst, { op: 'store' }>): void {
  const { access } = inst;
  const [addressValue, value] = inst.args;
  if (access.width === 8) {
    const dual = pairs(access);
    const { regs, offset } = addressOf(ctx, addressValue, access.offset, dual ? fitsDual : fitsBoth, false);
    if (dual) return ctx.emit('strd', [], [ctx.use(value), ctx.useHigh(value), regs[0]], { imm: offset });
    ctx.emit('str', [], [ctx.use(value), regs[0]], { imm: offset });
    return ctx.emit('str', [], [ctx.useHigh(value), regs[0]], { imm: offset + 4 });
  }
  if (storeSingle(ctx, inst)) return;
  const stored = narrowed(ctx, value, access.width);
  single(
    ctx,
    STORES[access.width],
    { use: ctx.use(stored) },
    addressOf(ctx, addressValue, access.offset, fitsSingle, true),
  );
}

/** A narrow store ignores the high bits: masks and extensions that only set those are left out. */
function narrowed(ctx: SelectionContext, value: ValueId, width: number): ValueId {
  const inst = ctx.sole(value, 'and', 'extend8S', 'extend16S', 'wrap');
  if (!inst) return value;
  if (inst.op === 'wrap') return width <= 4 ? inst.args[0] : value;
  const mask = inst.op === 'and' ? ctx.constant(inst.args[1]) : undefined;
  const keeps = width === 1 ? 0xff : width === 2 ? 0xffff : 0xffffffff;
  if (inst.op === 'and') return mask !== undefined && (mask & keeps) >>> 0 === keeps ? inst.args[0] : value;
  if (width === 1 || (width === 2 && inst.op === 'extend16S')) return inst.args[0];
  return value;
}
