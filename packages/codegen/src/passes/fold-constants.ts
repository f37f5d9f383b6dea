/** Constant folding and algebraic identities. Traps are never folded away: a division by zero stays. */
import { replaceValues } from '../ir/edit.ts';
import type { Func, Inst, ValueId, ValueType } from '../ir/types.ts';
import { evaluate } from './evaluate.ts';

interface FoldContext {
  readonly func: Func;
  readonly definitions: Map<ValueId, Inst>;
}

export function foldConstants(func: Func): boolean {
  const definitions = new Map<ValueId, Inst>();
  for (const block of func.blocks)
    for (const inst of block.insts) for (const result of inst.results) definitions.set(result, inst);
  const ctx = { func, definitions };
  const replacements = new Map<ValueId, ValueId>();
  let changed = false;
  for (const block of func.blocks) {
    const insts: Inst[] = [];
    for (const inst of block.insts) {
      const folded = foldInst(ctx, inst, insts);
      if (folded === undefined) insts.push(inst);
      else if (typeof folded === 'number') replacements.set(inst.results[0], folded as ValueId);
      else {
        insts.push(folded);
        for (const result of folded.results) definitions.set(result, folded);
      }
      if (folded !== undefined) changed = true;
    }
    block.insts = insts;
  }
  replaceValues(func, replacements);
  return changed;
}

const constantOf = (ctx: FoldContext, value: ValueId): bigint | undefined => {
  const inst = ctx.definitions.get(value);
  return inst?.op === 'const' ? inst.value : undefined;
};

const COMMUTATIVE = new Set<Inst['op']>(['add', 'mul', 'and', 'or', 'xor', 'eq', 'ne']);

/** A replacement instruction, an existing value in place of the result, or undefined for nothing. */
function foldInst(ctx: FoldContext, inst: Inst, before: Inst[]): Inst | ValueId | undefined {
  if (inst.results.length !== 1) return foldAccess(ctx, inst);
  const type = ctx.func.values[inst.results[0]];
  const constants = inst.args.map((arg) => constantOf(ctx, arg));
  if (inst.args.length > 0 && constants.every((c) => c !== undefined)) {
    const operand = ctx.func.values[inst.args[0]];
    const value = evaluate(inst.op, operand, constants as bigint[]);
    if (value !== undefined)
      return { op: 'const', value: wrap(type, value), args: [], results: inst.results, place: inst.place };
  }
  if (inst.op === 'load') return foldAccess(ctx, inst);
  if (inst.op === 'select') return foldSelect(inst, constants[0]);
  if (COMMUTATIVE.has(inst.op) && constants[0] !== undefined && constants[1] === undefined) {
    return { ...inst, args: [inst.args[1], inst.args[0]] } as Inst;
  }
  return foldIdentity(ctx, inst, constants[1], before) ?? foldChain(ctx, inst, constants[1], before);
}

const wrap = (type: ValueType, value: bigint) => BigInt.asIntN(type === 'i64' ? 64 : 32, value);

function foldSelect(inst: Inst, condition: bigint | undefined): ValueId | undefined {
  const [, a, b] = inst.args;
  if (a === b) return a;
  return condition === undefined ? undefined : condition !== 0n ? a : b;
}

function foldIdentity(
  ctx: FoldContext,
  inst: Inst,
  right: bigint | undefined,
  before: Inst[],
): Inst | ValueId | undefined {
  const [a] = inst.args;
  const bits = ctx.func.values[inst.results[0]] === 'i64' ? 64 : 32;
  const zero = (): Inst => ({ op: 'const', value: 0n, args: [], results: inst.results, place: inst.place });
  switch (inst.op) {
    case 'add':
    case 'sub':
    case 'or':
    case 'xor':
      if (right === 0n) return a;
      if ((inst.op === 'sub' || inst.op === 'xor') && a === inst.args[1]) return zero();
      return undefined;
    case 'and':
      if (right === 0n) return zero();
      return right === -1n ? a : undefined;
    case 'mul':
      if (right === 0n) return zero();
      if (right === 1n) return a;
      return powerOfTwo(ctx, inst, right, bits, before);
    case 'shl':
    case 'shrU':
    case 'shrS':
    case 'rotl':
    case 'rotr':
      return right !== undefined && BigInt.asUintN(bits === 64 ? 6 : 5, right) === 0n ? a : undefined;
    case 'divU':
      return right === 1n ? a : undefined;
    case 'eqz':
      return foldNot(ctx, inst);
    case 'ne':
      return right === 0n && isBoolean(ctx, a) ? a : undefined;
    default:
      return undefined;
  }
}

function isBoolean(ctx: FoldContext, value: ValueId): boolean {
  const inst = ctx.definitions.get(value);
  return inst !== undefined && (inst.op === 'eqz' || inst.op in INVERSE);
}

const INVERSE: Partial<Record<Inst['op'], Inst['op']>> = {
  eq: 'ne',
  ne: 'eq',
  ltS: 'geS',
  geS: 'ltS',
  ltU: 'geU',
  geU: 'ltU',
  gtS: 'leS',
  leS: 'gtS',
  gtU: 'leU',
  leU: 'gtU',
};

function foldNot(ctx: FoldContext, inst: Inst): Inst | undefined {
  const source = ctx.definitions.get(inst.args[0]);
  const inverse = source && INVERSE[source.op];
  return inverse ? ({ ...inst, op: inverse, args: source.args } as Inst) : undefined;
}

/** A multiplication by a power of two is a shift. */
function powerOfTwo(
  ctx: FoldContext,
  inst: Inst,
  factor: bigint | undefined,
  bits: number,
  before: Inst[],
): Inst | undefined {
  if (factor === undefined || factor <= 1n || (factor & (factor - 1n)) !== 0n) return undefined;
  const amount = BigInt(factor.toString(2).length - 1);
  const id = newConstant(ctx, bits === 64 ? 'i64' : 'i32', amount, before);
  return { ...inst, op: 'shl', args: [inst.args[0], id] } as Inst;
}

function newConstant(ctx: FoldContext, type: ValueType, value: bigint, before: Inst[]): ValueId {
  const id = (ctx.func.values.push(type) - 1) as ValueId;
  const inst: Inst = { op: 'const', value: wrap(type, value), args: [], results: [id] };
  before.push(inst);
  ctx.definitions.set(id, inst);
  return id;
}

/** (x + c) + d and its like: constants are gathered. */
function foldChain(ctx: FoldContext, inst: Inst, right: bigint | undefined, before: Inst[]): Inst | undefined {
  if (right === undefined || (inst.op !== 'add' && inst.op !== 'sub')) return undefined;
  const type = ctx.func.values[inst.results[0]];
  if (inst.op === 'sub') {
    const id = newConstant(ctx, type, -right, before);
    return { ...inst, op: 'add', args: [inst.args[0], id] } as Inst;
  }
  const source = ctx.definitions.get(inst.args[0]);
  if (source?.op === 'symbolAddress') {
    return {
      op: 'symbolAddress',
      symbol: source.symbol,
      offset: source.offset + Number(right),
      args: [],
      results: inst.results,
    };
  }
  if (source?.op !== 'add') return undefined;
  const inner = constantOf(ctx, source.args[1]);
  if (inner === undefined) return undefined;
  const id = newConstant(ctx, type, inner + right, before);
  return { ...inst, args: [source.args[0], id] } as Inst;
}

/** A constant added to an access's address goes into its offset, where the offset stays small and positive. */
function foldAccess(ctx: FoldContext, inst: Inst): Inst | undefined {
  if (inst.op !== 'load' && inst.op !== 'store') return undefined;
  const source = ctx.definitions.get(inst.args[0]);
  if (source?.op !== 'add') return undefined;
  const constant = constantOf(ctx, source.args[1]);
  if (constant === undefined) return undefined;
  const offset = inst.access.offset + Number(constant);
  if (offset < 0 || offset > 4095) return undefined;
  return { ...inst, args: [source.args[0], ...inst.args.slice(1)], access: { ...inst.access, offset } } as Inst;
}
