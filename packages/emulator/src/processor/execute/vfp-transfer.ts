/**
 * Floating-point moves, loads and stores: DDI 0403E A7.7. Double registers are pairs of singles: rd, rn and rm are the
 * first. Core registers are ra and extra2; rn is the base of loads and stores, extra the number of words.
 */
import type { Cpu } from '../cpu.ts';
import { unalignedAccess } from '../fault.ts';
import type { Execute, Instruction } from '../instruction.ts';

function aligned(address: number): number {
  if (address & 3) throw unalignedAccess(address);
  return address;
}

function load(cpu: Cpu, first: number, count: number, address: number): void {
  const values: number[] = [];
  for (let i = 0; i < count; i++) values.push(cpu.bus.read32((address + 4 * i) | 0));
  cpu.fpu.s.set(values, first);
}

function store(cpu: Cpu, first: number, count: number, address: number): void {
  for (let i = 0; i < count; i++) cpu.bus.write32((address + 4 * i) | 0, cpu.fpu.s[first + i]);
}

type Access = typeof load;

const single =
  (access: Access): Execute =>
  (cpu, i) => {
    if (!cpu.fpu.isReady) cpu.fpu.prepare();
    const base = i.rn === 15 ? cpu.r[15] & ~3 : cpu.r[i.rn];
    access(cpu, i.rd, i.extra, aligned((i.add ? base + i.imm : base - i.imm) | 0));
  };

const multiple =
  (access: Access, down: boolean): Execute =>
  (cpu, i) => {
    if (!cpu.fpu.isReady) cpu.fpu.prepare();
    const base = cpu.r[i.rn];
    const after = (down ? base - 4 * i.extra : base + 4 * i.extra) | 0;
    access(cpu, i.rd, i.extra, aligned(down ? after : base));
    if (i.wback) cpu.r[i.rn] = after;
  };

const transfer =
  (move: (s: Int32Array, r: Int32Array, i: Instruction) => void): Execute =>
  (cpu, i) => {
    if (!cpu.fpu.isReady) cpu.fpu.prepare();
    move(cpu.fpu.s, cpu.r, i);
  };

const toCore: Execute = transfer((s, r, i) => {
  r[i.ra] = s[i.rn];
});
const fromCore: Execute = transfer((s, r, i) => {
  s[i.rn] = r[i.ra];
});
const pairToCore: Execute = transfer((s, r, i) => {
  r[i.ra] = s[i.rm];
  r[i.extra2] = s[i.rm + 1];
});
const pairFromCore: Execute = transfer((s, r, i) => {
  s[i.rm] = r[i.ra];
  s[i.rm + 1] = r[i.extra2];
});

/** To R15: the flags go to APSR. */
const readStatus: Execute = (cpu, i) => {
  if (!cpu.fpu.isReady) cpu.fpu.prepare();
  const { fpscr } = cpu.fpu;
  if (i.ra !== 15) cpu.r[i.ra] = fpscr;
  else {
    cpu.n = fpscr >>> 31;
    cpu.z = (fpscr >>> 30) & 1;
    cpu.c = (fpscr >>> 29) & 1;
    cpu.v = (fpscr >>> 28) & 1;
  }
};

const writeStatus: Execute = (cpu, i) => {
  if (!cpu.fpu.isReady) cpu.fpu.prepare();
  cpu.fpu.writeStatus(cpu.r[i.ra]);
};

/** By encoding id. */
export const VFP_TRANSFER: Readonly<Record<string, Execute>> = {
  VMOV_imm_T1: transfer((s, _r, i) => {
    s[i.rd] = i.imm;
  }),
  VMOV_StoR_T1: toCore,
  VMOV_RtoS_T1: fromCore,
  VMOV_XtoR_T1: toCore,
  VMOV_RtoX_T1: fromCore,
  VMOV_SStoRR_T1: pairToCore,
  VMOV_RRtoSS_T1: pairFromCore,
  VMOV_DtoRR_T1: pairToCore,
  VMOV_RRtoD_T1: pairFromCore,
  VMRS_T1: readStatus,
  VMSR_T1: writeStatus,
  VLDR_T1: single(load),
  VLDR_T2: single(load),
  VSTR_T1: single(store),
  VSTR_T2: single(store),
  VLDM_T1: multiple(load, false),
  VLDM_T2: multiple(load, false),
  VLDMDB_T1: multiple(load, true),
  VLDMDB_T2: multiple(load, true),
  VPOP_T1: multiple(load, false),
  VPOP_T2: multiple(load, false),
  VSTM_T1: multiple(store, false),
  VSTM_T2: multiple(store, false),
  VSTMDB_T1: multiple(store, true),
  VSTMDB_T2: multiple(store, true),
  VPUSH_T1: multiple(store, true),
  VPUSH_T2: multiple(store, true),
};
