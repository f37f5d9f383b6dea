/** What the code generator knows of a function for debuggers: how to find its caller at each instruction. */

/** Where a register of the caller is: in memory at CFA + number, or lost. */
export type RegisterPlace = number | 'lost';

/**
 * The stack frame from `offset` on, until the next state. The canonical frame address (CFA) is the value of sp at the
 * function's entry, which is the caller's sp after the call. Registers that are not named still hold the caller's value.
 */
export interface FrameState {
  /** From the section's start. */
  readonly offset: number;
  /** CFA - sp, in bytes. */
  readonly cfaOffset: number;
  readonly registers: ReadonlyMap<number, RegisterPlace>;
}

export interface FunctionDebug {
  /** The function's name in the WebAssembly module; absent for the code generator's own routines. */
  readonly source?: string;
  /** The first instruction behind what the function does to its stack and to its parameters. */
  readonly bodyOffset: number;
  /** Ascending; the first at offset 0. */
  readonly frame: readonly FrameState[];
}
