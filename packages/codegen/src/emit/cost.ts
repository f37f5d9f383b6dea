/**
 * What a function costs, in bytes: those of its code, and for each instruction what its execution is worth, by the loops
 * around it. Of two ways to write a function, the one that costs less is taken.
 */

/** Bytes that one executed instruction is worth, by the depth of loops around it. */
const EXECUTION: readonly number[] = [0.4, 4, 10, 20];

export function executionCost(depth: number): number {
  return EXECUTION[Math.min(depth, EXECUTION.length - 1)];
}
