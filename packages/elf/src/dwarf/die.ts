/**
 * Debugging information entries: a tree of what the program is made of (DWARF 4, chapter 2). An entry has a tag and
 * attributes; `writeInfo` turns units into bytes.
 */
import type { AT, TAG } from './constants.ts';

export type Value =
  | { readonly form: 'addr' | 'data1' | 'data2' | 'data4' | 'udata' | 'sec_offset'; readonly value: number }
  | { readonly form: 'sdata'; readonly value: number | bigint }
  | { readonly form: 'strp'; readonly text: string }
  | { readonly form: 'flag_present' }
  | { readonly form: 'exprloc'; readonly bytes: Uint8Array }
  /** Another entry of the same unit. */
  | { readonly form: 'ref4'; readonly to: Die };

export interface Die {
  readonly tag: keyof typeof TAG;
  readonly attributes: (readonly [keyof typeof AT, Value])[];
  readonly children: Die[];
}

export function die(
  tag: Die['tag'],
  attributes: readonly (Die['attributes'][number] | undefined)[],
  children: readonly Die[] = [],
): Die {
  return { tag, attributes: attributes.filter((a) => a !== undefined), children: [...children] };
}

export const text = (value: string): Value => ({ form: 'strp', text: value });
export const number = (value: number): Value => ({ form: 'udata', value });
export const address = (value: number): Value => ({ form: 'addr', value });
export const offset = (value: number): Value => ({ form: 'sec_offset', value });
export const reference = (to: Die): Value => ({ form: 'ref4', to });
export const expression = (bytes: Uint8Array): Value => ({ form: 'exprloc', bytes });
export const FLAG: Value = { form: 'flag_present' };
