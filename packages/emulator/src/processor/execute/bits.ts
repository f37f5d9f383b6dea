/** Bit fields, extension, reversal, saturation: DDI 0403E A7.7. */
import type { Cpu } from '../cpu.ts';
import type { Execute } from '../instruction.ts';

const rotated = (value: number, n: number) => (n === 0 ? value : (value >>> n) | (value << (32 - n)));

const extend =
  (convert: (value: number) => number, adds: boolean): Execute =>
  (cpu, i) => {
    const value = convert(rotated(cpu.r[i.rm], i.shiftAmount));
    cpu.r[i.rd] = adds ? (cpu.r[i.rn] + value) | 0 : value;
  };

const signed8 = (v: number) => (v << 24) >> 24;
const signed16 = (v: number) => (v << 16) >> 16;
const pairs = (value: number, convert: (byte: number) => number) =>
  (convert(value & 0xff) & 0xffff) | (convert((value >>> 16) & 0xff) << 16);

const clz: Execute = (cpu, i) => {
  cpu.r[i.rd] = Math.clz32(cpu.r[i.rm]);
};

const rbit: Execute = (cpu, i) => {
  let v = cpu.r[i.rm];
  v = ((v >>> 1) & 0x55555555) | ((v & 0x55555555) << 1);
  v = ((v >>> 2) & 0x33333333) | ((v & 0x33333333) << 2);
  v = ((v >>> 4) & 0x0f0f0f0f) | ((v & 0x0f0f0f0f) << 4);
  cpu.r[i.rd] = swapBytes(v);
};

const swapBytes = (v: number) => (v << 24) | ((v & 0xff00) << 8) | ((v >>> 8) & 0xff00) | (v >>> 24);

const ubfx: Execute = (cpu, i) => {
  cpu.r[i.rd] = (cpu.r[i.rn] >>> i.extra) & (0xffffffff >>> (32 - i.extra2));
};

const sbfx: Execute = (cpu, i) => {
  cpu.r[i.rd] = (cpu.r[i.rn] << (32 - i.extra - i.extra2)) >> (32 - i.extra2);
};

const bfi: Execute = (cpu, i) => {
  const mask = (0xffffffff >>> (32 - i.extra2)) << i.extra;
  cpu.r[i.rd] = (cpu.r[i.rd] & ~mask) | ((cpu.r[i.rn] << i.extra) & mask);
};

const bfc: Execute = (cpu, i) => {
  const mask = (0xffffffff >>> (32 - i.extra2)) << i.extra;
  cpu.r[i.rd] &= ~mask;
};

/** Saturates to signed `bits`; notes it in Q. */
export function saturateSigned(cpu: Cpu, value: number, bits: number): number {
  const max = 2 ** (bits - 1) - 1;
  const result = value > max ? max : Math.max(value, -max - 1);
  if (result !== value) cpu.q = 1;
  return result;
}

export function saturateUnsigned(cpu: Cpu, value: number, bits: number): number {
  const max = 2 ** bits - 1;
  const result = value > max ? max : Math.max(value, 0);
  if (result !== value) cpu.q = 1;
  return result;
}

const shiftedForSaturation = (cpu: Cpu, i: Parameters<Execute>[1]) =>
  i.shiftType === 2 ? cpu.r[i.rn] >> i.shiftAmount : cpu.r[i.rn] << i.shiftAmount;

const ssat: Execute = (cpu, i) => {
  cpu.r[i.rd] = saturateSigned(cpu, shiftedForSaturation(cpu, i), i.extra);
};
const usat: Execute = (cpu, i) => {
  cpu.r[i.rd] = saturateUnsigned(cpu, shiftedForSaturation(cpu, i), i.extra);
};

export const BITS: Readonly<Record<string, Execute>> = {
  SXTB: extend(signed8, false),
  SXTH: extend(signed16, false),
  UXTB: extend((v) => v & 0xff, false),
  UXTH: extend((v) => v & 0xffff, false),
  SXTAB: extend(signed8, true),
  SXTAH: extend(signed16, true),
  UXTAB: extend((v) => v & 0xff, true),
  UXTAH: extend((v) => v & 0xffff, true),
  SXTB16: extend((v) => pairs(v, signed8), false),
  UXTB16: extend((v) => pairs(v, (b) => b), false),
  CLZ: clz,
  RBIT: rbit,
  REV: (cpu, i) => {
    cpu.r[i.rd] = swapBytes(cpu.r[i.rm]);
  },
  REV16: (cpu, i) => {
    const v = cpu.r[i.rm];
    cpu.r[i.rd] = ((v >>> 8) & 0x00ff00ff) | ((v & 0x00ff00ff) << 8);
  },
  REVSH: (cpu, i) => {
    const v = cpu.r[i.rm];
    cpu.r[i.rd] = signed16(((v >>> 8) & 0xff) | ((v & 0xff) << 8));
  },
  UBFX: ubfx,
  SBFX: sbfx,
  BFI: bfi,
  BFC: bfc,
  SSAT: ssat,
  USAT: usat,
};
