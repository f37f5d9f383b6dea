/**
 * Arithmetic against exact arithmetic: results as fractions of big integers, rounded as FPRound of DDI 0403E A2.5 says it,
 * digit by digit. Beside Unicorn's judgement this needs nobody else, and it sees every operation in every mode.
 */
import { describe, expect, test } from 'vitest';
import { randomSource } from '../../../../../tools/unicorn/cases.ts';
import { randomSingle } from '../../../../../tools/unicorn/vfp-cases.ts';
import { createBareMachine } from '../../machine.ts';
import type { Fpu } from '../fpu.ts';
import { add, divide, multiply, multiplyAdd, squareRoot } from './vfp-arithmetic.ts';
import { fromFixed, toFixed } from './vfp-convert.ts';

const SEED = 6;
const COUNT = 2_000;
const MODES = ['nearest', 'to plus infinity', 'to minus infinity', 'to zero'] as const;
const [UFC, OFC, IXC] = [8, 4, 16];

/** A magnitude: how many whole units of 2^q it has, and what is left: 0, below, at or above half a unit. */
interface Magnitude {
  readonly exponent: number;
  units(q: number): { readonly whole: bigint; readonly rest: 0 | 1 | 2 | 3 };
}

const bitLength = (n: bigint) => n.toString(2).length;
const shifted = (n: bigint, by: number) => (by >= 0 ? n << BigInt(by) : n);

/** numerator / denominator * 2^scale. */
function fraction(numerator: bigint, denominator: bigint, scale: number): Magnitude {
  const split = (q: number) => {
    const top = shifted(numerator, scale - q);
    const bottom = shifted(denominator, q - scale);
    return { whole: top / bottom, twiceRest: 2n * (top % bottom), bottom };
  };
  let exponent = bitLength(numerator) - bitLength(denominator) + scale;
  if (split(exponent).whole === 0n) exponent--;
  return {
    exponent,
    units: (q) => {
      const { whole, twiceRest, bottom } = split(q);
      return { whole, rest: twiceRest === 0n ? 0 : twiceRest < bottom ? 1 : twiceRest === bottom ? 2 : 3 };
    },
  };
}

function integerRoot(n: bigint): bigint {
  if (n < 2n) return n;
  let x = 1n << BigInt((bitLength(n) + 1) >> 1);
  for (;;) {
    const y = (x + n / x) >> 1n;
    if (y >= x) return x;
    x = y;
  }
}

/** Square root of m * 2^scale. */
function root(m: bigint, scale: number): Magnitude {
  const exponent = Math.floor((bitLength(m) - 1 + scale) / 2);
  return {
    exponent,
    units: (q) => {
      const square = shifted(m, scale - 2 * q);
      const whole = integerRoot(square);
      const rest = square - whole * whole;
      // An integer's root is never halfway between integers.
      return { whole, rest: rest === 0n ? 0 : rest <= whole ? 1 : 3 };
    },
  };
}

/** Bits and flags. */
function roundExactly(isNegative: boolean, { exponent, units }: Magnitude, mode: number, fz: boolean) {
  const sign = isNegative ? 0x80000000 : 0;
  if (fz && exponent < -126) return { bits: sign, flags: UFC };
  const low = Math.max(exponent, -126) - 23;
  const { whole, rest } = units(low);
  const up = [rest === 3 || (rest === 2 && whole % 2n === 1n), rest !== 0 && !isNegative, rest !== 0 && isNegative][
    mode
  ];
  const significand = Number(whole) + (up ? 1 : 0);
  let flags = rest === 0 ? 0 : IXC;
  if (rest !== 0 && exponent < -126) flags |= UFC;
  // A significand that reaches the next power of two carries into the exponent by itself.
  const magnitude = (low + 149) * 0x800000 + significand;
  if (magnitude < 0x7f800000) return { bits: sign + magnitude, flags };
  flags |= OFC | IXC;
  const toInfinity = mode === 0 || mode === (isNegative ? 2 : 1);
  return { bits: sign + (toInfinity ? 0x7f800000 : 0x7f7fffff), flags };
}

/** significand * 2^exponent with sign, of finite bits. */
function parts(bits: number): { m: bigint; e: number } {
  const field = (bits >>> 23) & 0xff;
  const m = BigInt((bits & 0x7fffff) | (field === 0 ? 0 : 0x800000));
  return { m: bits >>> 31 ? -m : m, e: Math.max(field, 1) - 150 };
}

const hasValue = (bits: number) => (bits & 0x7f800000) !== 0x7f800000;
const isDenormal = (bits: number) => (bits & 0x7f800000) === 0 && (bits & 0x7fffff) !== 0;
const absolute = (n: bigint) => (n < 0n ? -n : n);

type Exact = (a: Parts, b: Parts, c: Parts) => { readonly m: bigint; readonly magnitude: Magnitude } | undefined;
type Parts = ReturnType<typeof parts>;

const whole = (m: bigint, e: number) => (m === 0n ? undefined : { m, magnitude: fraction(absolute(m), 1n, e) });
function sum(a: Parts, b: Parts) {
  const e = Math.min(a.e, b.e);
  return whole(shifted(a.m, a.e - e) + shifted(b.m, b.e - e), e);
}
const product = (a: Parts, b: Parts): Parts => ({ m: a.m * b.m, e: a.e + b.e });

interface Operation {
  readonly name: string;
  readonly compute: (fpu: Fpu, a: number, b: number, c: number) => number;
  /** Undefined where the result is no rounded number: zero or not defined. */
  readonly exact: Exact;
}

const OPERATIONS: readonly Operation[] = [
  { name: 'add', compute: add, exact: sum },
  { name: 'multiply', compute: multiply, exact: (a, b) => whole(a.m * b.m, a.e + b.e) },
  {
    name: 'divide',
    compute: divide,
    exact: (a, b) => {
      if (a.m === 0n || b.m === 0n) return undefined;
      return { m: a.m * b.m, magnitude: fraction(absolute(a.m), absolute(b.m), a.e - b.e) };
    },
  },
  {
    name: 'squareRoot',
    compute: (fpu, a) => squareRoot(fpu, a),
    exact: (a) => (a.m > 0n ? { m: a.m, magnitude: root(a.m, a.e) } : undefined),
  },
  { name: 'multiplyAdd', compute: multiplyAdd, exact: (c, a, b) => sum(c, product(a, b)) },
];

const fpu = createBareMachine({ flash: { start: 0, size: 64 }, ram: { start: 64, size: 64 } }).cpu.fpu;

/** Operands for which the exact result lies near something: an addend near the product, a quotient near the ends. */
function related(random: () => number, a: number, b: number): number {
  const scale = new Float32Array([2 ** ((random() % 60) - 30) * (random() % 2 ? 1 : -1)]);
  const near = new Float32Array(new Uint32Array([a, b]).buffer);
  return new Uint32Array(new Float32Array([near[0] * near[1] * scale[0]]).buffer)[0];
}

describe(`seed ${SEED}`, () => {
  test.each(OPERATIONS)('$name', ({ compute, exact }) => {
    const random = randomSource(SEED);
    let compared = 0;
    for (let i = 0; i < COUNT; i++) {
      const [x, y] = [randomSingle(random), randomSingle(random)];
      const z = random() % 2 ? randomSingle(random) : related(random, x, y);
      const [a, b, c] = random() % 2 ? [x, y, z] : [z, x, y];
      const result = [a, b, c].every(hasValue) ? exact(parts(a), parts(b), parts(c)) : undefined;
      for (let mode = 0; mode < 8 && result; mode++) {
        const fz = mode >= 4;
        if (fz && [a, b, c].some(isDenormal)) continue;
        fpu.fpscr = ((mode & 3) << 22) | (fz ? 1 << 24 : 0);
        const bits = compute(fpu, a | 0, b | 0, c | 0) >>> 0;
        const wanted = roundExactly(result.m < 0n, result.magnitude, mode & 3, fz);
        const title = `${[a, b, c].map((word) => word.toString(16))} ${MODES[mode & 3]}`;
        expect({ title, bits, flags: fpu.fpscr & 0x9f }).toEqual({ title, ...wanted });
        compared++;
      }
    }
    expect(compared).toBeGreaterThan(COUNT);
  });
});

test('conversions from fixed point round to nearest in every mode when they are to, and by the mode when not', () => {
  const format = { size: 32, fbits: 4, isSigned: true };
  const word = 0x07ffffff;
  const rounded = (mode: number, toNearest: boolean) => {
    fpu.fpscr = mode << 22;
    return fromFixed(fpu, word, format, toNearest) >>> 0;
  };
  expect([0, 1, 2, 3].map((mode) => rounded(mode, true))).toEqual(new Array(4).fill(0x4b000000));
  expect([0, 1, 2, 3].map((mode) => rounded(mode, false))).toEqual([0x4b000000, 0x4b000000, 0x4affffff, 0x4affffff]);
});

test.each([
  [0x40200000, [2, 3, 2, 2]],
  [0xc0200000, [-2, -2, -3, -2]],
  [0x3f000000, [0, 1, 0, 0]],
  [0x4effffff, [2147483520, 2147483520, 2147483520, 2147483520]],
  [0x4f000000, [2147483647, 2147483647, 2147483647, 2147483647]],
])('%i to an integer', (bits, wanted) => {
  const format = { size: 32, fbits: 0, isSigned: true };
  const results = [0, 1, 2, 3].map((mode) => {
    fpu.fpscr = mode << 22;
    return toFixed(fpu, bits | 0, format, false);
  });
  expect(results).toEqual(wanted);
});
