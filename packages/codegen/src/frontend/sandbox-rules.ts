/** The instructions on memory and segments, in a sandbox. Others are translated as ever (translate-instruction.ts). */
import type { Instruction } from '@kickstage/wasm/module';
import { ofMemory, SANDBOX_SYMBOLS } from '../ir/sandbox-facts.ts';
import type { Inst, TrapReason, ValueId } from '../ir/types.ts';
import { type Sandbox, type SegmentKind, segmentLengthSymbol } from './sandbox.ts';
import { checkRange, itemAddress, machineAddress, memoryBytes, segmentItems, storeWord } from './sandbox-access.ts';
import { TABLE_RULES } from './sandbox-tables.ts';
import { segmentSymbol } from './symbol-names.ts';
import type { FunctionTranslator } from './translate-function.ts';

export type SandboxRule = (t: FunctionTranslator, instruction: Instruction, sandbox: Sandbox) => void;

const MEMORY: TrapReason = 'outOfBoundsMemory';

const append = (t: FunctionTranslator, op: 'memoryCopy' | 'memoryFill', ...args: ValueId[]) =>
  t.builder.append({ op, args, results: [] } as Inst);

const fill: SandboxRule = (t, { index: memory }, sandbox) => {
  const [to, byte, size] = t.popMany(3);
  checkRange(t, MEMORY, to, size, memoryBytes(t, sandbox, memory!));
  append(t, 'memoryFill', machineAddress(t, memory!, to), byte, size);
};

const copy: SandboxRule = (t, { index: target, index2: source }, sandbox) => {
  const [to, from, size] = t.popMany(3);
  checkRange(t, MEMORY, from, size, memoryBytes(t, sandbox, source!));
  checkRange(t, MEMORY, to, size, memoryBytes(t, sandbox, target!));
  append(t, 'memoryCopy', machineAddress(t, target!, to), machineAddress(t, source!, from), size);
};

const init: SandboxRule = (t, { index, index2: memory }, sandbox) => {
  const [to, from, size] = t.popMany(3);
  checkRange(t, MEMORY, from, size, segmentItems(t, sandbox, 'data', index!));
  checkRange(t, MEMORY, to, size, memoryBytes(t, sandbox, memory!));
  if (sandbox.segmentLength('data', index!) === 0) return;
  append(t, 'memoryCopy', machineAddress(t, memory!, to), itemAddress(t, segmentSymbol(index!), from), size);
};

const size: SandboxRule = (t, { index }, sandbox) => {
  const { grows, minimum } = sandbox.memories[index!];
  if (!grows) return void t.stack.push(t.builder.constant('i32', BigInt(minimum)));
  const shift = t.builder.constant('i32', 16n);
  t.stack.push(t.builder.emit('i32', { op: 'shrU', args: [memoryBytes(t, sandbox, index!), shift] }));
};

const grow: SandboxRule = (t, { index }) => {
  const args = t.popMany(1);
  t.stack.push(t.builder.emit('i32', { op: 'call', callee: ofMemory(SANDBOX_SYMBOLS.memoryGrow, index!), args }));
};

const drop =
  (kind: SegmentKind): SandboxRule =>
  (t, { index }, sandbox) => {
    if (sandbox.segmentLength(kind, index!) !== undefined) return;
    storeWord(t, segmentLengthSymbol(kind, index!), t.builder.constant('i32', 0n));
  };

export const SANDBOX_RULES: Readonly<Record<string, SandboxRule>> = {
  'memory.fill': fill,
  'memory.copy': copy,
  'memory.init': init,
  'memory.size': size,
  'memory.grow': grow,
  'data.drop': drop('data'),
  'elem.drop': drop('element'),
  ...TABLE_RULES,
};
