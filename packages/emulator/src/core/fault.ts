/** Faults: thrown by whatever an instruction does, caught by the core, which takes the exception. DDI 0403E B1.5.14. */
import { EXCEPTION } from '@kickstage/armv7m/exceptions';

/** Bits of the CFSR (B3.2.15). */
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
  BFARVALID: 1 << 15,
  UNDEFINSTR: 1 << 16,
  INVSTATE: 1 << 17,
  INVPC: 1 << 18,
  NOCP: 1 << 19,
  UNALIGNED: 1 << 24,
  DIVBYZERO: 1 << 25,
} as const;

/** Bits of the HFSR (B3.2.16). */
export const HFSR = { VECTTBL: 1 << 1, FORCED: 1 << 30, DEBUGEVT: 1 << 31 } as const;

export class Fault {
  /** Exception number: MemManage, BusFault, UsageFault or HardFault. */
  readonly exception: number;
  /** Bits for the CFSR; for a HardFault, for the HFSR. */
  readonly status: number;
  readonly text: string;
  /** For BFAR or MMFAR. */
  readonly address: number | undefined;

  constructor(exception: number, status: number, text: string, address?: number) {
    this.exception = exception;
    this.status = status;
    this.text = text;
    this.address = address;
  }
}

export function hex(value: number): string {
  return `0x${(value >>> 0).toString(16).padStart(8, '0')}`;
}

export function usageFault(status: number, text: string): Fault {
  return new Fault(EXCEPTION.UsageFault, status, text);
}

export function dataBusFault(address: number, what: string): Fault {
  return new Fault(EXCEPTION.BusFault, CFSR.PRECISERR, `${what} at ${hex(address)}`, address >>> 0);
}

export function unaligned(address: number, what: string): Fault {
  return usageFault(CFSR.UNALIGNED, `unaligned ${what} at ${hex(address)}`);
}
