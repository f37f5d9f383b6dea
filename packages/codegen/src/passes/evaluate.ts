/** What an operation gives for constants; undefined where it would trap or is not a computation. */
import { ArithmeticTrap } from '../ir/arithmetic.ts';
import { FLOAT_ARITHMETIC } from '../ir/float-arithmetic.ts';
import { FLOAT_OPERATIONS, type FloatOperation } from '../ir/float-operations.ts';
import type { Inst, ValueType } from '../ir/types.ts';

type Fold = (a: bigint, b: bigint, bits: number) => bigint | boolean | undefined;

const s = (x: bigint, bits: number) => BigInt.asIntN(bits, x);
const u = (x: bigint, bits: number) => BigInt.asUintN(bits, x);
const shiftBy = (b: bigint, bits: number) => u(b, bits === 64 ? 6 : 5);
const leadingZeros = (x: bigint, bits: number) => BigInt(bits - (x === 0n ? 0 : x.toString(2).length));
const trailingZeros = (x: bigint, bits: number) =>
  x === 0n ? BigInt(bits) : BigInt(x.toString(2).length - x.toString(2).lastIndexOf('1') - 1);

const FOLDS: Partial<Record<Inst['op'], Fold>> = {
  add: (a, b) => a + b,
  sub: (a, b) => a - b,
  mul: (a, b) => a * b,
  and: (a, b) => a & b,
  or: (a, b) => a | b,
  xor: (a, b) => a ^ b,
  divS: (a, b, n) =>
    s(b, n) === 0n || (s(b, n) === -1n && s(a, n) === -(1n << BigInt(n - 1))) ? undefined : s(a, n) / s(b, n),
  divU: (a, b, n) => (u(b, n) === 0n ? undefined : u(a, n) / u(b, n)),
  remS: (a, b, n) => (s(b, n) === 0n ? undefined : s(a, n) % s(b, n)),
  remU: (a, b, n) => (u(b, n) === 0n ? undefined : u(a, n) % u(b, n)),
  shl: (a, b, n) => a << shiftBy(b, n),
  shrS: (a, b, n) => s(a, n) >> shiftBy(b, n),
  shrU: (a, b, n) => u(a, n) >> shiftBy(b, n),
  rotl: (a, b, n) => (u(a, n) << shiftBy(b, n)) | (u(a, n) >> (BigInt(n) - shiftBy(b, n))),
  rotr: (a, b, n) => (u(a, n) >> shiftBy(b, n)) | (u(a, n) << (BigInt(n) - shiftBy(b, n))),
  eq: (a, b, n) => u(a, n) === u(b, n),
  ne: (a, b, n) => u(a, n) !== u(b, n),
  ltS: (a, b, n) => s(a, n) < s(b, n),
  ltU: (a, b, n) => u(a, n) < u(b, n),
  gtS: (a, b, n) => s(a, n) > s(b, n),
  gtU: (a, b, n) => u(a, n) > u(b, n),
  leS: (a, b, n) => s(a, n) <= s(b, n),
  leU: (a, b, n) => u(a, n) <= u(b, n),
  geS: (a, b, n) => s(a, n) >= s(b, n),
  geU: (a, b, n) => u(a, n) >= u(b, n),
  eqz: (a, _b, n) => u(a, n) === 0n,
  clz: (a, _b, n) => leadingZeros(u(a, n), n),
  ctz: (a, _b, n) => trailingZeros(u(a, n), n),
  popcnt: (a, _b, n) => BigInt([...u(a, n).toString(2)].filter((c) => c === '1').length),
  extend8S: (a) => BigInt.asIntN(8, a),
  extend16S: (a) => BigInt.asIntN(16, a),
  extend32S: (a) => BigInt.asIntN(32, a),
  wrap: (a) => a,
  extendI32S: (a) => BigInt.asIntN(32, a),
  extendI32U: (a) => BigInt.asUintN(32, a),
};

/** `type` is the operands' type. The result still has to be wrapped to the result type. */
export function evaluate(op: Inst['op'], type: ValueType, args: readonly bigint[]): bigint | undefined {
  const float = FLOAT_OPERATIONS.get(op);
  if (float) return evaluateFloat(float, args);
  const result = FOLDS[op]?.(args[0], args[1] ?? 0n, type === 'i64' ? 64 : 32);
  return typeof result === 'boolean' ? (result ? 1n : 0n) : result;
}

/** By the host's arithmetic, which is that of IEEE 754. */
function evaluateFloat({ op, args: types }: FloatOperation, args: readonly bigint[]): bigint | undefined {
  const [a, b] = args.map((arg, i) => (types[i] === 'i64' ? arg : Number(arg)));
  try {
    return BigInt(FLOAT_ARITHMETIC[op](a, b));
  } catch (error) {
    if (error instanceof ArithmeticTrap) return undefined;
    throw error;
  }
}
