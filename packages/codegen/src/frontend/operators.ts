/** wasm operators that are one IR instruction with the same arguments, and memory accesses: tables. */
import { bitsOf, FLOAT_OPERATIONS } from '../ir/float-operations.ts';
import type { BinaryOp, CompareOp, FloatOp, UnaryOp, ValueType } from '../ir/types.ts';

const CAMEL: Record<string, string> = {
  div_s: 'divS',
  div_u: 'divU',
  rem_s: 'remS',
  rem_u: 'remU',
  shr_s: 'shrS',
  shr_u: 'shrU',
  lt_s: 'ltS',
  lt_u: 'ltU',
  gt_s: 'gtS',
  gt_u: 'gtU',
  le_s: 'leS',
  le_u: 'leU',
  ge_s: 'geS',
  ge_u: 'geU',
  extend8_s: 'extend8S',
  extend16_s: 'extend16S',
  extend32_s: 'extend32S',
};

export interface Operator {
  readonly op: BinaryOp | CompareOp | UnaryOp | FloatOp;
  readonly args: number;
  readonly result: ValueType;
}

const operators = new Map<string, Operator>();
const COMPARES = ['eq', 'ne', 'lt_s', 'lt_u', 'gt_s', 'gt_u', 'le_s', 'le_u', 'ge_s', 'ge_u'];
const BINARY = [
  'add',
  'sub',
  'mul',
  'div_s',
  'div_u',
  'rem_s',
  'rem_u',
  'and',
  'or',
  'xor',
  'shl',
  'shr_s',
  'shr_u',
  'rotl',
  'rotr',
];
const UNARY = ['clz', 'ctz', 'popcnt', 'extend8_s', 'extend16_s'];
const camel = (name: string) => (CAMEL[name] ?? name) as Operator['op'];
for (const type of ['i32', 'i64'] as const) {
  operators.set(`${type}.eqz`, { op: 'eqz', args: 1, result: 'i32' });
  for (const name of COMPARES) operators.set(`${type}.${name}`, { op: camel(name), args: 2, result: 'i32' });
  for (const name of BINARY) operators.set(`${type}.${name}`, { op: camel(name), args: 2, result: type });
  for (const name of UNARY) operators.set(`${type}.${name}`, { op: camel(name), args: 1, result: type });
}
operators.set('i64.extend32_s', { op: 'extend32S', args: 1, result: 'i64' });
operators.set('i32.wrap_i64', { op: 'wrap', args: 1, result: 'i32' });
operators.set('i64.extend_i32_s', { op: 'extendI32S', args: 1, result: 'i64' });
operators.set('i64.extend_i32_u', { op: 'extendI32U', args: 1, result: 'i64' });
for (const { op, wasm, args, result } of FLOAT_OPERATIONS.values())
  operators.set(wasm, { op, args: args.length, result });

export const OPERATORS: ReadonlyMap<string, Operator> = operators;

export interface MemoryOperator {
  readonly store: boolean;
  readonly type: ValueType;
  readonly width: 1 | 2 | 4 | 8;
  readonly signed: boolean;
}

/** `i64.load32_s` and its kin, floats by their bits; undefined for anything else. */
export function memoryOperator(op: string): MemoryOperator | undefined {
  const match = /^([if](?:32|64))\.(load|store)(8|16|32)?(?:_([su]))?$/.exec(op);
  if (!match) return undefined;
  const type = bitsOf(match[1]);
  const full = type === 'i32' ? 4 : 8;
  const width = (match[3] ? Number(match[3]) / 8 : full) as MemoryOperator['width'];
  return { store: match[2] === 'store', type, width, signed: match[4] === 's' };
}
