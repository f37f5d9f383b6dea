/** Registers as a debugger names them. Values are unsigned. */
import type { Cpu } from '../processor/cpu.ts';

interface Access {
  readonly read: (cpu: Cpu) => number;
  readonly write: (cpu: Cpu, value: number) => void;
}

const general = (number: number): Access => ({
  read: (cpu) => cpu.r[number],
  write: (cpu, value) => {
    cpu.r[number] = value;
  },
});

/** Masks: what the processor takes may have changed. */
const mask = (name: 'primask' | 'basepri' | 'faultmask', bits: number): Access => ({
  read: (cpu) => cpu[name],
  write: (cpu, value) => {
    cpu[name] = value & bits;
    cpu.system.arbitrate();
  },
});

/** S0 to S31 as bits. A debugger reaches them whether or not the program may use the unit (DDI 0403E C1.6.3). */
const float = (number: number): Access => ({
  read: (cpu) => cpu.fpu.s[number],
  write: (cpu, value) => {
    cpu.fpu.s[number] = value;
  },
});

const REGISTERS: Readonly<Record<string, Access>> = {
  ...Object.fromEntries(Array.from({ length: 13 }, (_, i) => [`r${i}`, general(i)])),
  sp: {
    read: (cpu) => cpu.r[13],
    write: (cpu, value) => {
      cpu.r[13] = value & ~3;
    },
  },
  lr: general(14),
  pc: {
    read: (cpu) => cpu.pc,
    write: (cpu, value) => {
      cpu.pc = value & ~1;
      cpu.isSleeping = false;
    },
  },
  /** The number of the exception cannot be changed: the states of the exceptions would not follow. */
  xpsr: {
    read: (cpu) => cpu.xpsr,
    write: (cpu, value) => {
      cpu.apsr = value;
      cpu.it = ((value >>> 25) & 3) | ((value >>> 8) & 0xfc);
    },
  },
  msp: {
    read: (cpu) => cpu.msp,
    write: (cpu, value) => {
      cpu.msp = value;
    },
  },
  psp: {
    read: (cpu) => cpu.psp,
    write: (cpu, value) => {
      cpu.psp = value;
    },
  },
  primask: mask('primask', 1),
  basepri: mask('basepri', 0xf0),
  faultmask: mask('faultmask', 1),
  control: {
    read: (cpu) => (cpu.unprivileged ? 1 : 0) | (cpu.usesPsp ? 2 : 0) | (cpu.fpu.isActive ? 4 : 0),
    write: (cpu, value) => {
      cpu.unprivileged = (value & 1) !== 0;
      if (cpu.ipsr === 0) cpu.selectStack((value & 2) !== 0);
      cpu.fpu.setActive((value & 4) !== 0);
    },
  },
  ...Object.fromEntries(Array.from({ length: 32 }, (_, i) => [`s${i}`, float(i)])),
  fpscr: {
    read: (cpu) => cpu.fpu.fpscr,
    write: (cpu, value) => cpu.fpu.writeStatus(value),
  },
};

export function readRegister(cpu: Cpu, name: string): number | undefined {
  const value = REGISTERS[name]?.read(cpu);
  return value === undefined ? undefined : value >>> 0;
}

export function writeRegister(cpu: Cpu, name: string, value: number): boolean {
  REGISTERS[name]?.write(cpu, value);
  return name in REGISTERS;
}
