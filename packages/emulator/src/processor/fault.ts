/** Faults: thrown where an instruction cannot complete, caught by the processor's loop, which takes the exception. */

export type FaultKind = 'MemManage' | 'BusFault' | 'UsageFault' | 'HardFault';

/** Bits of CFSR, DDI 0403E B3.2.15. */
export const CFSR = {
  IACCVIOL: 1 << 0,
  DACCVIOL: 1 << 1,
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
  /** For BFAR. */
  readonly address: number | undefined;

  constructor(kind: FaultKind, bits: number, text: string, address?: number) {
    super(text);
    this.kind = kind;
    this.bits = bits;
    this.address = address;
  }
}

const hex = (value: number) => `0x${(value >>> 0).toString(16).padStart(8, '0')}`;

export const busFault = (address: number, what: string) =>
  new Fault('BusFault', CFSR.PRECISERR | CFSR.BFARVALID, `${what} ${hex(address)}: nothing is there`, address);
export const undefinedInstruction = (text: string) => new Fault('UsageFault', CFSR.UNDEFINSTR, text);
export const unalignedAccess = (address: number) =>
  new Fault('UsageFault', CFSR.UNALIGNED, `unaligned access to ${hex(address)}`);
