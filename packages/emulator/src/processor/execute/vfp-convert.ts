/** Conversions: FPToFixed, FixedToFP, FPHalfToSingle, FPSingleToHalf of DDI 0403E A2.5. */
import { DN, type Fpu, IOC, IXC, OFC, UFC } from '../fpu.ts';
import {
  bitsOf,
  isNaNBits,
  isSignalling,
  NEAREST,
  quieten,
  round,
  roundInteger,
  roundingMode,
  TO_MINUS_INFINITY,
  TO_PLUS_INFINITY,
  TO_ZERO,
  unpack,
  usesAlternativeHalf,
} from './vfp-round.ts';

/** A fixed-point format: bits in all, bits behind the point. */
export interface FixedFormat {
  readonly size: number;
  readonly fbits: number;
  readonly isSigned: boolean;
}

/** To a whole number of 2^-fbits, saturated; sign- or zero-extended to a signed word. */
export function toFixed(fpu: Fpu, x: number, { size, fbits, isSigned }: FixedFormat, towardsZero: boolean): number {
  const value = unpack(fpu, x);
  if (isNaNBits(x)) {
    fpu.fpscr |= IOC;
    return 0;
  }
  const scaled = value * 2 ** fbits;
  const rounded = roundInteger(towardsZero ? TO_ZERO : roundingMode(fpu), scaled);
  const least = isSigned ? -(2 ** (size - 1)) : 0;
  const most = isSigned ? 2 ** (size - 1) - 1 : 2 ** size - 1;
  if (rounded < least || rounded > most) {
    fpu.fpscr |= IOC;
    return (rounded < least ? least : most) | 0;
  }
  if (rounded !== scaled) fpu.fpscr |= IXC;
  return rounded | 0;
}

/** From the low bits of a word. `toNearest`: whatever the rounding mode is. */
export function fromFixed(fpu: Fpu, word: number, { size, fbits, isSigned }: FixedFormat, toNearest: boolean): number {
  const unused = 32 - size;
  const integer = isSigned ? (word << unused) >> unused : (word << unused) >>> unused;
  const value = integer / 2 ** fbits;
  if (value === 0) return 0;
  if (!toNearest) return round(fpu, value);
  const nearest = Math.fround(value);
  if (nearest !== value) fpu.fpscr |= IXC;
  return bitsOf(nearest);
}

/** Not subject to flush-to-zero. `half` in the low 16 bits. */
export function halfToSingle(fpu: Fpu, half: number): number {
  const sign = (half & 0x8000) << 16;
  const exponent = (half >>> 10) & 31;
  const fraction = half & 0x3ff;
  if (exponent === 31 && !usesAlternativeHalf(fpu))
    return fraction === 0 ? sign | 0x7f800000 : quieten(fpu, sign | 0x7f800000 | (fraction << 13));
  const magnitude = exponent === 0 ? fraction * 2 ** -24 : (1024 + fraction) * 2 ** (exponent - 25);
  return sign | bitsOf(magnitude);
}

/** In the low 16 bits. */
export function singleToHalf(fpu: Fpu, x: number): number {
  const value = unpack(fpu, x);
  const sign = (x >>> 16) & 0x8000;
  if (isNaNBits(x)) return halfNaN(fpu, x, sign);
  if (value === 0) return sign;
  if (Number.isFinite(value)) return sign | roundToHalf(fpu, value);
  if (!usesAlternativeHalf(fpu)) return sign | 0x7c00;
  fpu.fpscr |= IOC;
  return sign | 0x7fff;
}

/** The alternative format has no NaNs: a zero stands for them. */
function halfNaN(fpu: Fpu, x: number, sign: number): number {
  const isAlternative = usesAlternativeHalf(fpu);
  if (isAlternative || isSignalling(x)) fpu.fpscr |= IOC;
  if (isAlternative) return sign;
  return fpu.fpscr & DN ? 0x7e00 : sign | 0x7e00 | ((x >>> 13) & 0x1ff);
}

/** FPRound to 16 bits: the magnitude of a finite value other than zero. */
function roundToHalf(fpu: Fpu, value: number): number {
  const mode = roundingMode(fpu);
  const magnitude = Math.abs(value);
  const exponent = Math.max(((bitsOf(magnitude) >>> 23) & 0xff) - 127, -14);
  const scaled = value / 2 ** (exponent - 10);
  const significand = Math.abs(roundInteger(mode, scaled));
  const isInexact = significand !== Math.abs(scaled);
  const bits = significand < 1024 ? significand : ((exponent + 15) << 10) + (significand - 1024);
  const isAlternative = usesAlternativeHalf(fpu);
  if (isAlternative && bits > 0x7fff) {
    fpu.fpscr |= IOC;
    return 0x7fff;
  }
  if (!isAlternative && bits >= 0x7c00) {
    fpu.fpscr |= OFC | IXC;
    const isAway = mode === NEAREST || mode === (value > 0 ? TO_PLUS_INFINITY : TO_MINUS_INFINITY);
    return isAway ? 0x7c00 : 0x7bff;
  }
  if (isInexact) fpu.fpscr |= magnitude < 2 ** -14 ? UFC | IXC : IXC;
  return bits;
}
