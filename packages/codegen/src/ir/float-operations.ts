/** The operations on floats, one line each: operation, the operator of WebAssembly that it is, types of the bit patterns. */
import { OPCODES } from '@kickstage/wasm/opcodes';
import { isReference } from '@kickstage/wasm/references';
import type { FloatOp, ValueType } from './types.ts';

export interface FloatOperation {
  readonly op: FloatOp;
  /** As in the text format: `f32.convert_i64_u`. */
  readonly wasm: string;
  readonly args: readonly ValueType[];
  readonly result: ValueType;
}

/** Sign bits alone: these are integer operations on the bit pattern and have no operation of their own. */
const BITWISE = /^f(32|64)\.(abs|neg|copysign)$|\.reinterpret_/;

/** The integer type that holds a value of a type: of a reference both words (frontend/references.ts). */
export function bitsOf(type: string): ValueType {
  return type.endsWith('64') || isReference(type) ? 'i64' : 'i32';
}

const isFloat = (type: string) => type === 'f32' || type === 'f64';

function operations(): FloatOperation[] {
  return [...OPCODES.values()].flatMap(({ name, shape, signature }) => {
    if (shape !== 'none' || !signature || BITWISE.test(name)) return [];
    if (![...signature.params, ...signature.results].some(isFloat)) return [];
    const op = name.replace(/[._](\w)/g, (_, letter: string) => letter.toUpperCase()) as FloatOp;
    return [{ op, wasm: name, args: signature.params.map(bitsOf), result: bitsOf(signature.results[0]) }];
  });
}

/** By the operation's name. */
export const FLOAT_OPERATIONS: ReadonlyMap<string, FloatOperation> = new Map(operations().map((o) => [o.op, o]));

export function isFloatOp(op: string): op is FloatOp {
  return FLOAT_OPERATIONS.has(op);
}

/** Whether the operation traps for some values: a conversion to an integer that cannot hold the value. */
export function mayTrap(op: FloatOp): boolean {
  return /^i\d+TruncF/.test(op);
}
