/**
 * How operands are made from bit fields, and back. A kind takes the concatenation of one or more fields as an unsigned
 * number (`raw`, `width` bits) and yields one value for each operand it stands for.
 *
 *  - `decode` answers undefined when these bits do not belong to the encoding (another one or none has them);
 *  - `encode` answers undefined when the values do not fit; `range` then says what would;
 *  - `unpredictable` says why bits that do decode have no promised meaning.
 */
import { fitsSigned, fitsUnsigned, signExtend } from '@kickstage/base/bits';
import {
  decodeShift,
  encodeFloatImmediate,
  encodeModifiedImmediate,
  encodeShift,
  expandFloatImmediate,
  expandModifiedImmediate,
  isUnpredictableModifiedImmediate,
} from './immediates.ts';

export interface OperandKind {
  decode(raw: number, width: number): readonly number[] | undefined;
  encode(values: readonly number[], width: number): number | undefined;
  range(width: number): string;
  unpredictable?(raw: number, width: number): string | undefined;
}

/** An unsigned number of `scale`-byte units, given in bytes. */
function unsigned(scale: number): OperandKind {
  return {
    decode: (raw) => [raw * scale],
    encode: ([value], width) => (fitsUnsigned(value / scale, width) ? value / scale : undefined),
    range: (width) => `0..${(2 ** width - 1) * scale}${scale > 1 ? ` in steps of ${scale}` : ''}`,
  };
}

/** A signed number of halfwords, given in bytes: a branch offset. */
function signedHalfwords(toRaw: (bits: number, width: number) => number): OperandKind {
  return {
    decode: (raw, width) => [signExtend(toRaw(raw, width), width) * 2],
    encode: ([value], width) =>
      fitsSigned(value / 2, width) ? toRaw(value >= 0 ? value / 2 : value / 2 + 2 ** width, width) : undefined,
    range: (width) => `${-(2 ** width)}..${2 ** width - 2} in steps of 2`,
  };
}

/** Unsigned numbers `min..max` stored less `bias`. */
function biased(bias: number): OperandKind {
  return {
    decode: (raw) => [raw + bias],
    encode: ([value], width) => (fitsUnsigned(value - bias, width) ? value - bias : undefined),
    range: (width) => `${bias}..${2 ** width - 1 + bias}`,
  };
}

/** An unsigned number below `limit`; the bits above belong to other encodings. */
function below(limit: number): OperandKind {
  return {
    decode: (raw) => (raw < limit ? [raw] : undefined),
    encode: ([value]) => (Number.isInteger(value) && value >= 0 && value < limit ? value : undefined),
    range: () => `0..${limit - 1}`,
  };
}

/** `count` operands that share one field and must be equal. */
function same(count: number): OperandKind {
  return {
    decode: (raw) => new Array<number>(count).fill(raw),
    encode: (values, width) =>
      values.every((value) => value === values[0]) && fitsUnsigned(values[0], width) ? values[0] : undefined,
    range: (width) => `equal registers 0..${2 ** width - 1}`,
  };
}

/** Index (P), add (U) and write-back (W) bits of a load or store, less the combinations in `not`. */
function addressing(not: readonly number[]): OperandKind {
  return {
    decode: (raw) => (not.includes(raw) ? undefined : [raw >>> 2, (raw >>> 1) & 1, raw & 1]),
    encode: (values) => {
      if (!values.every((value) => value === 0 || value === 1)) return undefined;
      const raw = (values[0] << 2) | (values[1] << 1) | values[2];
      return not.includes(raw) ? undefined : raw;
    },
    range: () => 'offset (index 1, wback 0), pre-indexed (1, 1) or post-indexed (0, 1), as the encoding has it',
  };
}

/** A register list whose bits stand, from the most significant, for `registers`. */
function list(registers: readonly number[]): OperandKind {
  const all = registers.reduce((mask, register) => mask | (1 << register), 0);
  return {
    decode: (raw) => [registers.reduce((mask, r, i) => mask | (((raw >>> (registers.length - 1 - i)) & 1) << r), 0)],
    encode: ([mask]) =>
      fitsUnsigned(mask, 16) && (mask & ~all) === 0
        ? registers.reduce((raw, register) => (raw << 1) | ((mask >>> register) & 1), 0)
        : undefined,
    range: () => `a mask of registers within 0x${all.toString(16)}`,
  };
}

const low13 = [12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0];
const low8 = low13.slice(5);

/** I1 = NOT(J1 EOR S), I2 = NOT(J2 EOR S) in `S:J1:J2:…` and the other way about (DDI 0403E A7.7.12). */
function exchangeJ(bits: number, width: number): number {
  return bits & (1 << (width - 1)) ? bits : bits ^ (3 << (width - 3));
}

export const OPERAND_KINDS = {
  u: unsigned(1),
  u2: unsigned(2),
  u4: unsigned(4),
  u8: unsigned(8),
  plus1: biased(1),
  s2: signedHalfwords((bits) => bits),
  sJ: signedHalfwords(exchangeJ),
  same2: same(2),
  /** Condition of a branch: 1110 and 1111 are other instructions. */
  cond: below(14),
  /** Base register: 1111 is the literal form, or undefined. */
  base: below(15),
  /** P:U:W of LDRD and STRD: P = W = 0 are the exclusives and table branches. */
  dual: addressing([0b000, 0b010]),
  /** P:U:W of other loads and stores: as above, undefined; 110 is the unprivileged form. */
  puw: addressing([0b000, 0b010, 0b110]),
  /** P:U:W of coprocessor loads and stores: 000 is undefined or a two-register transfer. */
  copr: addressing([0b000]),
  low: list(low8),
  push: list([14, ...low8]),
  pop: list([15, ...low8]),
  store: list([14, ...low13]),
  load: list([15, 14, ...low13]),
  /** ThumbExpandImm of `i:imm3:imm8`. */
  expand: {
    decode: (raw) => [expandModifiedImmediate(raw)],
    encode: ([value]) => encodeModifiedImmediate(value),
    range: () => 'a byte, a byte repeated (00XY00XY, XY00XY00, XYXYXYXY), or a byte with its top bit set, shifted',
    unpredictable: (raw) => (isUnpredictableModifiedImmediate(raw) ? 'a repeated byte of zero' : undefined),
  },
  /** `type:imm5`. */
  shift: {
    decode: (raw) => decodeShift(raw),
    encode: ([type, amount]) => encodeShift(type, amount),
    range: () => 'LSL 0..31, LSR or ASR 1..32, ROR 1..31, RRX 1',
  },
  /** Amount of a right shift: 0 stands for 32. */
  right: {
    decode: (raw) => [raw === 0 ? 32 : raw],
    encode: ([value]) => (Number.isInteger(value) && value >= 1 && value <= 32 ? value & 31 : undefined),
    range: () => '1..32',
  },
  /** `sh:imm5` of SSAT and USAT: LSL, or ASR by at least 1 (ASR #0 is SSAT16 or USAT16). */
  saturate: {
    decode: (raw) => (raw === 32 ? undefined : [(raw >>> 5) * 2, raw & 31]),
    encode: ([type, amount]) => {
      if (!fitsUnsigned(amount, 5) || (type !== 0 && (type !== 2 || amount === 0))) return undefined;
      return (type << 4) | amount;
    },
    range: () => 'LSL 0..31 or ASR 1..31',
  },
  /** `tb:imm5` of PKHBT and PKHTB. */
  pack: {
    decode: (raw) => decodeShift(((raw >>> 5) << 6) | (raw & 31)),
    encode: ([type, amount]) => {
      const bits = type === 0 || type === 2 ? encodeShift(type, amount) : undefined;
      return bits === undefined ? undefined : ((bits >>> 6) << 5) | (bits & 31);
    },
    range: () => 'LSL 0..31 or ASR 1..32',
  },
  /** `lsb:msb` → lsb, width. */
  insert: {
    decode: (raw) => [raw >>> 5, (raw & 31) - (raw >>> 5) + 1],
    encode: ([lsb, width]) =>
      fitsUnsigned(lsb, 5) && Number.isInteger(width) && width >= 1 && lsb + width <= 32
        ? (lsb << 5) | (lsb + width - 1)
        : undefined,
    range: () => 'lsb 0..31, width 1..32 - lsb',
    unpredictable: (raw) => ((raw & 31) < raw >>> 5 ? 'msb below lsb' : undefined),
  },
  /** A single register as a list. */
  single: {
    decode: (raw) => [1 << raw],
    encode: ([mask]) => (fitsUnsigned(mask, 16) && Number.isInteger(Math.log2(mask)) ? Math.log2(mask) : undefined),
    range: () => 'a mask of one register',
  },
  /** A register number that stands in two fields. */
  twice: {
    decode: (raw) => [raw & 15],
    encode: ([value]) => (fitsUnsigned(value, 4) ? (value << 4) | value : undefined),
    range: () => '0..15',
    unpredictable: (raw) => (raw >>> 4 !== (raw & 15) ? 'the two Rm fields differ' : undefined),
  },
  /** `Rn:list` of LDM T1: writes Rn back unless it is loaded. */
  ldm: {
    decode: (raw) => [raw >>> 8, raw & 0xff, ((raw & 0xff) >>> (raw >>> 8)) & 1 ? 0 : 1],
    encode: ([base, mask, wback]) =>
      fitsUnsigned(base, 3) && fitsUnsigned(mask, 8) && wback === ((mask >>> base) & 1 ? 0 : 1)
        ? (base << 8) | mask
        : undefined,
    range: () => 'Rn and registers within r0..r7, wback 1 exactly when Rn is not loaded',
  },
  /** VFPExpandImm: the bits of a single-precision number. */
  float: {
    decode: (raw) => [expandFloatImmediate(raw)],
    encode: ([value]) => encodeFloatImmediate(value),
    range: () => 'the bits of plus or minus (16..31)/16 times 2 to the power of -3..4',
  },
  /** `sx:imm4:i` of fixed-point conversions: size 16 or 32, and bits behind the point. */
  fixed: {
    decode: (raw) => [raw & 32 ? 32 : 16, (raw & 32 ? 32 : 16) - (raw & 31)],
    encode: ([size, fbits]) => {
      const rest = size - fbits;
      if ((size !== 16 && size !== 32) || !fitsUnsigned(fbits, 6) || !fitsUnsigned(rest, 5)) return undefined;
      return (size & 32) | rest;
    },
    range: () => 'size 16 with 0..16 bits behind the point, or size 32 with 1..32',
    unpredictable: (raw) => ((raw & 32) === 0 && (raw & 31) > 16 ? 'fewer than 0 bits behind the point' : undefined),
  },
  /** Double registers in a list, stored as words. */
  pairs: {
    decode: (raw) => [raw >>> 1],
    encode: ([value], width) => (fitsUnsigned(value, width - 1) ? value << 1 : undefined),
    range: (width) => `0..${2 ** (width - 1) - 1}`,
    unpredictable: (raw) => (raw & 1 ? 'an odd number of words' : undefined),
  },
} satisfies Record<string, OperandKind>;

export type OperandKindName = keyof typeof OPERAND_KINDS;
