/** Function bodies and constant expressions: bytes → instructions. */
import type { FuncType, Instruction, ValueType } from './module.ts';
import { OPCODES, type Opcode, PREFIXED } from './opcodes.ts';
import type { Reader } from './reader.ts';

const VALUE_TYPES: Readonly<Record<number, ValueType>> = {
  127: 'i32',
  126: 'i64',
  125: 'f32',
  124: 'f64',
  123: 'v128',
  112: 'funcref',
  111: 'externref',
};

export function readValueType(reader: Reader): ValueType {
  const byte = reader.u8();
  return VALUE_TYPES[byte] ?? reader.fail(`no value type 0x${byte.toString(16)}`);
}

function readBlockType(reader: Reader, types: readonly FuncType[]): FuncType {
  const value = Number(reader.s33());
  if (value === -64) return { params: [], results: [] };
  if (value >= 0) return types[value] ?? reader.fail(`no type ${value}`);
  const type = VALUE_TYPES[value + 128];
  return type ? { params: [], results: [type] } : reader.fail(`no block type ${value}`);
}

function readOpcode(reader: Reader): Opcode {
  const at = reader.position;
  const byte = reader.u8();
  if (byte !== 0xfc) return OPCODES.get(byte) ?? unknown(reader, at, `0x${byte.toString(16).padStart(2, '0')}`);
  const number = reader.u32();
  return PREFIXED.get(number) ?? unknown(reader, at, `0xfc ${number}`);
}

function unknown(reader: Reader, at: number, text: string): never {
  reader.position = at;
  return reader.fail(`unknown opcode ${text}`);
}

export function readInstruction(reader: Reader, types: readonly FuncType[]): Instruction {
  const offset = reader.position;
  const opcode = readOpcode(reader);
  const base = { op: opcode.name, offset };
  switch (opcode.shape) {
    case 'block':
      return { ...base, block: readBlockType(reader, types) };
    case 'label':
    case 'func':
    case 'local':
    case 'global':
    case 'data':
      return { ...base, index: reader.u32() };
    case 'table':
      return { ...base, labels: reader.vector(() => reader.u32()), index: reader.u32() };
    case 'indirect':
      return { ...base, index: reader.u32(), index2: reader.u32() };
    case 'memory':
      return { ...base, memory: { align: reader.u32(), offset: reader.u32() } };
    case 'i32':
      return { ...base, value: reader.i32() };
    case 'i64':
      return { ...base, value: reader.i64() };
    case 'f32':
      reader.take(4);
      return base;
    case 'f64':
      reader.take(8);
      return base;
    case 'zero':
      return { ...base, index: reader.u8() };
    case 'dataZero':
      return { ...base, index: reader.u32(), index2: reader.u8() };
    case 'zeroZero':
      return { ...base, index: reader.u8(), index2: reader.u8() };
    case 'types':
      reader.vector(() => readValueType(reader));
      return { ...base, op: 'select' };
    default:
      return base;
  }
}

/** Instructions up to the `end` that closes the body. */
export function readExpression(reader: Reader, types: readonly FuncType[]): Instruction[] {
  const body: Instruction[] = [];
  for (let depth = 0; ; ) {
    const instruction = readInstruction(reader, types);
    if (instruction.op === 'end' && depth === 0) return body;
    if (instruction.block) depth++;
    else if (instruction.op === 'end') depth--;
    body.push(instruction);
  }
}
