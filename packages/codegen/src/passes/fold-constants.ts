/**
 * Constant folding, algebraic identities (fold-rules.ts), and constants that go into an access's offset. Traps are never
 * folded away: a division by zero stays.
 */
import { replaceValues } from '../ir/edit.ts';
import type { Block, Func, Inst, ValueId } from '../ir/types.ts';
import { evaluate } from './evaluate.ts';
import { FoldContext, type Folded, wrapTo } from './fold-context.ts';
import { FOLD_RULES } from './fold-rules.ts';
import { removeUnreachable } from './simplify-flow.ts';

export function foldConstants(func: Func): boolean {
  const ctx = new FoldContext(func);
  const replacements = new Map<ValueId, ValueId>();
  let changed = false;
  let cut = false;
  for (const block of func.blocks) {
    const insts: Inst[] = [];
    ctx.insertInto(insts);
    for (const inst of block.insts) {
      const trap = inst.op === 'trapIf' ? ctx.constant(inst.args[0]) : undefined;
      if (trap !== undefined) changed = true;
      if (trap === 0n) continue;
      if (trap !== undefined) {
        endInTrap(block, inst as Extract<Inst, { op: 'trapIf' }>);
        cut = true;
        break;
      }
      ctx.beginFolding(inst);
      const folded = foldInst(ctx, inst);
      if (folded !== undefined) changed = true;
      if (typeof folded === 'number') {
        replacements.set(inst.results[0], folded);
        continue;
      }
      insts.push(folded ?? inst);
      if (folded) ctx.define(folded);
    }
    block.insts = insts;
  }
  replaceValues(func, replacements);
  if (cut) removeUnreachable(func);
  return changed;
}

function endInTrap(block: Block, { reason, place }: Extract<Inst, { op: 'trapIf' }>): void {
  block.terminator = { op: 'trap', reason, ...(place ? { place } : {}) };
}

const COMMUTATIVE = new Set<Inst['op']>(['add', 'mul', 'and', 'or', 'xor', 'eq', 'ne']);
/** The same comparison with its sides exchanged. */
const MIRRORED: Partial<Record<Inst['op'], Inst['op']>> = {
  ltS: 'gtS',
  gtS: 'ltS',
  leS: 'geS',
  geS: 'leS',
  ltU: 'gtU',
  gtU: 'ltU',
  leU: 'geU',
  geU: 'leU',
};

function foldInst(ctx: FoldContext, inst: Inst): Folded {
  if (inst.op === 'load' || inst.op === 'store') return foldAccess(ctx, inst);
  if (inst.results.length !== 1 || inst.args.length === 0) return undefined;
  const constants = inst.args.map((arg) => ctx.constant(arg));
  if (constants.every((constant) => constant !== undefined)) {
    const value = evaluate(inst.op, ctx.type(inst.args[0]), constants);
    const { results, place } = inst;
    const type = ctx.type(results[0]);
    if (value !== undefined)
      return { op: 'const', value: wrapTo(type, value), args: [], results, ...(place ? { place } : {}) };
  }
  const [left, right] = constants;
  if (left !== undefined && right === undefined && inst.args.length === 2) {
    const mirrored = COMMUTATIVE.has(inst.op) ? inst.op : MIRRORED[inst.op];
    if (mirrored) return { ...inst, op: mirrored, args: [inst.args[1], inst.args[0]] } as Inst;
  }
  return FOLD_RULES[inst.op]?.(ctx, inst, right);
}

/** Offsets that every load and store takes (DDI 0403E A7.7.43, encoding T3). */
const MAXIMUM_OFFSET = 4095;

/** A constant added to an access's address goes into its offset, where the offset stays small and positive. */
function foldAccess(ctx: FoldContext, inst: Extract<Inst, { op: 'load' | 'store' }>): Inst | undefined {
  const source = ctx.definition(inst.args[0]);
  if (source?.op !== 'add') return undefined;
  const constant = ctx.constant(source.args[1]);
  if (constant === undefined) return undefined;
  const offset = inst.access.offset + Number(constant);
  if (offset < 0 || offset > MAXIMUM_OFFSET) return undefined;
  return { ...inst, args: [source.args[0], ...inst.args.slice(1)], access: { ...inst.access, offset } };
}
