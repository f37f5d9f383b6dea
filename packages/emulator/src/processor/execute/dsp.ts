/** The DSP extension of ARMv7E-M: DDI 0403E A7.7 (QADD …, SMLAxy …, SMLAD …, SMMLA …, USAD8, SEL, PKH, SSAT16). */
import type { Cpu } from '../cpu.ts';
import type { Execute, Instruction } from '../instruction.ts';
import { saturateSigned, saturateUnsigned } from './bits.ts';
import { PARALLEL, pack16, s8, s16, u8, u16 } from './parallel.ts';

const saturate32 = (cpu: Cpu, value: number) => saturateSigned(cpu, value, 32);

/** Adds to an accumulator; an overflow is noted in Q. */
function accumulate(cpu: Cpu, value: number, into: number): number {
  const sum = value + into;
  if (sum !== (sum | 0)) cpu.q = 1;
  return sum | 0;
}

/** extra = N (half of Rn), extra2 = M (half of Rm). */
const product16 = (cpu: Cpu, i: Instruction) => s16(cpu.r[i.rn], i.extra) * s16(cpu.r[i.rm], i.extra2);
const product32by16 = (cpu: Cpu, i: Instruction) =>
  Number((BigInt(cpu.r[i.rn]) * BigInt(s16(cpu.r[i.rm], i.extra2))) >> 16n);

/** Both products of halves, added or subtracted; extra2 (M) exchanges Rm's halves. */
function dual(cpu: Cpu, i: Instruction, sign: 1 | -1): number {
  const x = cpu.r[i.rn];
  const y = cpu.r[i.rm];
  return s16(x, 0) * s16(y, i.extra2) + sign * s16(x, 1) * s16(y, i.extra2 ^ 1);
}

/** Adds to the pair RdHi (ra) : RdLo (rd). */
function addLong(cpu: Cpu, i: Instruction, value: number): void {
  const sum = ((BigInt(cpu.r[i.ra]) << 32n) | BigInt(cpu.r[i.rd] >>> 0)) + BigInt(value);
  cpu.r[i.rd] = Number(BigInt.asIntN(32, sum));
  cpu.r[i.ra] = Number(BigInt.asIntN(32, sum >> 32n));
}

/** High word of a signed 64-bit product with accumulator; extra (R) rounds. */
function mostSignificant(cpu: Cpu, i: Instruction, sign: 1n | -1n, base: number): number {
  const product = BigInt(cpu.r[i.rn]) * BigInt(cpu.r[i.rm]);
  const total = (BigInt(base) << 32n) + sign * product + (i.extra ? 0x80000000n : 0n);
  return Number(BigInt.asIntN(32, total >> 32n));
}

function sumOfDifferences(x: number, y: number): number {
  let sum = 0;
  for (let k = 0; k < 4; k++) sum += Math.abs(u8(x, k) - u8(y, k));
  return sum;
}

/** Bytes of Rn where GE says so, else of Rm. */
function selectBytes(cpu: Cpu, i: Instruction): number {
  let mask = 0;
  for (let k = 0; k < 4; k++) if (cpu.ge & (1 << k)) mask |= 0xff << (8 * k);
  return (cpu.r[i.rn] & mask) | (cpu.r[i.rm] & ~mask);
}

/** PKHBT with LSL, PKHTB with ASR. */
function packHalves(cpu: Cpu, i: Instruction): number {
  const x = cpu.r[i.rn];
  if (i.shiftType === 2) return (x & ~0xffff) | ((cpu.r[i.rm] >> Math.min(i.shiftAmount, 31)) & 0xffff);
  return ((cpu.r[i.rm] << i.shiftAmount) & ~0xffff) | (x & 0xffff);
}

function extendPairs(cpu: Cpu, i: Instruction, get: typeof s8): number {
  const n = i.shiftAmount;
  const value = n === 0 ? cpu.r[i.rm] : (cpu.r[i.rm] >>> n) | (cpu.r[i.rm] << (32 - n));
  return pack16(u16(cpu.r[i.rn], 0) + get(value, 0), u16(cpu.r[i.rn], 1) + get(value, 2));
}

const set =
  (compute: (cpu: Cpu, i: Instruction) => number): Execute =>
  (cpu, i) => {
    cpu.r[i.rd] = compute(cpu, i);
  };

const saturateHalves = (saturate: typeof saturateSigned): Execute =>
  set((cpu, i) => pack16(saturate(cpu, s16(cpu.r[i.rn], 0), i.extra), saturate(cpu, s16(cpu.r[i.rn], 1), i.extra)));

export const DSP: Readonly<Record<string, Execute>> = {
  ...PARALLEL,
  QADD: set((cpu, i) => saturate32(cpu, cpu.r[i.rm] + cpu.r[i.rn])),
  QSUB: set((cpu, i) => saturate32(cpu, cpu.r[i.rm] - cpu.r[i.rn])),
  QDADD: set((cpu, i) => saturate32(cpu, cpu.r[i.rm] + saturate32(cpu, 2 * cpu.r[i.rn]))),
  QDSUB: set((cpu, i) => saturate32(cpu, cpu.r[i.rm] - saturate32(cpu, 2 * cpu.r[i.rn]))),
  SMLAxy: set((cpu, i) => accumulate(cpu, product16(cpu, i), cpu.r[i.ra])),
  SMULxy: set((cpu, i) => product16(cpu, i)),
  SMLALxy: (cpu, i) => addLong(cpu, i, product16(cpu, i)),
  SMLAWy: set((cpu, i) => accumulate(cpu, product32by16(cpu, i), cpu.r[i.ra])),
  SMULWy: set((cpu, i) => product32by16(cpu, i)),
  SMLAD: set((cpu, i) => accumulate(cpu, dual(cpu, i, 1), cpu.r[i.ra])),
  SMLSD: set((cpu, i) => accumulate(cpu, dual(cpu, i, -1), cpu.r[i.ra])),
  SMUAD: set((cpu, i) => accumulate(cpu, dual(cpu, i, 1), 0)),
  SMUSD: set((cpu, i) => dual(cpu, i, -1) | 0),
  SMLALD: (cpu, i) => addLong(cpu, i, dual(cpu, i, 1)),
  SMLSLD: (cpu, i) => addLong(cpu, i, dual(cpu, i, -1)),
  SMMLA: set((cpu, i) => mostSignificant(cpu, i, 1n, cpu.r[i.ra])),
  SMMLS: set((cpu, i) => mostSignificant(cpu, i, -1n, cpu.r[i.ra])),
  SMMUL: set((cpu, i) => mostSignificant(cpu, i, 1n, 0)),
  USAD8: set((cpu, i) => sumOfDifferences(cpu.r[i.rn], cpu.r[i.rm])),
  USADA8: set((cpu, i) => (sumOfDifferences(cpu.r[i.rn], cpu.r[i.rm]) + cpu.r[i.ra]) | 0),
  SEL: set(selectBytes),
  PKH: set(packHalves),
  SSAT16: saturateHalves(saturateSigned),
  USAT16: saturateHalves(saturateUnsigned),
  SXTAB16: set((cpu, i) => extendPairs(cpu, i, s8)),
  UXTAB16: set((cpu, i) => extendPairs(cpu, i, u8)),
};
