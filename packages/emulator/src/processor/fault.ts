/** Faults: thrown where an instruction cannot complete, caught by the processor's loop, which takes the exception. */

export type FaultKind = 'MemManage' | 'BusFault' | 'UsageFault' | 'HardFault';

/** Bits of CFSR, DDI 0403E B3.2.15. */
export const CFSR = {
  IACCVIOL: 1 << 0,
  DACCVIOL: 1 << 1,
  MUNSTKERR: 1 << 3,
  MSTKERR: 1 << 4,
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
  /** Bits of HFSR, DDI 0403E B3.2.16. */
  readonly hfsr: number;

  constructor(kind: FaultKind, bits: number, text: string, address?: number, hfsr = 0) {
    super(text);
    this.kind = kind;
    this.bits = bits;
    this.address = address;
    this.hfsr = hfsr;
  }
}

const hex = (value: number) => `0x${(value >>> 0).toString(16).padStart(8, '0')}`;

export const busFault = (address: number, what: string) =>
  new Fault('BusFault', CFSR.PRECISERR | CFSR.BFARVALID, `${what} ${hex(address)}: nothing is there`, address);
export const undefinedInstruction = (text: string) => new Fault('UsageFault', CFSR.UNDEFINSTR, text);
export const unalignedAccess = (address: number) =>
  new Fault('UsageFault', CFSR.UNALIGNED, `unaligned access to ${hex(address)}`, address);
/** BKPT while no debugger is attached (B1.5.14, HFSR.DEBUGEVT). */
export const unheardBreakpoint = (immediate: number) =>
  new Fault('HardFault', 0, `BKPT #${immediate} without a debugger`, undefined, 2 ** 31);
