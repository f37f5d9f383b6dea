/**
 * The processor's own account of a fault: the bits of CFSR (DDI 0403E B3.2.15) and HFSR (B3.2.16), in words.
 */

export interface StatusBit {
  readonly bit: number;
  /** As the manual spells it. */
  readonly name: string;
  readonly text: string;
}

export const CFSR_BITS: readonly StatusBit[] = [
  { bit: 0, name: 'IACCVIOL', text: 'an instruction was fetched where no code may be' },
  { bit: 1, name: 'DACCVIOL', text: 'an access that the memory protection forbids' },
  { bit: 3, name: 'MUNSTKERR', text: 'the return from an exception read the stack where that is forbidden' },
  { bit: 4, name: 'MSTKERR', text: 'the entry of an exception wrote the stack where that is forbidden' },
  { bit: 5, name: 'MLSPERR', text: 'floating-point state was saved where that is forbidden' },
  { bit: 7, name: 'MMARVALID', text: 'MMFAR holds the address' },
  { bit: 8, name: 'IBUSERR', text: 'an instruction was fetched where nothing is' },
  { bit: 9, name: 'PRECISERR', text: 'this instruction accessed an address where nothing is' },
  { bit: 10, name: 'IMPRECISERR', text: 'an earlier store went where nothing is' },
  { bit: 11, name: 'UNSTKERR', text: 'the return from an exception could not read the stack' },
  { bit: 12, name: 'STKERR', text: 'the entry of an exception could not write the stack' },
  { bit: 13, name: 'LSPERR', text: 'floating-point state could not be saved' },
  { bit: 15, name: 'BFARVALID', text: 'BFAR holds the address' },
  { bit: 16, name: 'UNDEFINSTR', text: 'the instruction is undefined' },
  { bit: 17, name: 'INVSTATE', text: 'a branch to an address without the Thumb bit' },
  { bit: 18, name: 'INVPC', text: 'a return from an exception that is not valid' },
  { bit: 19, name: 'NOCP', text: 'the floating-point unit is off or absent' },
  { bit: 24, name: 'UNALIGNED', text: 'the address is not a multiple of the size of the access' },
  { bit: 25, name: 'DIVBYZERO', text: 'a division by zero' },
];

export const HFSR_BITS: readonly StatusBit[] = [
  { bit: 1, name: 'VECTTBL', text: 'the vector table could not be read' },
  { bit: 30, name: 'FORCED', text: 'a fault whose own handler is off or cannot run' },
  { bit: 31, name: 'DEBUGEVT', text: 'a breakpoint without a debugger' },
];

/** The bits of a register that are set, low ones first. */
export function statusBits(value: number, bits: readonly StatusBit[]): StatusBit[] {
  return bits.filter(({ bit }) => ((value >>> bit) & 1) === 1);
}
