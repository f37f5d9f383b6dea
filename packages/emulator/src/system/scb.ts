/** Registers of the system control block by offset from 0xE000E000: DDI 0403E B3.2. */
import { EXCEPTION } from '@kickstage/armv7m/exceptions';
import { EmulationError } from '../peripheral.ts';
import type { SystemControl } from './system-control.ts';

export interface ScbState {
  vtor: number;
  scr: number;
  ccr: number;
  shcsr: number;
  cfsr: number;
  hfsr: number;
  dfsr: number;
  mmfar: number;
  bfar: number;
  cpacr: number;
  demcr: number;
}

/** Cortex-M4 r0p1 (PM0214 Rev 10, 4.4.2). */
const CPUID = 0x410fc241;
const VECTKEY = 0x05fa;
const SYSRESETREQ = 1 << 2;
/** Of CCR: bus faults are ignored at priorities -1 and -2. */
const BFHFNMIGN = 1 << 8;
/** Bits of SHCSR that enable MemManage, BusFault and UsageFault. */
const FAULT_ENABLES = [
  [16, EXCEPTION.MemManage],
  [17, EXCEPTION.BusFault],
  [18, EXCEPTION.UsageFault],
] as const;
const FAULT_ACTIVES = [
  [0, EXCEPTION.MemManage],
  [1, EXCEPTION.BusFault],
  [3, EXCEPTION.UsageFault],
  [7, EXCEPTION.SVCall],
  [8, EXCEPTION.DebugMonitor],
  [10, EXCEPTION.PendSV],
  [11, EXCEPTION.SysTick],
  [12, EXCEPTION.UsageFault, 'pending'],
  [13, EXCEPTION.MemManage, 'pending'],
  [14, EXCEPTION.BusFault, 'pending'],
  [15, EXCEPTION.SVCall, 'pending'],
] as const;
/** Identification registers that software reads to find features: DDI 0403E B4.1, values of the Cortex-M4. */
const IDS: Readonly<Record<number, number>> = {
  3392: 0x00000030,
  3396: 0x00000200,
  3400: 0x00100000,
  3404: 0,
  3408: 0x00100030,
  3412: 0,
  3416: 0x01000000,
  3420: 0,
  3424: 0x01141110,
  3428: 0x02111000,
  3432: 0x21112231,
  3436: 0x01111110,
  3440: 0x01310102,
};

const named = (offset: number) => `SCS at offset 0x${offset.toString(16)}`;

export function readScb(system: SystemControl, offset: number): number {
  const { scb, states } = system;
  switch (offset) {
    case 0x08:
      return 0;
    case 0xd00:
      return CPUID;
    case 0xd04:
      return readIcsr(system);
    case 0xd08:
      return scb.vtor;
    case 0xd0c:
      return ((0xfa05 << 16) | (states.group << 8)) >>> 0;
    case 0xd10:
      return scb.scr;
    case 0xd14:
      return scb.ccr;
    case 0xd18:
    case 0xd1c:
    case 0xd20: {
      const n = offset - 0xd18 + 4;
      const p = states.priority;
      return p[n] | (p[n + 1] << 8) | (p[n + 2] << 16) | (p[n + 3] << 24);
    }
    case 0xd24:
      return readShcsr(system);
    case 0xd28:
      return scb.cfsr;
    case 0xd2c:
      return scb.hfsr;
    case 0xd30:
      return scb.dfsr;
    case 0xd34:
      return scb.mmfar;
    case 0xd38:
      return scb.bfar;
    case 0xd88:
      return scb.cpacr;
    case 0xdf0:
      return 0;
    case 0xdfc:
      return scb.demcr;
    default:
      return IDS[offset] ?? system.fpu.readRegister(offset) ?? missing(offset);
  }
}

function missing(offset: number): never {
  throw new EmulationError('EMU002', `read of ${named(offset)}: there is no register that is modelled`);
}

/** VECTACTIVE, RETTOBASE, VECTPENDING, ISRPENDING and the pending bits of the system exceptions. */
function readIcsr(system: SystemControl): number {
  const { states } = system;
  let word = system.activeNumber() | ((states.mostUrgentPending() ?? 0) << 12);
  if (system.activeCount() <= 1) word |= 1 << 11;
  for (let n = 16; n < states.count; n++) if (states.pending[n]) word |= 1 << 22;
  if (states.pending[EXCEPTION.SysTick]) word |= 1 << 26;
  if (states.pending[EXCEPTION.PendSV]) word |= 1 << 28;
  return states.pending[EXCEPTION.NMI] ? word | (1 << 31) : word;
}

function readShcsr({ states }: SystemControl): number {
  let word = 0;
  for (const [bit, n] of FAULT_ENABLES) if (states.enabled[n]) word |= 1 << bit;
  for (const [bit, n, kind] of FAULT_ACTIVES) if ((kind ? states.pending : states.active)[n]) word |= 1 << bit;
  return word;
}

export function writeScb(system: SystemControl, offset: number, value: number): void {
  const { scb, states } = system;
  switch (offset) {
    case 0x08:
    case 0xd00:
      return;
    case 0xd04:
      return writeIcsr(system, value);
    case 0xd08:
      scb.vtor = (value & 0xffffff80) >>> 0;
      return system.vtorWritten(scb.vtor);
    case 0xd0c:
      if (value >>> 16 !== VECTKEY) return;
      states.group = (value >>> 8) & 7;
      if (value & SYSRESETREQ) system.onResetRequest();
      return;
    case 0xd10:
      scb.scr = value & 0x16;
      return;
    case 0xd14:
      if (value & BFHFNMIGN) throw new EmulationError('EMU004', 'SCB_CCR: BFHFNMIGN is not modelled');
      scb.ccr = value & 0x21b;
      return;
    case 0xd18:
    case 0xd1c:
    case 0xd20:
      for (let i = 0; i < 4; i++) system.writePriority(offset + i, (value >>> (8 * i)) & 0xff);
      return;
    case 0xd24:
      for (const [bit, n] of FAULT_ENABLES) states.enabled[n] = (value >>> bit) & 1;
      for (const [bit, n, kind] of FAULT_ACTIVES) (kind ? states.pending : states.active)[n] = (value >>> bit) & 1;
      return;
    case 0xd28:
      scb.cfsr = (scb.cfsr & ~value) >>> 0;
      return;
    case 0xd2c:
      scb.hfsr = (scb.hfsr & ~value) >>> 0;
      return;
    case 0xd30:
      scb.dfsr = (scb.dfsr & ~value) >>> 0;
      return;
    case 0xd34:
      scb.mmfar = value;
      return;
    case 0xd38:
      scb.bfar = value;
      return;
    case 0xd88:
      // Coprocessors 10 and 11, the floating-point unit; there are no others.
      scb.cpacr = value & 0x00f00000;
      system.fpu.isReady = false;
      return;
    case 0xdfc:
      scb.demcr = value & 0x010f07f1;
      return;
    default:
      if (system.fpu.writeRegister(offset, value)) return;
      throw new EmulationError('EMU002', `write to ${named(offset)}: there is no register that is modelled`);
  }
}

function writeIcsr(system: SystemControl, value: number): void {
  const { states } = system;
  if (value & (1 << 31)) system.pend(EXCEPTION.NMI);
  if (value & (1 << 28)) system.pend(EXCEPTION.PendSV);
  if (value & (1 << 27)) states.pending[EXCEPTION.PendSV] = 0;
  if (value & (1 << 26)) system.pend(EXCEPTION.SysTick);
  if (value & (1 << 25)) states.pending[EXCEPTION.SysTick] = 0;
}
