/** Faults: thrown where an instruction cannot complete, caught by the processor's loop, which takes the exception. */

export type FaultKind = 'MemManage' | 'BusFault' | 'UsageFault' | 'HardFault' | 'DebugMonitor';

/** Bits of CFSR, DDI 0403E B3.2.15. */
export const CFSR = {
  IACCVIOL: 1 << 0,
  DACCVIOL: 1 << 1,
  MUNSTKERR: 1 << 3,
  MSTKERR: 1 << 4,
  MLSPERR: 1 << 5,
  MMARVALID: 1 << 7,
  IBUSERR: 1 << 8,
  PRECISERR: 1 << 9,
  UNSTKERR: 1 << 11,
  STKERR: 1 << 12,
  LSPERR: 1 << 13,
  BFARVALID: 1 << 15,
  UNDEFINSTR: 1 << 16,
  INVSTATE: 1 << 17,
  INVPC: 1 << 18,
  NOCP: 1 << 19,
  UNALIGNED: 1 << 24,
  DIVBYZERO: 1 << 25,
} as const;

export class Fault extends Error {
  readonly kind: FaultKind;
  readonly bits: number;
  /** At fault; with BFARVALID or MMARVALID among the bits it goes to that register. */
  readonly address: number | undefined;

  constructor(kind: FaultKind, bits: number, text: string, address?: number) {
    super(text);
    this.kind = kind;
    this.bits = bits;
    this.address = address;
  }
}

/** Thrown where an instruction is given up because an exception comes first that is pending already. */
export class Abandoned extends Error {}

const hex = (value: number) => `0x${(value >>> 0).toString(16).padStart(8, '0')}`;

export const busFault = (address: number, what: string, why = 'nothing is there') =>
  new Fault('BusFault', CFSR.PRECISERR | CFSR.BFARVALID, `${what} ${hex(address)}: ${why}`, address);
export const undefinedInstruction = (text: string) => new Fault('UsageFault', CFSR.UNDEFINSTR, text);
export const unalignedAccess = (address: number) =>
  new Fault('UsageFault', CFSR.UNALIGNED, `unaligned access to ${hex(address)}`, address);
/** BKPT while no debugger is attached (B1.5.14, HFSR.DEBUGEVT). */
export const unheardBreakpoint = (immediate: number) =>
  new Fault('DebugMonitor', 0, `BKPT #${immediate} without a debugger`);
