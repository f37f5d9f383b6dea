/** Function bodies and constant expressions: bytes → instructions (WebAssembly Core Specification 2.0, 5.3 and 5.4). */
import type { FuncType, Instruction, ValueType } from './module.ts';
import { OPCODES, type Opcode, UNSUPPORTED_OPCODES } from './opcodes.ts';
import type { Reader } from './reader.ts';

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
  return VALUE_TYPES.get(byte) ?? refuseType(reader, byte, offset);
}

/** The element type of a table: function references alone. */
export function readTableType(reader: Reader): void {
  const offset = reader.position;
  const byte = reader.u8();
  if (byte !== 0x70) refuseType(reader, byte, offset);
}

function refuseType(reader: Reader, byte: number, offset: number): never {
  if (byte === PREFIX_SIMD_TYPE) reader.unsupported('SIMD', offset);
  if (byte === 0x70 || byte === 0x6f) reader.unsupported('reference types', offset);
  if (byte >= 0x63 && byte < PREFIX_SIMD_TYPE) reader.unsupported('garbage collection', offset);
  return reader.fail(`0x${byte.toString(16).padStart(2, '0')} is no value type`, offset);
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

/** A byte that is the index of the one memory there can be. */
function zero(reader: Reader): number {
  const offset = reader.position;
  return reader.u8() === 0 ? 0 : reader.unsupported('multiple memories', offset);
}

function readMemoryImmediates(reader: Reader): Immediates {
  const offset = reader.position;
  const align = reader.u32();
  if (align >= 64 && align < 128) reader.unsupported('multiple memories', offset);
  return { memory: { align, offset: reader.u32() } };
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
      return { index: reader.u32() };
    case 'table':
      return { labels: reader.vector(() => reader.u32()), index: reader.u32() };
    case 'indirect':
    case 'elemTable':
    case 'tableTable':
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
    case 'zero':
      return { index: zero(reader) };
    case 'dataZero':
      return { index: reader.u32(), index2: zero(reader) };
    case 'zeroZero':
      return { index: zero(reader), index2: zero(reader) };
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

/** A function index, or a null reference, as an element segment's expression. */
export function readElementExpression(reader: Reader): number | null {
  const offset = reader.position;
  const opcode = reader.u8();
  const END = 0x0b;
  if (opcode === 0xd2) {
    const index = reader.u32();
    return reader.u8() === END ? index : reader.unsupported('extended constant expressions', offset);
  }
  if (opcode === 0xd0) {
    const type = reader.u8();
    if (type !== 0x70) refuseType(reader, type, offset);
    return reader.u8() === END ? null : reader.unsupported('extended constant expressions', offset);
  }
  if (opcode === 0x23) return reader.unsupported('reference types', offset);
  return reader.fail('an element is neither a function nor null', offset);
}
