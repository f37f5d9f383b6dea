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
};

/** The reason behind a UDF's immediate, if it is one of ours. */
export function trapReason(immediate: number): TrapReason | undefined {
  return (Object.keys(TRAP_CODES) as TrapReason[]).find((reason) => TRAP_CODES[reason] === immediate);
}
