/**
 * What the operations on floats compute, on bit patterns, by the host's own IEEE 754 arithmetic: for the interpreter and
 * the constant folder. A NaN result is the positive canonical one, as the runtime's routines give it; the machine code is
 * judged by V8 and by the specification's cases.
 *
 * A product, sum, quotient or root of f32 values that is rounded to f64 first is rounded to f32 as if at once: 53 bits
 * are more than twice 24 and 2 (Figueroa, "When is double rounding innocuous?", SIGNUM Newsletter 30(3), 1995).
 */
import { ArithmeticTrap, type IrValue } from './arithmetic.ts';
import type { FloatOp } from './types.ts';

type Operation = (a: IrValue, b: IrValue) => IrValue;

const view = new DataView(new ArrayBuffer(8));

/** A float type as the operations see it: bit patterns in, bit patterns out. */
interface Format {
  readonly value: (bits: IrValue) => number;
  /** Rounds to the format. */
  readonly bits: (value: number) => IrValue;
}

const F32: Format = {
  value: (bits) => {
    view.setInt32(0, bits as number);
    return view.getFloat32(0);
  },
  bits: (value) => {
    if (Number.isNaN(value)) return 0x7fc0_0000;
    view.setFloat32(0, value);
    return view.getInt32(0);
  },
};

const F64: Format = {
  value: (bits) => {
    view.setBigInt64(0, bits as bigint);
    return view.getFloat64(0);
  },
  bits: (value) => {
    if (Number.isNaN(value)) return 0x7ff8_0000_0000_0000n;
    view.setFloat64(0, value);
    return view.getBigInt64(0);
  },
};

/** To the even one of two integers that are as near. Keeps the sign of a zero. */
function nearest(x: number): number {
  const down = Math.floor(x);
  const rest = x - down;
  const up = rest > 0.5 || (rest === 0.5 && down % 2 !== 0);
  const rounded = up ? down + 1 : down;
  return rounded === 0 && (x < 0 || Object.is(x, -0)) ? -0 : rounded;
}

const UNARY: Readonly<Record<string, (x: number) => number>> = {
  Sqrt: Math.sqrt,
  Ceil: Math.ceil,
  Floor: Math.floor,
  Trunc: Math.trunc,
  Nearest: nearest,
};
const BINARY: Readonly<Record<string, (x: number, y: number) => number>> = {
  Add: (x, y) => x + y,
  Sub: (x, y) => x - y,
  Mul: (x, y) => x * y,
  Div: (x, y) => x / y,
  Min: Math.min,
  Max: Math.max,
};
const COMPARE: Readonly<Record<string, (x: number, y: number) => boolean>> = {
  Eq: (x, y) => x === y,
  Ne: (x, y) => x !== y,
  Lt: (x, y) => x < y,
  Gt: (x, y) => x > y,
  Le: (x, y) => x <= y,
  Ge: (x, y) => x >= y,
};

/** An integer of up to 64 bits, rounded to f32 once: what lies below the 53 bits of a number is gathered in its last bit. */
function roundToF32(value: bigint): number {
  const size = value < 0n ? -value : value;
  const excess = BigInt(Math.max(0, size.toString(2).length - 52));
  const kept = size >> excess;
  const lost = kept << excess === size ? 0n : 1n;
  const rounded = Math.fround(Number(kept | lost)) * 2 ** Number(excess);
  return value < 0n ? -rounded : rounded;
}

function truncate(x: number, bits: number, signed: boolean, saturate: boolean): bigint {
  const least = signed ? -(1n << BigInt(bits - 1)) : 0n;
  const most = signed ? -least - 1n : (1n << BigInt(bits)) - 1n;
  if (Number.isNaN(x)) {
    if (saturate) return 0n;
    throw new ArithmeticTrap('invalidConversionToInteger');
  }
  const whole = Number.isFinite(x) ? BigInt(Math.trunc(x)) : x < 0 ? least - 1n : most + 1n;
  if (whole >= least && whole <= most) return whole;
  if (!saturate) throw new ArithmeticTrap('integerOverflow');
  return whole < least ? least : most;
}

function table(): Record<string, Operation> {
  const operations: Record<string, Operation> = {
    f32DemoteF64: (a) => F32.bits(F64.value(a)),
    f64PromoteF32: (a) => F64.bits(F32.value(a)),
  };
  for (const [name, { value, bits }] of Object.entries({ f32: F32, f64: F64 })) {
    for (const [op, f] of Object.entries(UNARY)) operations[name + op] = (a) => bits(f(value(a)));
    for (const [op, f] of Object.entries(BINARY)) operations[name + op] = (a, b) => bits(f(value(a), value(b)));
    for (const [op, f] of Object.entries(COMPARE)) operations[name + op] = (a, b) => (f(value(a), value(b)) ? 1 : 0);
    for (const size of [32, 64] as const) {
      for (const sign of ['S', 'U']) {
        const integer = sign === 'S' ? BigInt.asIntN : BigInt.asUintN;
        const round = name === 'f32' ? roundToF32 : Number;
        operations[`${name}ConvertI${size}${sign}`] = (a) => bits(round(integer(size, BigInt(a))));
        for (const how of ['Trunc', 'TruncSat']) {
          operations[`i${size}${how}${name.toUpperCase()}${sign}`] = (a) => {
            const whole = BigInt.asIntN(size, truncate(value(a), size, sign === 'S', how === 'TruncSat'));
            return size === 64 ? whole : Number(whole);
          };
        }
      }
    }
  }
  return operations;
}

export const FLOAT_ARITHMETIC: Readonly<Record<FloatOp, Operation>> = table() as Record<FloatOp, Operation>;
