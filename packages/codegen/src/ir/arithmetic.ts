/**
 * What the operations compute, written for the interpreter apart from the constant folder's tables (passes/evaluate.ts),
 * so that one judges the other. An i32 is a number in signed range, an i64 a bigint in signed range.
 */
import type { BinaryOp, CompareOp, TrapReason, UnaryOp } from './types.ts';

export type IrValue = number | bigint;

/** The operation traps. Caught by the interpreter. */
export class ArithmeticTrap extends Error {
  override name = 'ArithmeticTrap';
  readonly reason: TrapReason;

  constructor(reason: TrapReason) {
    super(reason);
    this.reason = reason;
  }
}

function trap(reason: TrapReason): never {
  throw new ArithmeticTrap(reason);
}

type Op32 = (a: number, b: number) => number;
type Op64 = (a: bigint, b: bigint) => bigint;

export const BINARY_32: Readonly<Record<BinaryOp, Op32>> = {
  add: (a, b) => (a + b) | 0,
  sub: (a, b) => (a - b) | 0,
  mul: (a, b) => Math.imul(a, b),
  divS: (a, b) => {
    if (b === 0) trap('integerDivideByZero');
    if (b === -1 && a === -0x8000_0000) trap('integerOverflow');
    return (a / b) | 0;
  },
  divU: (a, b) => (b === 0 ? trap('integerDivideByZero') : ((a >>> 0) / (b >>> 0)) | 0),
  remS: (a, b) => (b === 0 ? trap('integerDivideByZero') : (a % b) | 0),
  remU: (a, b) => (b === 0 ? trap('integerDivideByZero') : ((a >>> 0) % (b >>> 0)) | 0),
  and: (a, b) => a & b,
  or: (a, b) => a | b,
  xor: (a, b) => a ^ b,
  shl: (a, b) => a << b,
  shrS: (a, b) => a >> b,
  shrU: (a, b) => (a >>> b) | 0,
  rotl: (a, b) => (a << b) | (a >>> -b),
  rotr: (a, b) => (a >>> b) | (a << -b),
};

const signed = (x: bigint) => BigInt.asIntN(64, x);
const unsigned = (x: bigint) => BigInt.asUintN(64, x);
const amount = (b: bigint) => b & 63n;

export const BINARY_64: Readonly<Record<BinaryOp, Op64>> = {
  add: (a, b) => signed(a + b),
  sub: (a, b) => signed(a - b),
  mul: (a, b) => signed(a * b),
  divS: (a, b) => {
    if (b === 0n) trap('integerDivideByZero');
    const quotient = a / b;
    return quotient === 1n << 63n ? trap('integerOverflow') : quotient;
  },
  divU: (a, b) => (b === 0n ? trap('integerDivideByZero') : signed(unsigned(a) / unsigned(b))),
  remS: (a, b) => (b === 0n ? trap('integerDivideByZero') : a % b),
  remU: (a, b) => (b === 0n ? trap('integerDivideByZero') : signed(unsigned(a) % unsigned(b))),
  and: (a, b) => a & b,
  or: (a, b) => a | b,
  xor: (a, b) => a ^ b,
  shl: (a, b) => signed(a << amount(b)),
  shrS: (a, b) => a >> amount(b),
  shrU: (a, b) => signed(unsigned(a) >> amount(b)),
  rotl: (a, b) => signed((a << amount(b)) | (unsigned(a) >> (64n - amount(b)))),
  rotr: (a, b) => signed((a << (64n - amount(b))) | (unsigned(a) >> amount(b))),
};

export const COMPARE: Readonly<Record<CompareOp, (a: IrValue, b: IrValue) => boolean>> = {
  eq: (a, b) => a === b,
  ne: (a, b) => a !== b,
  ltS: (a, b) => a < b,
  gtS: (a, b) => a > b,
  leS: (a, b) => a <= b,
  geS: (a, b) => a >= b,
  ltU: (a, b) => asUnsigned(a) < asUnsigned(b),
  gtU: (a, b) => asUnsigned(a) > asUnsigned(b),
  leU: (a, b) => asUnsigned(a) <= asUnsigned(b),
  geU: (a, b) => asUnsigned(a) >= asUnsigned(b),
};

function asUnsigned(x: IrValue): IrValue {
  return typeof x === 'bigint' ? unsigned(x) : x >>> 0;
}

function trailingZeros(x: number): number {
  return x === 0 ? 32 : 31 - Math.clz32(x & -x);
}

function ones(x: number): number {
  let count = 0;
  for (let rest = x >>> 0; rest !== 0; rest = (rest & (rest - 1)) >>> 0) count++;
  return count;
}

const low = (x: bigint) => Number(BigInt.asIntN(32, x));
const high = (x: bigint) => Number(BigInt.asIntN(32, x >> 32n));

export const UNARY: Readonly<Record<UnaryOp, (a: IrValue) => IrValue>> = {
  clz: (a) =>
    typeof a === 'number' ? Math.clz32(a) : BigInt(high(a) === 0 ? 32 + Math.clz32(low(a)) : Math.clz32(high(a))),
  ctz: (a) =>
    typeof a === 'number'
      ? trailingZeros(a)
      : BigInt(low(a) === 0 ? 32 + trailingZeros(high(a)) : trailingZeros(low(a))),
  popcnt: (a) => (typeof a === 'number' ? ones(a) : BigInt(ones(low(a)) + ones(high(a)))),
  eqz: (a) => (a === 0 || a === 0n ? 1 : 0),
  extend8S: (a) => (typeof a === 'number' ? (a << 24) >> 24 : BigInt.asIntN(8, a)),
  extend16S: (a) => (typeof a === 'number' ? (a << 16) >> 16 : BigInt.asIntN(16, a)),
  extend32S: (a) => BigInt.asIntN(32, BigInt(a)),
  wrap: (a) => low(a as bigint),
  extendI32S: (a) => BigInt(a),
  extendI32U: (a) => BigInt((a as number) >>> 0),
};
