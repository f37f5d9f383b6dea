/** The checks of a sandbox as instructions (sandbox.ts). All arithmetic is unsigned and of 32 bits, and none of it wraps. */
import { LOADER_SYMBOLS, ofMemory, SANDBOX_SYMBOLS } from '../ir/sandbox-facts.ts';
import type { Inst, MemoryAccess, TrapReason, ValueId } from '../ir/types.ts';
import { type Sandbox, type SegmentKind, segmentLengthSymbol } from './sandbox.ts';
import type { FunctionTranslator } from './translate-function.ts';

export const WORD: MemoryAccess = { width: 4, signed: false, offset: 0, volatile: false, alignment: 4 };

/** Offsets that every load and store takes (DDI 0403E A7.7.43, encoding T3), with a second word behind. */
const SMALL_OFFSET = 4088;

const word = (t: FunctionTranslator, value: number) => t.builder.constant('i32', BigInt(value | 0));
const binary = (t: FunctionTranslator, op: string, a: ValueId, b: ValueId) =>
  t.builder.emit('i32', { op, args: [a, b] });

function symbol(t: FunctionTranslator, name: string, offset = 0): ValueId {
  return t.builder.emit('i32', { op: 'symbolAddress', args: [], symbol: name, offset });
}

export function trapIf(t: FunctionTranslator, reason: TrapReason, condition: ValueId): void {
  t.builder.append({ op: 'trapIf', reason, args: [condition], results: [] } as Inst);
}

export function loadWord(t: FunctionTranslator, name: string): ValueId {
  return t.builder.emit('i32', { op: 'load', args: [symbol(t, name)], access: WORD });
}

export function storeWord(t: FunctionTranslator, name: string, value: ValueId): void {
  t.builder.append({ op: 'store', args: [symbol(t, name), value], results: [], access: WORD });
}

/** Bytes of a memory at this moment; they may be 2^32, which is 0, in a memory that does not grow only. */
export function memoryBytes(t: FunctionTranslator, sandbox: Sandbox, memory: number): ValueId {
  if (!sandbox.memories[memory].grows) return word(t, sandbox.minimumBytes(memory));
  return loadWord(t, ofMemory(SANDBOX_SYMBOLS.memorySize, memory));
}

/**
 * Where the bytes of an access are in the machine's memory, checked. Undefined where the access is never within bounds:
 * the trap is the block's end then.
 */
export function checkedAccess(
  t: FunctionTranslator,
  sandbox: Sandbox,
  address: ValueId,
  { index, offset }: { index: number; offset: number },
  width: number,
): { address: ValueId; offset: number } | undefined {
  const end = offset + width;
  const most = sandbox.memories[index].grows ? 2 ** 32 - 1 : sandbox.minimumBytes(index);
  if (end > most) {
    t.builder.end({ op: 'trap', reason: 'outOfBoundsMemory' });
    return undefined;
  }
  trapIf(t, 'outOfBoundsMemory', binary(t, 'gtU', address, lastAddress(t, sandbox, index, end)));
  const memory = ofMemory(LOADER_SYMBOLS.memory, index);
  if (offset > SMALL_OFFSET) return { address: binary(t, 'add', symbol(t, memory, offset), address), offset: 0 };
  return { address: binary(t, 'add', symbol(t, memory), address), offset };
}

/** size - end, with a trap where that is below zero. */
function lastAddress(t: FunctionTranslator, sandbox: Sandbox, memory: number, end: number): ValueId {
  if (!sandbox.memories[memory].grows) return word(t, sandbox.minimumBytes(memory) - end);
  const size = memoryBytes(t, sandbox, memory);
  const wanted = word(t, end);
  if (end > sandbox.minimumBytes(memory)) trapIf(t, 'outOfBoundsMemory', binary(t, 'ltU', size, wanted));
  return binary(t, 'sub', size, wanted);
}

/** Traps unless `start` and `count` items behind it lie within `length` items. */
export function checkRange(
  t: FunctionTranslator,
  reason: TrapReason,
  start: ValueId,
  count: ValueId,
  length: ValueId,
): void {
  trapIf(t, reason, binary(t, 'gtU', count, length));
  trapIf(t, reason, binary(t, 'gtU', start, binary(t, 'sub', length, count)));
}

/** The machine's address of an address in a linear memory. */
export function machineAddress(t: FunctionTranslator, memory: number, address: ValueId): ValueId {
  return binary(t, 'add', symbol(t, ofMemory(LOADER_SYMBOLS.memory, memory)), address);
}

/** The machine's address of an item of 2^shift bytes in an object. */
export function itemAddress(t: FunctionTranslator, name: string, index: ValueId, shift = 0): ValueId {
  const scaled = shift === 0 ? index : binary(t, 'shl', index, word(t, shift));
  return binary(t, 'add', symbol(t, name), scaled);
}

export function segmentItems(t: FunctionTranslator, sandbox: Sandbox, kind: SegmentKind, index: number): ValueId {
  const known = sandbox.segmentLength(kind, index);
  return known === undefined ? loadWord(t, segmentLengthSymbol(kind, index)) : word(t, known);
}
