/** Which locals each block, loop and if assigns: those become parameters where its control flow joins. */
import type { Instruction } from '@kickstage/wasm/module';

/** By the index of the instruction that opens the construct: the assigned locals (ascending) and the index of its `end`. */
export interface Construct {
  readonly assigned: readonly number[];
  readonly end: number;
}

export function findConstructs(body: readonly Instruction[]): Map<number, Construct> {
  const constructs = new Map<number, Construct>();
  const open: { start: number; assigned: Set<number> }[] = [];
  body.forEach((instruction, i) => {
    if (instruction.block) open.push({ start: i, assigned: new Set() });
    else if (instruction.op === 'local.set' || instruction.op === 'local.tee') {
      for (const { assigned } of open) assigned.add(instruction.index!);
    } else if (instruction.op === 'end') {
      const { start, assigned } = open.pop()!;
      constructs.set(start, { assigned: [...assigned].sort((a, b) => a - b), end: i });
    }
  });
  return constructs;
}
