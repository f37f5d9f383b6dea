/** What became of the values that debuggers are told of: registers, numbers, addresses, or nothing. */
import { latestOf } from '../ir/edit.ts';
import type { Func, Inst, ValueId } from '../ir/types.ts';
import type { SelectionContext } from './context.ts';
import type { MFunc, Reg } from './mir.ts';

/** 32 bits of a value. */
export type ToldWord =
  | { readonly reg: Reg }
  | { readonly constant: number }
  | { readonly symbol: string; readonly addend: number };

/** Words of a value, the low one first; an absent word is nowhere. */
export type ToldValue = readonly (ToldWord | undefined)[];

/** By the values as the places of instructions name them. */
export function toldValues(func: Func, blocks: MFunc['blocks'], ctx: SelectionContext): Map<ValueId, ToldValue> {
  const told = new Map<ValueId, ToldValue>();
  const seen = new Set<readonly unknown[]>();
  for (const { insts } of blocks) {
    for (const { place } of insts) {
      if (!place?.locals || seen.has(place.locals)) continue;
      seen.add(place.locals);
      for (const value of place.locals) {
        if (value !== undefined && !told.has(value)) told.set(value, toldValue(func, ctx, value));
      }
    }
  }
  for (const value of func.blocks[0].params) told.set(value, toldValue(func, ctx, value));
  return told;
}

function toldValue(func: Func, ctx: SelectionContext, value: ValueId): ToldValue {
  const now = latestOf(func, value);
  const halves = func.halves.get(now);
  if (halves) return [word(func, ctx, latestOf(func, halves.low), 0), word(func, ctx, latestOf(func, halves.high), 0)];
  const words = func.values[now] === 'i64' ? ([0, 1] as const) : ([0] as const);
  return words.map((which) => word(func, ctx, now, which));
}

function word(func: Func, ctx: SelectionContext, value: ValueId, which: 0 | 1): ToldWord | undefined {
  const known: Inst | undefined = ctx.definitions[value] ?? func.forgotten.get(value);
  if (known?.op === 'const') return { constant: Number(BigInt.asUintN(32, known.value >> (which === 0 ? 0n : 32n))) };
  if (known?.op === 'symbolAddress') return { symbol: known.symbol, addend: known.offset };
  const reg = ctx.registerOf(value, which);
  return reg === undefined ? undefined : { reg };
}
