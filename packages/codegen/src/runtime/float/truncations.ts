/**
 * Floats to integers, towards zero. The plain ones trap where the integer cannot hold the value; the saturating ones call
 * them for what it can hold.
 */

interface Float {
  readonly name: 'f32' | 'f64';
  readonly type: 'u32' | 'u64';
  /** The exponent of 1. */
  readonly one: number;
  /** Infinity without its sign, shifted up by 1. */
  readonly infinity: string;
  /** Smallest integers that are floats: -2^31 and -2^63. */
  readonly least: Readonly<Record<32 | 64, string>>;
  /** Expressions for a float a. */
  readonly exponent: string;
  readonly isNegative: string;
  /** The mantissa with its leading bit on top of a word of so many bits. */
  readonly mantissa: Readonly<Record<32 | 64, string>>;
}

const F32: Float = {
  name: 'f32',
  type: 'u32',
  one: 127,
  infinity: '0xff000000',
  least: { 32: 'a == 0xcf000000', 64: 'a == 0xdf000000' },
  exponent: '(a >> 23) & 255',
  isNegative: 'i32(a) < 0',
  mantissa: { 32: '(a << 8) | 0x80000000', 64: 'u64((a << 8) | 0x80000000) << 32' },
};

const F64: Float = {
  name: 'f64',
  type: 'u64',
  one: 1023,
  infinity: '0xffe0000000000000',
  // Down to what is not yet 1 less.
  least: { 32: 'a >= 0xc1e0000000000000 && a < 0xc1e0000000200000', 64: 'a == 0xc3e0000000000000' },
  exponent: '(high(a) >> 20) & 2047',
  isNegative: 'i32(high(a)) < 0',
  mantissa: { 32: '(high(a) << 11) | (u32(a) >> 21) | 0x80000000', 64: '(a << 11) | 0x8000000000000000' },
};

function truncations(
  { name, type, one, infinity, least, exponent, isNegative, mantissa }: Float,
  bits: 32 | 64,
): string {
  const u = `u${bits}`;
  const sign = 1n << BigInt(bits - 1);
  const shift = bits === 32 ? `(${one + 31} - e) & 31` : `u64(${one + 63} - e)`;
  const fault = `
    if (a << 1 > ${infinity}) trap(invalidConversionToInteger);
    trap(integerOverflow);`;
  return `
function i${bits}_trunc_${name}_s(a: ${type}): ${u} {
  let e = ${exponent};
  if (e < ${one}) return 0;
  if (e >= ${one + bits - 1}) {
    if (${least[bits]}) return ${sign};${fault}
  }
  let m = (${mantissa[bits]}) >> (${shift});
  return ${isNegative} ? 0 - m : m;
}

function i${bits}_trunc_${name}_u(a: ${type}): ${u} {
  let e = ${exponent};
  if (e < ${one}) return 0;
  if (${isNegative} || e >= ${one + bits}) {${fault}
  }
  return (${mantissa[bits]}) >> (${shift});
}

function i${bits}_trunc_sat_${name}_s(a: ${type}): ${u} {
  if (a << 1 > ${infinity}) return 0;
  if ((${exponent}) < ${one + bits - 1}) return i${bits}_trunc_${name}_s(a);
  return ${isNegative} ? ${sign} : ${sign - 1n};
}

function i${bits}_trunc_sat_${name}_u(a: ${type}): ${u} {
  if (${isNegative} || a << 1 > ${infinity}) return 0;
  if ((${exponent}) < ${one + bits}) return i${bits}_trunc_${name}_u(a);
  return ${2n * sign - 1n};
}
`;
}

export const TRUNCATIONS = [F32, F64].flatMap((float) => [truncations(float, 32), truncations(float, 64)]).join('');
