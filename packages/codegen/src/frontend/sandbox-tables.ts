/**
 * References and tables in a sandbox. A reference is two words, as one 64-bit value: to a function its type's number and its
 * address, as in a table's entry (emit/tables.ts), to what the host knows a number that is not 0; null is 0. So getting and
 * setting an element is a load and a store.
 */
import { SANDBOX_SYMBOLS } from '../ir/sandbox-facts.ts';
import type { Inst, MemoryAccess, TrapReason, ValueId } from '../ir/types.ts';
import { elementSymbol, type SandboxTable } from './sandbox.ts';
import { checkRange, itemAddress, loadWord, segmentItems, trapIf } from './sandbox-access.ts';
import type { SandboxRule } from './sandbox-rules.ts';
import { REFERENCES, tableGrowSymbol, tableSizeSymbol } from './symbol-names.ts';
import type { FunctionTranslator } from './translate-function.ts';

/** log2 of the bytes of an entry. */
const ENTRY_SHIFT = 3;
export const ENTRY: MemoryAccess = { width: 8, signed: false, offset: 0, volatile: false, alignment: 4 };
const REASON: TrapReason = 'outOfBoundsTable';

/** Elements that the table has now. */
function sizeOf(t: FunctionTranslator, { index, grows, minimum }: SandboxTable): ValueId {
  return grows ? loadWord(t, tableSizeSymbol(index)) : t.builder.constant('i32', BigInt(minimum));
}

/** A table that grows has room for more elements than it has: an index is checked before the call checks it. */
export function checkCallIndex(t: FunctionTranslator, table: SandboxTable, index: ValueId): void {
  if (!table.grows) return;
  trapIf(t, 'undefinedElement', t.builder.emit('i32', { op: 'geU', args: [index, sizeOf(t, table)] }));
}

/** The reference to a function. */
export function functionReference(t: FunctionTranslator, name: string): ValueId {
  const offset = 8 * t.context.referenceTo(name);
  const address = t.builder.emit('i32', { op: 'symbolAddress', args: [], symbol: REFERENCES, offset });
  return t.builder.emit('i64', { op: 'load', args: [address], access: ENTRY });
}

function entryAddress(t: FunctionTranslator, table: SandboxTable, index: ValueId): ValueId {
  trapIf(t, REASON, t.builder.emit('i32', { op: 'geU', args: [index, sizeOf(t, table)] }));
  return itemAddress(t, table.symbol, index, ENTRY_SHIFT);
}

const get: SandboxRule = (t, { index }, sandbox) => {
  const address = entryAddress(t, sandbox.tables[index!], t.pop());
  t.stack.push(t.builder.emit('i64', { op: 'load', args: [address], access: ENTRY }));
};

const set: SandboxRule = (t, { index }, sandbox) => {
  const [at, value] = t.popMany(2);
  const address = entryAddress(t, sandbox.tables[index!], at);
  t.builder.append({ op: 'store', args: [address, value], results: [], access: ENTRY });
};

const size: SandboxRule = (t, { index }, sandbox) => void t.stack.push(sizeOf(t, sandbox.tables[index!]));

const grow: SandboxRule = (t, { index }) => {
  const args = t.popMany(2);
  t.stack.push(t.builder.emit('i32', { op: 'call', callee: tableGrowSymbol(index!), args }));
};

const fill: SandboxRule = (t, { index }, sandbox) => {
  const [at, value, count] = t.popMany(3);
  const table = sandbox.tables[index!];
  checkRange(t, REASON, at, count, sizeOf(t, table));
  const args = [itemAddress(t, table.symbol, at, ENTRY_SHIFT), value, count];
  t.builder.append({ op: 'call', callee: SANDBOX_SYMBOLS.tableFill, args, results: [] });
};

function copyEntries(t: FunctionTranslator, to: ValueId, from: ValueId, count: ValueId): void {
  const bytes = t.builder.emit('i32', { op: 'shl', args: [count, t.builder.constant('i32', BigInt(ENTRY_SHIFT))] });
  t.builder.append({ op: 'memoryCopy', args: [to, from, bytes], results: [] } as Inst);
}

const init: SandboxRule = (t, { index, index2 }, sandbox) => {
  const [to, from, count] = t.popMany(3);
  const table = sandbox.tables[index2!];
  checkRange(t, REASON, from, count, segmentItems(t, sandbox, 'element', index!));
  checkRange(t, REASON, to, count, sizeOf(t, table));
  if (!sandbox.isElementNeeded(index!)) return;
  const source = itemAddress(t, elementSymbol(index!), from, ENTRY_SHIFT);
  copyEntries(t, itemAddress(t, table.symbol, to, ENTRY_SHIFT), source, count);
};

const copy: SandboxRule = (t, { index, index2 }, sandbox) => {
  const [to, from, count] = t.popMany(3);
  const [target, source] = [sandbox.tables[index!], sandbox.tables[index2!]];
  checkRange(t, REASON, from, count, sizeOf(t, source));
  checkRange(t, REASON, to, count, sizeOf(t, target));
  const address = itemAddress(t, source.symbol, from, ENTRY_SHIFT);
  copyEntries(t, itemAddress(t, target.symbol, to, ENTRY_SHIFT), address, count);
};

export const TABLE_RULES: Readonly<Record<string, SandboxRule>> = {
  'ref.null': (t) => void t.stack.push(t.builder.constant('i64', 0n)),
  'ref.is_null': (t) => void t.stack.push(t.builder.emit('i32', { op: 'eqz', args: [t.pop()] })),
  'ref.func': (t, { index }) => {
    const callee = t.context.callees[index!] as { name: string };
    t.stack.push(functionReference(t, callee.name));
  },
  'table.get': get,
  'table.set': set,
  'table.size': size,
  'table.grow': grow,
  'table.fill': fill,
  'table.init': init,
  'table.copy': copy,
};
