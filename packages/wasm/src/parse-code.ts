/** Function bodies and constant expressions: bytes → instructions (WebAssembly Core Specification 2.0, 5.3 and 5.4). */
import type { ElementItem, FuncType, Instruction, RefType, ValueType } from './module.ts';
import { OPCODES, type Opcode, UNSUPPORTED_OPCODES } from './opcodes.ts';
import type { Reader } from './reader.ts';
import { referenceType } from './references.ts';

const VALUE_TYPES: ReadonlyMap<number, ValueType> = new Map([
  [0x7f, 'i32'],
  [0x7e, 'i64'],
  [0x7d, 'f32'],
  [0x7c, 'f64'],
]);

const EMPTY_BLOCK = 0x40;
const PREFIX = 0xfc;
const PREFIX_SIMD_TYPE = 0x7b;

export function readValueType(reader: Reader): ValueType {
  const offset = reader.position;
  const byte = reader.u8();
  return VALUE_TYPES.get(byte) ?? referenceBehind(reader, byte, offset);
}

export function readRefType(reader: Reader): RefType {
  const offset = reader.position;
  return referenceBehind(reader, reader.u8(), offset);
}

/** `byte` is read already: a short form, or what says whether null is among the values. */
function referenceBehind(reader: Reader, byte: number, offset: number): RefType {
  if (byte === 0x70 || byte === 0x6f) return byte === 0x70 ? 'funcref' : 'externref';
  if (byte === 0x63 || byte === 0x64) return referenceType({ nullable: byte === 0x63, heap: readHeap(reader) });
  if (byte === PREFIX_SIMD_TYPE) reader.unsupported('SIMD', offset);
  if (byte > 0x64 && byte < PREFIX_SIMD_TYPE) reader.unsupported('garbage collection', offset);
  return reader.fail(`0x${byte.toString(16).padStart(2, '0')} is no value type`, offset);
}

/** What references are to: anything of a kind, which is one byte of a negative number, or a type. */
function readHeap(reader: Reader): number | 'func' | 'extern' {
  const offset = reader.position;
  const byte = reader.peek() ?? 0;
  if (byte >= EMPTY_BLOCK && byte < 0x80) {
    reader.u8();
    if (byte === 0x70 || byte === 0x6f) return byte === 0x70 ? 'func' : 'extern';
    return reader.unsupported('garbage collection', offset);
  }
  return reader.s33();
}

function readBlockType(reader: Reader, types: readonly FuncType[]): FuncType {
  const offset = reader.position;
  const byte = reader.peek();
  if (byte === EMPTY_BLOCK) {
    reader.u8();
    return { params: [], results: [] };
  }
  // One byte with bit 6 set is a negative number: a value type. Anything else is a type index.
  if (byte !== undefined && byte >= EMPTY_BLOCK && byte < 0x80) return { params: [], results: [readValueType(reader)] };
  const index = reader.s33();
  return types[index] ?? reader.fail(`there is no type ${index}`, offset);
}

function readOpcode(reader: Reader): Opcode {
  const offset = reader.position;
  const byte = reader.u8();
  const code = byte === PREFIX ? 0xfc00 + reader.u32() : byte;
  const opcode = OPCODES.get(code);
  if (opcode) return opcode;
  const feature = UNSUPPORTED_OPCODES.get(code);
  if (feature) reader.unsupported(feature, offset);
  const text = byte === PREFIX ? `0xfc ${code - 0xfc00}` : `0x${byte.toString(16).padStart(2, '0')}`;
  return reader.fail(`unknown opcode ${text}`, offset);
}

type Immediates = Omit<Instruction, 'op' | 'offset'>;

/** Bit 6 of the alignment says that a memory's index follows. */
function readMemoryImmediates(reader: Reader): Immediates {
  const HAS_INDEX = 64;
  const flags = reader.u32();
  const hasIndex = flags >= HAS_INDEX && flags < 2 * HAS_INDEX;
  const index = hasIndex ? reader.u32() : 0;
  return { memory: { align: hasIndex ? flags - HAS_INDEX : flags, index, offset: reader.u32() } };
}

function readImmediates(reader: Reader, { shape }: Opcode, types: readonly FuncType[]): Immediates {
  switch (shape) {
    case 'none':
      return {};
    case 'block':
      return { block: readBlockType(reader, types) };
    case 'label':
    case 'func':
    case 'local':
    case 'global':
    case 'data':
    case 'elem':
    case 'tableIndex':
    case 'memoryIndex':
      return { index: reader.u32() };
    case 'heap':
      return { types: [referenceType({ nullable: true, heap: readHeap(reader) })] };
    case 'table':
      return { labels: reader.vector(() => reader.u32()), index: reader.u32() };
    case 'indirect':
    case 'elemTable':
    case 'tableTable':
    case 'dataMemory':
    case 'memoryMemory':
      return { index: reader.u32(), index2: reader.u32() };
    case 'memory':
      return readMemoryImmediates(reader);
    case 'i32':
      return { value: reader.i32() };
    case 'i64':
      return { value: reader.i64() };
    case 'f32':
      return { value: reader.floatBits(4) };
    case 'f64':
      return { value: reader.floatBits(8) };
    case 'types':
      return { types: reader.vector(() => readValueType(reader)) };
  }
}

function readInstruction(reader: Reader, types: readonly FuncType[]): Instruction {
  const offset = reader.position;
  const opcode = readOpcode(reader);
  return { op: opcode.name, offset, ...readImmediates(reader, opcode, types) };
}

/** Instructions up to the `end` that closes the body, which is read and left out. */
export function readExpression(reader: Reader, types: readonly FuncType[]): Instruction[] {
  const body: Instruction[] = [];
  const open: string[] = [];
  for (;;) {
    const instruction = readInstruction(reader, types);
    const { op, offset } = instruction;
    if (instruction.block) open.push(op);
    if (op === 'else' && open[open.length - 1] !== 'if') reader.fail('`else` without `if`', offset);
    if (op === 'else') open[open.length - 1] = 'else';
    if (op === 'end' && open.pop() === undefined) return body;
    body.push(instruction);
  }
}

/** A function, a null reference or a global, as an element segment's expression. */
export function readElementExpression(reader: Reader, types: readonly FuncType[]): ElementItem {
  const offset = reader.position;
  const body = readExpression(reader, types);
  const [{ op, index } = { op: '', index: 0 }] = body;
  if (body.length !== 1) return reader.fail('an element is not one value', offset);
  if (op === 'ref.func') return index!;
  if (op === 'global.get') return { global: index! };
  return op === 'ref.null' ? null : reader.fail('an element is no reference', offset);
}
