/** The instructions on memory, table and segments, in a sandbox. Others are translated as ever (translate-instruction.ts). */
import type { Instruction } from '@kickstage/wasm/module';
import { SANDBOX_SYMBOLS } from '../ir/sandbox-facts.ts';
import type { Inst, TrapReason, ValueId } from '../ir/types.ts';
import { elementSymbol, type Sandbox, type SegmentKind, segmentLengthSymbol } from './sandbox.ts';
import { checkRange, itemAddress, machineAddress, memoryBytes, segmentItems, storeWord } from './sandbox-access.ts';
import { segmentSymbol, TABLE } from './symbol-names.ts';
import type { FunctionTranslator } from './translate-function.ts';

type SandboxRule = (t: FunctionTranslator, instruction: Instruction, sandbox: Sandbox) => void;

const MEMORY: TrapReason = 'outOfBoundsMemory';
const TABLE_REASON: TrapReason = 'outOfBoundsTable';
/** log2 of the bytes of a table's entry (emit/tables.ts). */
const ENTRY_SHIFT = 3;

const append = (t: FunctionTranslator, op: 'memoryCopy' | 'memoryFill', ...args: ValueId[]) =>
  t.builder.append({ op, args, results: [] } as Inst);

const fill: SandboxRule = (t, _, sandbox) => {
  const [to, byte, size] = t.popMany(3);
  checkRange(t, MEMORY, to, size, memoryBytes(t, sandbox));
  append(t, 'memoryFill', machineAddress(t, to), byte, size);
};

const copy: SandboxRule = (t, _, sandbox) => {
  const [to, from, size] = t.popMany(3);
  const bytes = memoryBytes(t, sandbox);
  checkRange(t, MEMORY, from, size, bytes);
  checkRange(t, MEMORY, to, size, bytes);
  append(t, 'memoryCopy', machineAddress(t, to), machineAddress(t, from), size);
};

const init: SandboxRule = (t, { index }, sandbox) => {
  const [to, from, size] = t.popMany(3);
  checkRange(t, MEMORY, from, size, segmentItems(t, sandbox, 'data', index!));
  checkRange(t, MEMORY, to, size, memoryBytes(t, sandbox));
  if (sandbox.segmentLength('data', index!) === 0) return;
  append(t, 'memoryCopy', machineAddress(t, to), itemAddress(t, segmentSymbol(index!), from), size);
};

const size: SandboxRule = (t, _, sandbox) => {
  const { memory } = sandbox;
  if (!memory?.grows) return void t.stack.push(t.builder.constant('i32', BigInt(memory?.minimum ?? 0)));
  const shift = t.builder.constant('i32', 16n);
  t.stack.push(t.builder.emit('i32', { op: 'shrU', args: [memoryBytes(t, sandbox), shift] }));
};

const grow: SandboxRule = (t) => {
  const args = t.popMany(1);
  t.stack.push(t.builder.emit('i32', { op: 'call', callee: SANDBOX_SYMBOLS.memoryGrow, args }));
};

const drop =
  (kind: SegmentKind): SandboxRule =>
  (t, { index }, sandbox) => {
    if (sandbox.segmentLength(kind, index!) !== undefined) return;
    storeWord(t, segmentLengthSymbol(kind, index!), t.builder.constant('i32', 0n));
  };

const entries = (t: FunctionTranslator, count: ValueId) =>
  t.builder.emit('i32', { op: 'shl', args: [count, t.builder.constant('i32', BigInt(ENTRY_SHIFT))] });

const tableLength = (t: FunctionTranslator, sandbox: Sandbox) => t.builder.constant('i32', BigInt(sandbox.tableSize));

const tableInit: SandboxRule = (t, { index }, sandbox) => {
  const [to, from, count] = t.popMany(3);
  checkRange(t, TABLE_REASON, from, count, segmentItems(t, sandbox, 'element', index!));
  checkRange(t, TABLE_REASON, to, count, tableLength(t, sandbox));
  if (!sandbox.isElementNeeded(index!)) return;
  const source = itemAddress(t, elementSymbol(index!), from, ENTRY_SHIFT);
  append(t, 'memoryCopy', itemAddress(t, TABLE, to, ENTRY_SHIFT), source, entries(t, count));
};

const tableCopy: SandboxRule = (t, _, sandbox) => {
  const [to, from, count] = t.popMany(3);
  const length = tableLength(t, sandbox);
  checkRange(t, TABLE_REASON, from, count, length);
  checkRange(t, TABLE_REASON, to, count, length);
  const source = itemAddress(t, TABLE, from, ENTRY_SHIFT);
  append(t, 'memoryCopy', itemAddress(t, TABLE, to, ENTRY_SHIFT), source, entries(t, count));
};

export const SANDBOX_RULES: Readonly<Record<string, SandboxRule>> = {
  'memory.fill': fill,
  'memory.copy': copy,
  'memory.init': init,
  'memory.size': size,
  'memory.grow': grow,
  'data.drop': drop('data'),
  'elem.drop': drop('element'),
  'table.init': tableInit,
  'table.copy': tableCopy,
};
