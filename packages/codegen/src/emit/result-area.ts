/**
 * Results beyond four words have no registers: the function that returns leaves them in an area of memory, and its caller
 * takes them from there before anything else happens. One area serves a whole module. An interrupt in between could
 * write over it, so that firmware does without (frontend/lower.ts refuses it).
 */
import { SANDBOX_SYMBOLS } from '../ir/sandbox-facts.ts';
import type { DataObject, FuncType, IrModule, ValueType } from '../ir/types.ts';

export function wordsOf(types: readonly ValueType[]): number {
  return types.reduce((sum, type) => sum + (type === 'i64' ? 2 : 1), 0);
}

/** The area as a data object, if any function or call of the module needs one. */
export function resultArea({ functions, externals = [] }: IrModule): DataObject[] {
  const called = functions.flatMap(({ blocks }) =>
    blocks.flatMap(({ insts }) => insts.flatMap((inst) => (inst.op === 'callIndirect' ? [inst.type] : []))),
  );
  const types: FuncType[] = [...functions.map(({ type }) => type), ...externals.map(({ type }) => type), ...called];
  const words = types.reduce((most, { results }) => Math.max(most, wordsOf(results)), 0) - 4;
  if (words <= 0) return [];
  const { results: name } = SANDBOX_SYMBOLS;
  return [{ name, kind: 'bss', bytes: new Uint8Array(0), size: 4 * words, alignment: 4, relocations: [] }];
}
