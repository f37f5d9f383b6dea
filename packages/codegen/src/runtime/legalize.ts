/** Operations that the processor has no instructions for become calls of runtime routines. */
import type { Func, Inst, ValueId } from '../ir/types.ts';
import { callForFloat, type Emit, type FloatMode } from './float/calls.ts';

const WIDE: Partial<Record<Inst['op'], string>> = {
  divS: '__ks_divS64',
  divU: '__ks_divU64',
  remS: '__ks_remS64',
  remU: '__ks_remU64',
  popcnt: '__ks_popcnt64',
};
const BULK: Partial<Record<Inst['op'], string>> = { memoryCopy: '__ks_memmove', memoryFill: '__ks_memset' };

/** Rewrites the function; gives the names of the routines that it calls now. */
export function legalize(func: Func, floats: FloatMode = 'soft'): string[] {
  const called = new Set<string>();
  for (const block of func.blocks) {
    const insts: Inst[] = [];
    for (const inst of block.insts) {
      const { args, results, place } = inst;
      const at = place ? { place } : {};
      const emit: Emit = (type, made) => {
        const result = (func.values.push(type) - 1) as ValueId;
        insts.push({ ...made, results: [result], ...at } as unknown as Inst);
        return result;
      };
      const wide = results.length === 1 && func.values[results[0]] === 'i64' ? WIDE[inst.op] : undefined;
      const callee = wide ?? BULK[inst.op];
      const made =
        callee === undefined
          ? callForFloat(inst, emit, floats)
          : { callee, inst: { op: 'call', callee, args, results, ...at } as const };
      insts.push(made?.inst ?? inst);
      if (made) called.add(made.callee);
    }
    block.insts = insts;
  }
  return [...called];
}
