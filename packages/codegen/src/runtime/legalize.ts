/** Operations that the processor has no instructions for become calls of runtime routines. */
import type { Func, Inst } from '../ir/types.ts';

const WIDE: Partial<Record<Inst['op'], string>> = {
  divS: '__ks_divS64',
  divU: '__ks_divU64',
  remS: '__ks_remS64',
  remU: '__ks_remU64',
  popcnt: '__ks_popcnt64',
};
const BULK: Partial<Record<Inst['op'], string>> = { memoryCopy: '__ks_memmove', memoryFill: '__ks_memset' };

/** Rewrites the function; gives the names of the routines that it calls now. */
export function legalize(func: Func): string[] {
  const called = new Set<string>();
  for (const block of func.blocks) {
    block.insts = block.insts.map((inst) => {
      const wide = inst.results.length === 1 && func.values[inst.results[0]] === 'i64' ? WIDE[inst.op] : undefined;
      const callee = wide ?? BULK[inst.op];
      if (callee === undefined) return inst;
      called.add(callee);
      const { args, results, place } = inst;
      return { op: 'call', callee, args, results, ...(place ? { place } : {}) };
    });
  }
  return [...called];
}
