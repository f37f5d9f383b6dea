/** What the code generator knows of a function for debuggers: how to find its caller, and its variables, at each instruction. */

import type { SourcePlace } from './source-place.ts';

/**
 * Where a register of the caller is: in memory at CFA + number, or lost. Registers have the numbers that debuggers know
 * them by (IHI 0040, 3.1): r0-r15 0..15, s0-s31 64..95, d0-d15 256..271.
 */
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

/** Where 32 bits of a value are. */
export type WordPlace =
  | { readonly kind: 'register'; readonly register: number }
  /** In memory at CFA + offset. */
  | { readonly kind: 'frame'; readonly offset: number }
  /** Nowhere, but known: a number, or the address of a symbol plus an addend. */
  | { readonly kind: 'constant'; readonly value: number }
  | { readonly kind: 'symbol'; readonly symbol: string; readonly addend: number };

/** Where a variable is between two offsets from the section's start. */
export interface VariableRange {
  readonly start: number;
  readonly end: number;
  /** One word, or two, the low one first. */
  readonly words: readonly (WordPlace | undefined)[];
}

export interface TrackedVariable {
  /** Index of a parameter, or the name of a local in the WebAssembly module. */
  readonly variable: number | string;
  /** Ascending, disjoint. Elsewhere the variable is nowhere. */
  readonly ranges: readonly VariableRange[];
}

export interface FunctionDebug {
  /** The function's name in the WebAssembly module; absent for the code generator's own routines. */
  readonly source?: string;
  /** The first instruction behind what the function does to its stack and to its parameters. */
  readonly bodyOffset: number;
  /** Traps that several places go to, by their offset: these places. Such a trap has no line of its own. */
  readonly sharedTraps: ReadonlyMap<number, readonly SourcePlace[]>;
  /** Ascending; the first at offset 0. */
  readonly frame: readonly FrameState[];
  /** Words of each parameter. */
  readonly parameterWords: readonly (1 | 2)[];
  readonly variables: readonly TrackedVariable[];
  /** Whether `variables` tells of locals, too, and of parameters that are assigned to. */
  readonly localsAreExact: boolean;
}
