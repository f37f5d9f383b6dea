/** Special registers as MRS and MSR see them: DDI 0403E B5.2.2, B5.2.3. */
import type { Cpu } from './cpu.ts';

/** Numbers of special registers (SYSm). Those below 8 are parts of xPSR. */
const S = {
  MSP: 8,
  PSP: 9,
  PRIMASK: 16,
  BASEPRI: 17,
  BASEPRI_MAX: 18,
  FAULTMASK: 19,
  CONTROL: 20,
} as const;

/** MRS. */
export function readSpecial(cpu: Cpu, sysm: number): number {
  if (sysm === S.CONTROL) return (cpu.unprivileged ? 1 : 0) | (cpu.usesPsp ? 2 : 0) | (cpu.fpu.isActive ? 4 : 0);
  if (sysm < 8) return (sysm & 4 ? 0 : cpu.apsr) | (sysm & 1 ? cpu.ipsr : 0);
  if (!cpu.isPrivileged()) return 0;
  switch (sysm) {
    case S.MSP:
      return cpu.msp;
    case S.PSP:
      return cpu.psp;
    case S.PRIMASK:
      return cpu.primask;
    case S.BASEPRI:
    case S.BASEPRI_MAX:
      return cpu.basepri;
    case S.FAULTMASK:
      return cpu.faultmask;
    default:
      return 0;
  }
}

/** MSR; `mask` says which parts of APSR. What needs privilege is ignored without it. */
export function writeSpecial(cpu: Cpu, sysm: number, value: number, mask: number): void {
  if (sysm < 8) return writeApsr(cpu, sysm, value, mask);
  if (!cpu.isPrivileged()) return;
  switch (sysm) {
    case S.MSP:
      cpu.msp = value;
      return;
    case S.PSP:
      cpu.psp = value;
      return;
    case S.PRIMASK:
      cpu.primask = value & 1;
      break;
    case S.BASEPRI:
      cpu.basepri = value & 0xf0;
      break;
    case S.BASEPRI_MAX:
      if ((value & 0xf0) !== 0 && (cpu.basepri === 0 || (value & 0xf0) < cpu.basepri)) cpu.basepri = value & 0xf0;
      break;
    case S.FAULTMASK:
      if (cpu.executionPriority() > -1) cpu.faultmask = value & 1;
      break;
    case S.CONTROL:
      cpu.unprivileged = (value & 1) !== 0;
      if (cpu.ipsr === 0) cpu.selectStack((value & 2) !== 0);
      cpu.fpu.setActive((value & 4) !== 0);
      break;
    default:
  }
  cpu.system.arbitrate();
}

function writeApsr(cpu: Cpu, sysm: number, value: number, mask: number): void {
  if (sysm & 4) return;
  if (mask & 2) {
    const { ge } = cpu;
    cpu.apsr = value;
    cpu.ge = ge;
  }
  if (mask & 1) cpu.ge = (value >>> 16) & 15;
}
