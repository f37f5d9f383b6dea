/**
 * Where it is decided what becomes of an operation on floats: an instruction, where the code is for a floating-point unit
 * that has one (isel/single-operations.ts), or else a call of a library routine.
 */
import { FLOAT_OPERATIONS } from '../../ir/float-operations.ts';
import type { FloatOp, Inst, ValueId, ValueType } from '../../ir/types.ts';
import { isSingleOperation } from '../../isel/single-operations.ts';
import { floatSymbol } from './library.ts';

/** What computes with floats: routines alone, or the unit as far as it goes. */
export type FloatMode = 'soft' | 'fpu';

/** Adds an instruction with one result and gives the result. */
export type Emit = (
  type: ValueType,
  inst: { op: string; args: readonly ValueId[] } & Record<string, unknown>,
) => ValueId;

interface FloatCall {
  readonly routine: string;
  /** What the routine is called with; the operation's own arguments when absent. */
  readonly args?: (args: readonly ValueId[], emit: Emit) => readonly ValueId[];
  /** The result is 0 for 1 and 1 for 0. */
  readonly inverted?: boolean;
}

const swapped: FloatCall['args'] = ([a, b]) => [b, a];

const SIGN: Readonly<Record<ValueType, bigint>> = { i32: -(1n << 31n), i64: -(1n << 63n) };

/** The second argument negated. */
const negated =
  (type: ValueType): FloatCall['args'] =>
  ([a, b], emit) => {
    const sign = emit(type, { op: 'const', args: [], value: SIGN[type] });
    return [a, emit(type, { op: 'xor', args: [b, sign] })];
  };

/** A constant word behind the argument. */
const withWord =
  (value: bigint): FloatCall['args'] =>
  ([a], emit) => [a, emit('i32', { op: 'const', args: [], value })];

/** The argument's word with the sign behind it. */
const withOwnSign =
  (type: ValueType): FloatCall['args'] =>
  ([a], emit) => {
    if (type === 'i32') return [a, a];
    const amount = emit('i64', { op: 'const', args: [], value: 32n });
    return [a, emit('i32', { op: 'wrap', args: [emit('i64', { op: 'shrU', args: [a, amount] })] })];
  };

function floatCalls(): Map<FloatOp, FloatCall> {
  const calls = new Map<FloatOp, FloatCall>();
  for (const [float, type] of [
    ['f32', 'i32'],
    ['f64', 'i64'],
  ] as const) {
    calls.set(`${float}Add`, { routine: `${float}_add` });
    calls.set(`${float}Sub`, { routine: `${float}_add`, args: negated(type) });
    calls.set(`${float}Mul`, { routine: `${float}_mul` });
    calls.set(`${float}Div`, { routine: `${float}_div` });
    calls.set(`${float}Sqrt`, { routine: `${float}_sqrt` });
    calls.set(`${float}Min`, { routine: `${float}_min` });
    calls.set(`${float}Max`, { routine: `${float}_max` });
    calls.set(`${float}Floor`, { routine: `${float}_integral`, args: withWord(0n) });
    calls.set(`${float}Ceil`, { routine: `${float}_integral`, args: withWord(SIGN.i32) });
    calls.set(`${float}Trunc`, { routine: `${float}_integral`, args: withOwnSign(type) });
    calls.set(`${float}Nearest`, { routine: `${float}_nearest` });
    for (const integer of ['I32', 'I64'] as const) {
      const routine = `${float}_convert_${integer.toLowerCase()}`;
      calls.set(`${float}Convert${integer}S`, { routine, args: withWord(SIGN.i32) });
      calls.set(`${float}Convert${integer}U`, { routine, args: withWord(0n) });
    }
    calls.set(`${float}Eq`, { routine: `${float}_eq` });
    calls.set(`${float}Ne`, { routine: `${float}_eq`, inverted: true });
    calls.set(`${float}Lt`, { routine: `${float}_lt` });
    calls.set(`${float}Gt`, { routine: `${float}_lt`, args: swapped });
    calls.set(`${float}Le`, { routine: `${float}_le` });
    calls.set(`${float}Ge`, { routine: `${float}_le`, args: swapped });
  }
  calls.set('f64PromoteF32', { routine: 'f64_promote' });
  calls.set('f32DemoteF64', { routine: 'f32_demote' });
  for (const { op, wasm } of FLOAT_OPERATIONS.values()) {
    if (/^i\d+\.trunc/.test(wasm)) calls.set(op, { routine: wasm.replace('.', '_') });
  }
  return calls;
}

const CALLS: ReadonlyMap<string, FloatCall> = floatCalls();

/** The instructions that take the place of an operation on floats; undefined for any other instruction, or one that stays. */
export function callForFloat(inst: Inst, emit: Emit, mode: FloatMode): { inst: Inst; callee: string } | undefined {
  if (mode === 'fpu' && isSingleOperation(inst.op)) return undefined;
  const call = CALLS.get(inst.op);
  if (!call) return undefined;
  const callee = floatSymbol(call.routine);
  const args = call.args?.(inst.args, emit) ?? inst.args;
  const { results, place } = inst;
  const at = place ? { place } : {};
  if (!call.inverted) return { callee, inst: { op: 'call', callee, args, results, ...at } };
  const result = emit('i32', { op: 'call', callee, args });
  return { callee, inst: { op: 'eqz', args: [result], results, ...at } };
}
