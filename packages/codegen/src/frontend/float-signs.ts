/** Float operators that look at the sign bit alone, or at nothing: integer operations on the bit pattern. */
import type { ValueId, ValueType } from '../ir/types.ts';
import type { FunctionTranslator } from './translate-function.ts';

const SIGN: Readonly<Record<ValueType, bigint>> = { i32: -(1n << 31n), i64: -(1n << 63n) };

/** Translates abs, neg, copysign and the reinterpretations; false for any other operator. */
export function translateSign(t: FunctionTranslator, op: string): boolean {
  if (op.includes('.reinterpret_')) return true;
  const match = /^f(32|64)\.(abs|neg|copysign)$/.exec(op);
  if (!match) return false;
  const type: ValueType = match[1] === '64' ? 'i64' : 'i32';
  const emit = (op: 'and' | 'or' | 'xor', a: ValueId, b: bigint | ValueId) =>
    t.builder.emit(type, { op, args: [a, typeof b === 'bigint' ? t.builder.constant(type, b) : b] });
  const sign = SIGN[type];
  if (match[2] === 'copysign') {
    const [size, from] = t.popMany(2);
    t.stack.push(emit('or', emit('and', size, ~sign), emit('and', from, sign)));
    return true;
  }
  t.stack.push(match[2] === 'abs' ? emit('and', t.pop(), ~sign) : emit('xor', t.pop(), sign));
  return true;
}
