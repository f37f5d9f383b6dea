/** Branches, IT, hints, barriers, special registers: DDI 0403E A7.7, B5.2. */
import { undefinedInstruction } from '../fault.ts';
import type { Execute } from '../instruction.ts';
import { readSpecial, writeSpecial } from '../special-registers.ts';

const branch: Execute = (cpu, i) => {
  cpu.next = (cpu.r[15] + i.imm) | 0;
};

const conditional: Execute = (cpu, i) => {
  if (cpu.passes(i.cond)) {
    cpu.next = (cpu.r[15] + i.imm) | 0;
    cpu.extraCycles = 1;
  }
};

const link: Execute = (cpu, i) => {
  cpu.r[14] = cpu.next | 1;
  cpu.next = (cpu.r[15] + i.imm) | 0;
};

const cbz =
  (wanted: 0 | 1): Execute =>
  (cpu, i) => {
    if ((cpu.r[i.rn] === 0 ? 0 : 1) !== wanted) return;
    cpu.next = (cpu.r[15] + i.imm) | 0;
    cpu.extraCycles = 1;
  };

const tableBranch =
  (half: boolean): Execute =>
  (cpu, i) => {
    const base = cpu.r[i.rn];
    const index = cpu.r[i.rm];
    const entry = half ? cpu.bus.read16(base + (index << 1)) : cpu.bus.read8(base + index);
    cpu.next = (cpu.r[15] + 2 * entry) | 0;
  };

const nothing: Execute = () => {};

const changeState: Execute = (cpu, i) => {
  if (!cpu.isPrivileged()) return;
  if (i.extra & 2) cpu.primask = i.imm;
  if (i.extra & 1) {
    if (i.imm === 0) cpu.faultmask = 0;
    else if (cpu.executionPriority() > -1) cpu.faultmask = 1;
  }
  cpu.system.arbitrate();
};

export const CONTROL: Readonly<Record<string, Execute>> = {
  B: branch,
  BL: link,
  BX: (cpu, i) => cpu.branchExchange(cpu.r[i.rm]),
  BLX: (cpu, i) => {
    const target = cpu.r[i.rm];
    cpu.r[14] = cpu.next | 1;
    cpu.branchInterworking(target);
  },
  CBZ: cbz(0),
  CBNZ: cbz(1),
  TBB: tableBranch(false),
  TBH: tableBranch(true),
  IT: (cpu, i) => {
    cpu.it = (i.extra << 4) | i.extra2;
  },
  NOP: nothing,
  YIELD: nothing,
  SEV: (cpu) => {
    cpu.eventRegister = true;
  },
  WFI: (cpu) => cpu.sleep(false),
  WFE: (cpu) => cpu.sleep(true),
  DBG: nothing,
  HINT: nothing,
  DSB: nothing,
  DMB: nothing,
  ISB: nothing,
  CPS: changeState,
  MRS: (cpu, i) => {
    cpu.r[i.rd] = readSpecial(cpu, i.extra);
  },
  MSR: (cpu, i) => writeSpecial(cpu, i.extra, cpu.r[i.rn], i.extra2),
  SVC: (cpu) => cpu.system.supervisorCall(),
  BKPT: (cpu, i) => cpu.breakpoint(i.imm),
  UDF: (_cpu, i) => {
    throw undefinedInstruction(`UDF #${i.imm}`);
  },
};

export const CONDITIONAL_BRANCH: Execute = conditional;
