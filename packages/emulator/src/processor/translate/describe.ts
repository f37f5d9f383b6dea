/** An instruction in an IT block or outside of one → how it is translated. */
import type { Instruction } from '../instruction.ts';
import { describeDataProcessing } from './alu.ts';
import { describeBranch } from './branches.ts';
import { describeFields } from './fields.ts';
import { describeCalled, describeFloating } from './floating.ts';
import { describeMemory } from './memory.ts';
import type { MemoryLayout, Step } from './step.ts';

/** Undefined for what the general path does. */
export function describe(i: Instruction, address: number, memory: MemoryLayout): Step | undefined {
  if (i.size === 0) return undefined;
  const mnemonic = i.id.slice(0, i.id.indexOf('_'));
  return (
    describeBranch(mnemonic, i, address) ??
    describeDataProcessing(mnemonic, i, address) ??
    describeMemory(mnemonic, i, address, memory) ??
    describeFields(mnemonic, i) ??
    describeFloating(mnemonic, i, address, memory) ??
    describeCalled(mnemonic, i, address)
  );
}
