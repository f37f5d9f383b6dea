/** Multiplication and division: DDI 0403E A7.7. */
import type { Cpu } from '../cpu.ts';
import { CFSR, Fault } from '../fault.ts';
import type { Execute } from '../instruction.ts';

const mul: Execute = (cpu, i) => {
  const result = Math.imul(cpu.r[i.rn], cpu.r[i.rm]);
  cpu.r[i.rd] = result;
  if (!i.setsFlags) return;
  cpu.n = result >>> 31;
  cpu.z = result === 0 ? 1 : 0;
};

const mla: Execute = (cpu, i) => {
  cpu.r[i.rd] = (Math.imul(cpu.r[i.rn], cpu.r[i.rm]) + cpu.r[i.ra]) | 0;
};

const mls: Execute = (cpu, i) => {
  cpu.r[i.rd] = (cpu.r[i.ra] - Math.imul(cpu.r[i.rn], cpu.r[i.rm])) | 0;
};

/** High word of an unsigned product, by halves. Each sum fits in 32 bits, taken as unsigned. */
export function highUnsigned(a: number, b: number): number {
  const al = a & 0xffff;
  const ah = a >>> 16;
  const bl = b & 0xffff;
  const bh = b >>> 16;
  const middle = Math.imul(ah, bl) + (Math.imul(al, bl) >>> 16);
  const other = Math.imul(al, bh) + (middle & 0xffff);
  return (Math.imul(ah, bh) + (middle >>> 16) + (other >>> 16)) | 0;
}

export function highSigned(a: number, b: number): number {
  return (highUnsigned(a, b) - (a < 0 ? b : 0) - (b < 0 ? a : 0)) | 0;
}

/** RdLo is `rd`, RdHi is `ra`. */
const long =
  (signed: boolean, accumulate: boolean): Execute =>
  (cpu, i) => {
    const x = cpu.r[i.rn];
    const y = cpu.r[i.rm];
    const low = Math.imul(x, y) >>> 0;
    const high = signed ? highSigned(x, y) : highUnsigned(x, y);
    if (!accumulate) {
      cpu.r[i.rd] = low;
      cpu.r[i.ra] = high;
      return;
    }
    const sum = low + (cpu.r[i.rd] >>> 0);
    cpu.r[i.ra] = (high + cpu.r[i.ra] + (sum > 0xffffffff ? 1 : 0)) | 0;
    cpu.r[i.rd] = sum | 0;
  };

function byZero(cpu: Cpu): number {
  if (cpu.system.trapsDivision()) throw new Fault('UsageFault', CFSR.DIVBYZERO, 'division by zero');
  return 0;
}

const udiv: Execute = (cpu, i) => {
  const y = cpu.r[i.rm] >>> 0;
  cpu.r[i.rd] = y === 0 ? byZero(cpu) : ((cpu.r[i.rn] >>> 0) / y) | 0;
};

const sdiv: Execute = (cpu, i) => {
  const y = cpu.r[i.rm];
  cpu.r[i.rd] = y === 0 ? byZero(cpu) : (cpu.r[i.rn] / y) | 0;
};

const umaal: Execute = (cpu, i) => {
  const x = cpu.r[i.rn];
  const y = cpu.r[i.rm];
  const low = (Math.imul(x, y) >>> 0) + (cpu.r[i.rd] >>> 0) + (cpu.r[i.ra] >>> 0);
  cpu.r[i.ra] = (highUnsigned(x, y) + Math.floor(low / 0x1_0000_0000)) | 0;
  cpu.r[i.rd] = low | 0;
};

export const MULTIPLY: Readonly<Record<string, Execute>> = {
  MUL: mul,
  MLA: mla,
  MLS: mls,
  UMULL: long(false, false),
  SMULL: long(true, false),
  UMLAL: long(false, true),
  SMLAL: long(true, true),
  UMAAL: umaal,
  UDIV: udiv,
  SDIV: sdiv,
};
