/**
 * Operators on floats as functions over bit patterns, and operands for them: a module gets its floats as integers, so that
 * no NaN passes through JavaScript. A NaN that an operator makes may have any sign and payload in V8; ours is the canonical
 * one.
 */

import { OPCODES_BY_NAME } from '@kickstage/wasm/opcodes';
import { bitsOf, FLOAT_OPERATIONS, type FloatOperation } from '../ir/float-operations.ts';
import type { IrValue } from '../ir/interpret.ts';
import type { ValueType } from '../ir/types.ts';
import type { Random } from './random.ts';

/** The wasm types of an operator, by its name. */
export function operatorTypes(name: string): { params: readonly string[]; result: string } {
  const { params, results } = OPCODES_BY_NAME.get(name)!.signature!;
  return { params, result: results[0] };
}

/** An exported function of the operator's name that takes and gives bit patterns. */
export function operatorFunction(name: string): string {
  const { params, result } = operatorTypes(name);
  const isFloat = (type: string) => type.startsWith('f');
  const gets = params.map((type, i) =>
    isFloat(type) ? `(${type}.reinterpret_${bitsOf(type)} (local.get ${i}))` : `(local.get ${i})`,
  );
  const call = `(${name} ${gets.join(' ')})`;
  const body = isFloat(result) ? `(${bitsOf(result)}.reinterpret_${result} ${call})` : call;
  return `(func (export "${name}") (param ${params.map(bitsOf).join(' ')}) (result ${bitsOf(result)}) ${body})`;
}

/** Whether the bits are a NaN of the type; `quiet`: one that arithmetic may give; `canonical`: the payload is its top bit. */
export function isNan(type: 'f32' | 'f64', bits: IrValue, kind: 'any' | 'quiet' | 'canonical' = 'any'): boolean {
  const [width, fraction] = type === 'f32' ? [32, 23n] : [64, 52n];
  const size = BigInt.asUintN(width - 1, BigInt(bits));
  const infinity = (((1n << BigInt(width - 1)) - 1n) >> fraction) << fraction;
  const top = infinity | (1n << (fraction - 1n));
  if (kind === 'canonical') return size === top;
  return size > infinity && (kind === 'any' || size >= top);
}

const EXPONENTS = {
  // 0, subnormals' neighbours, 1, halves and integers' limits, what conversions turn on, infinity.
  f32: [0, 1, 2, 23, 24, 25, 103, 104, 125, 126, 127, 128, 149, 150, 151, 157, 158, 159, 189, 190, 191, 253, 254, 255],
  f64: [
    ...[0, 1, 2, 52, 53, 54, 872, 873, 874, 896, 897, 1021, 1022, 1023, 1024, 1053, 1054, 1055, 1074, 1075, 1076],
    ...[1085, 1086, 1087, 1149, 1150, 1151, 2045, 2046, 2047],
  ],
};

/** Bit patterns where rounding, carries and ranges are decided, among plain random ones. */
function randomFloat(random: Random, type: 'f32' | 'f64'): IrValue {
  const [width, fraction] = type === 'f32' ? [32, 23n] : [64, 52n];
  const word = (BigInt(random.word()) << 32n) | BigInt(random.word());
  const bits = BigInt.asUintN(width, word);
  if (random.chance(35)) return asValue(type, bits);
  const most = (1n << fraction) - 1n;
  const fractions = [0n, 1n, 2n, most, most - 1n, most >> 1n, (most >> 1n) + 1n, (most >> 1n) + 2n];
  // Few bits at the top or at the bottom make ties and exact results.
  const cut = BigInt(random.below(Number(fraction)));
  const kept = random.chance(50) ? ((bits & most) >> cut) << cut : (bits & most) >> cut;
  const mantissa = random.chance(50) ? random.pick(fractions) : kept;
  const exponent = BigInt(random.chance(80) ? random.pick(EXPONENTS[type]) : random.below(type === 'f32' ? 256 : 2048));
  return asValue(type, (BigInt(random.below(2)) << BigInt(width - 1)) | (exponent << fraction) | mantissa);
}

/** An exponent that is that of `a` or close to it: where sums cancel and quotients are near 1. */
function near(random: Random, type: 'f32' | 'f64', a: IrValue): IrValue {
  const [width, fraction] = type === 'f32' ? [32, 23n] : [64, 52n];
  const distance = BigInt(random.below(type === 'f32' ? 56 : 120) - (type === 'f32' ? 28 : 60)) << fraction;
  const sign = 1n << BigInt(width - 1);
  const moved = (BigInt(a) + distance) & (((sign - 1n) >> fraction) << fraction);
  const rest = BigInt(randomFloat(random, type)) & (sign | ((1n << fraction) - 1n));
  return asValue(type, moved | rest);
}

function randomInteger(random: Random, type: ValueType): IrValue {
  const word = (BigInt(random.word()) << 32n) | BigInt(random.word());
  const bits = type === 'i32' ? 32 : 64;
  const value = BigInt.asIntN(bits, word) >> BigInt(random.below(bits));
  const shaped = random.chance(50) ? value : (1n << BigInt(random.below(bits))) + BigInt(random.below(5) - 2);
  return asValue(type, random.chance(50) ? shaped : -shaped);
}

function asValue(type: string, bits: bigint): IrValue {
  return type.endsWith('64') ? BigInt.asIntN(64, bits) : Number(BigInt.asIntN(32, bits));
}

export function randomOperands(random: Random, name: string): IrValue[] {
  const { params } = operatorTypes(name);
  const values: IrValue[] = [];
  for (const type of params) {
    if (type !== 'f32' && type !== 'f64') values.push(randomInteger(random, type as ValueType));
    else
      values.push(values.length > 0 && random.chance(40) ? near(random, type, values[0]) : randomFloat(random, type));
  }
  return values;
}

/** Names of all operators that compute with floats: those of their own, and the ones on sign bits. */
export const FLOAT_OPERATORS: readonly string[] = [
  ...[...FLOAT_OPERATIONS.values()].map(({ wasm }: FloatOperation) => wasm),
  ...['f32', 'f64'].flatMap((float) => ['abs', 'neg', 'copysign'].map((op) => `${float}.${op}`)),
  ...['i32.reinterpret_f32', 'i64.reinterpret_f64', 'f32.reinterpret_i32', 'f64.reinterpret_i64'],
];
