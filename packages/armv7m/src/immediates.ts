/**
 * Immediate operands whose bits are not simply their value: modified immediate constants and shift amounts.
 * `encode…` functions answer `undefined` where a value cannot be expressed; nothing is ever cut to size.
 * DDI 0403E A5.3.2 (ThumbExpandImm), A7.4.2 (DecodeImmShift).
 */

/** Shift types as DecodeImmShift numbers them, plus RRX. */
export const LSL = 0;
export const LSR = 1;
export const ASR = 2;
export const ROR = 3;
export const RRX = 4;

export const SHIFT_NAMES = ['lsl', 'lsr', 'asr', 'ror', 'rrx'] as const;

function rotateRight(value: number, amount: number): number {
  return ((value >>> amount) | (value << (32 - amount))) >>> 0;
}

/** The 32-bit constant that twelve bits `i:imm3:imm8` stand for (ThumbExpandImm). */
export function expandModifiedImmediate(imm12: number): number {
  const imm8 = imm12 & 0xff;
  if (imm12 >>> 10 !== 0) return rotateRight(0x80 | (imm12 & 0x7f), imm12 >>> 7);
  switch ((imm12 >>> 8) & 3) {
    case 0:
      return imm8;
    case 1:
      return imm8 * 0x00010001;
    case 2:
      return (imm8 * 0x01000100) >>> 0;
    default:
      return (imm8 * 0x01010101) >>> 0;
  }
}

/** Whether the twelve bits are a form that the manual leaves UNPREDICTABLE: a repeated byte that is zero. */
export function isUnpredictableModifiedImmediate(imm12: number): boolean {
  return imm12 >>> 10 === 0 && imm12 > 0xff && (imm12 & 0xff) === 0;
}

/** The twelve bits `i:imm3:imm8` for an unsigned 32-bit constant, or undefined when it has no such form. */
export function encodeModifiedImmediate(value: number): number | undefined {
  if (!Number.isInteger(value) || value < 0 || value > 0xffffffff) return undefined;
  if (value <= 0xff) return value;
  const low = value & 0xff;
  const second = (value >>> 8) & 0xff;
  if (value === low * 0x00010001) return 0x100 | low;
  if (value === second * 0x01000100) return 0x200 | second;
  if (value === low * 0x01010101) return 0x300 | low;
  const top = Math.clz32(value);
  const rotation = 8 + top;
  if (value << rotation !== 0) return undefined;
  return (rotation << 7) | ((value >>> (24 - top)) & 0x7f);
}

/** Whether an unsigned 32-bit constant can be a modified immediate. */
export function isModifiedImmediate(value: number): boolean {
  return encodeModifiedImmediate(value) !== undefined;
}

/**
 * The carry that a flag-setting logical instruction takes from its modified immediate (ThumbExpandImm_C): bit 31 when
 * the constant is a rotated byte, undefined (carry stays as it is) otherwise. `value` must be a modified immediate; the
 * form follows from the value alone, since no constant has two forms.
 */
export function modifiedImmediateCarry(value: number): 0 | 1 | undefined {
  const imm12 = encodeModifiedImmediate(value);
  if (imm12 === undefined || imm12 >>> 10 === 0) return undefined;
  return value > 0x7fffffff ? 1 : 0;
}

/** Seven bits `type:imm5` of an immediate shift → type (LSL..RRX) and amount (DecodeImmShift). */
export function decodeShift(bits: number): readonly [type: number, amount: number] {
  const type = bits >>> 5;
  const imm5 = bits & 31;
  if (type === ROR && imm5 === 0) return [RRX, 1];
  if ((type === LSR || type === ASR) && imm5 === 0) return [type, 32];
  return [type, imm5];
}

/** Seven bits `type:imm5` for a shift, or undefined: LSL 0..31, LSR and ASR 1..32, ROR 1..31, RRX 1. */
export function encodeShift(type: number, amount: number): number | undefined {
  if (!Number.isInteger(amount)) return undefined;
  switch (type) {
    case LSL:
      return amount >= 0 && amount <= 31 ? amount : undefined;
    case LSR:
    case ASR:
      return amount >= 1 && amount <= 32 ? (type << 5) | (amount & 31) : undefined;
    case ROR:
      return amount >= 1 && amount <= 31 ? (ROR << 5) | amount : undefined;
    case RRX:
      return amount === 1 ? ROR << 5 : undefined;
    default:
      return undefined;
  }
}

/** VFPExpandImm: eight bits `abcdefgh` → the bits of the single-precision number `a NOT(b) bbbbb cd efgh 0…`. */
export function expandFloatImmediate(imm8: number): number {
  const exponent = (imm8 & 0x40 ? 0x7c : 0x80) | ((imm8 >>> 4) & 3);
  return (((imm8 >>> 7) << 31) | (exponent << 23) | ((imm8 & 15) << 19)) >>> 0;
}

/** The eight bits for a single-precision number given by its unsigned bits, or undefined. */
export function encodeFloatImmediate(bits: number): number | undefined {
  const imm8 = ((bits >>> 31) << 7) | (bits & 0x40000000 ? 0 : 0x40) | ((bits >>> 19) & 0x3f);
  return expandFloatImmediate(imm8) === bits ? imm8 : undefined;
}
