/** Traps are UDF instructions whose immediate tells the reason. */
import type { TrapReason } from '../ir/types.ts';

export const TRAP_CODES: Readonly<Record<TrapReason, number>> = {
  unreachable: 1,
  integerDivideByZero: 2,
  integerOverflow: 3,
  undefinedElement: 4,
  indirectCallTypeMismatch: 5,
  abort: 6,
  invalidConversionToInteger: 7,
  outOfBoundsMemory: 8,
  outOfBoundsTable: 9,
  uninitializedElement: 10,
  callStackExhausted: 11,
};

/** As the specification's own tests call them (assert_trap and assert_exhaustion); `abort` is none of theirs. */
export const TRAP_NAMES: Readonly<Record<TrapReason, string>> = {
  unreachable: 'unreachable',
  integerDivideByZero: 'integer divide by zero',
  integerOverflow: 'integer overflow',
  undefinedElement: 'undefined element',
  indirectCallTypeMismatch: 'indirect call type mismatch',
  abort: 'abort',
  invalidConversionToInteger: 'invalid conversion to integer',
  outOfBoundsMemory: 'out of bounds memory access',
  outOfBoundsTable: 'out of bounds table access',
  uninitializedElement: 'uninitialized element',
  callStackExhausted: 'call stack exhausted',
};

/** The reason behind a UDF's immediate, if it is one of ours. */
export function trapReason(immediate: number): TrapReason | undefined {
  return (Object.keys(TRAP_CODES) as TrapReason[]).find((reason) => TRAP_CODES[reason] === immediate);
}
