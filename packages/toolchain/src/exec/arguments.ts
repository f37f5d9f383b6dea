/**
 * Where arguments and results are at a call (AAPCS, IHI 0042, 6.4 and 6.5, the base standard, in which floats go like
 * integers of their size): in r0-r3 and then on the stack, what has 64 bits in an even-odd pair or at a multiple of 8.
 */
import type { ValueType } from '@kickstage/wasm/module';
import { widthOf } from './values.ts';

/** Numbers of the core registers that hold an argument's words, or its offset in bytes from the stack pointer. */
export type ArgumentPlace = { readonly registers: readonly number[] } | { readonly stack: number };

/** Places in order, and the bytes of stack that they take: a multiple of 8. */
export function placesOf(types: readonly ValueType[]): { places: ArgumentPlace[]; stackSize: number } {
  let register = 0;
  let stack = 0;
  const places = types.map((type): ArgumentPlace => {
    const words = widthOf(type) / 32;
    const first = words === 2 ? (register + 1) & ~1 : register;
    if (first + words <= 4) {
      register = first + words;
      return { registers: words === 2 ? [first, first + 1] : [first] };
    }
    register = 4;
    if (words === 2) stack = (stack + 7) & ~7;
    const at = stack;
    stack += 4 * words;
    return { stack: at };
  });
  return { places, stackSize: (stack + 7) & ~7 };
}

export function wordCount(types: readonly ValueType[]): number {
  return types.reduce((sum, type) => sum + widthOf(type) / 32, 0);
}
