/** The runtime routines by name, and what they call. Only those that are called get into the module. */
import type { Func } from '../ir/types.ts';
import { popcount, signed, unsigned } from './divide.ts';
import { floatRoutines } from './float/library.ts';
import { memmove, memset } from './memory.ts';

const ROUTINES: Readonly<Record<string, { make: (name: string) => Func; needs?: string } | undefined>> = {
  __ks_divU64: { make: (name) => unsigned(name, 'quotient') },
  __ks_remU64: { make: (name) => unsigned(name, 'remainder') },
  __ks_divS64: { make: (name) => signed(name, 'quotient', '__ks_divU64'), needs: '__ks_divU64' },
  __ks_remS64: { make: (name) => signed(name, 'remainder', '__ks_remU64'), needs: '__ks_remU64' },
  __ks_popcnt64: { make: popcount },
  __ks_memmove: { make: memmove },
  __ks_memset: { make: memset },
};

/** Fresh IR of the named routines and of those that they need, in a fixed order. */
export function runtimeRoutines(names: Iterable<string>): Func[] {
  const wanted = new Set(names);
  const floats = [...wanted].filter((name) => !(name in ROUTINES));
  for (const name of [...wanted]) {
    const needs = ROUTINES[name]?.needs;
    if (needs !== undefined) wanted.add(needs);
  }
  const plain = Object.keys(ROUTINES).flatMap((name) => (wanted.has(name) ? [ROUTINES[name]!.make(name)] : []));
  return [...plain, ...floatRoutines(floats)];
}
