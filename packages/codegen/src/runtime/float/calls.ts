/**
 * Where it is decided what becomes of an operation on floats: a call of a library routine. A processor that has an
 * instruction for some of them would be told apart here.
 */
import type { FloatOp, Inst, ValueId, ValueType } from '../../ir/types.ts';
import { floatSymbol } from './library.ts';

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

/** The second argument negated. */
const negated =
  (type: ValueType): FloatCall['args'] =>
  ([a, b], emit) => {
    const value = type === 'i32' ? -(1n << 31n) : -(1n << 63n);
    const sign = emit(type, { op: 'const', args: [], value });
    return [a, emit(type, { op: 'xor', args: [b, sign] })];
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
    calls.set(`${float}Eq`, { routine: `${float}_eq` });
    calls.set(`${float}Ne`, { routine: `${float}_eq`, inverted: true });
    calls.set(`${float}Lt`, { routine: `${float}_lt` });
    calls.set(`${float}Gt`, { routine: `${float}_lt`, args: swapped });
    calls.set(`${float}Le`, { routine: `${float}_le` });
    calls.set(`${float}Ge`, { routine: `${float}_le`, args: swapped });
  }
  return calls;
}

const CALLS: ReadonlyMap<string, FloatCall> = floatCalls();

/** The instructions that take the place of an operation on floats; undefined for any other instruction. */
export function callForFloat(inst: Inst, emit: Emit): { inst: Inst; callee: string } | undefined {
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
