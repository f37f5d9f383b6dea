/**
 * Registers as numbers. 0..15 are the core's, then come the single-precision ones of the floating-point unit, then virtual
 * ones. Virtual registers are of one of these two classes as well; those of class single have numbers of their own, so
 * that a number alone tells its class: the core's count from FIRST_VREG, and a single with the same count lies
 * `SINGLE_VREGS` above.
 */

export type Reg = number;

/** r12, which nobody counts on at a function's entry or between functions. */
export const IP = 12;
export const SP = 13;
export const LR = 14;
export const PC = 15;
/** The number of s0. */
export const S0 = 16;
const SINGLE_COUNT = 32;
export const FIRST_VREG = S0 + SINGLE_COUNT;
/** More than there are virtual registers in any function. */
const SINGLE_VREGS = 2 ** 24;

export const isVirtual = (reg: Reg) => reg >= FIRST_VREG;
/** Whether a register, virtual or not, is one of the floating-point unit. */
export const isSingle = (reg: Reg) => (reg >= S0 && reg < FIRST_VREG) || reg >= SINGLE_VREGS;
/** The virtual register of class single with a count. */
export const virtualSingle = (count: number): Reg => SINGLE_VREGS + count;
/** What is counted: below `nextReg` of its function. */
export const countOf = (reg: Reg) => (reg >= SINGLE_VREGS ? reg - SINGLE_VREGS : reg);

const singles = (first: number, count: number): Reg[] => Array.from({ length: count }, (_, i) => S0 + first + i);
export const ALL_SINGLES: readonly Reg[] = singles(0, SINGLE_COUNT);

/** r0-r3, r12 and lr do not survive a call (AAPCS, IHI 0042, 6.1.1). */
export const CALL_CLOBBERED: readonly Reg[] = [0, 1, 2, 3, IP, LR];
export const CALLEE_SAVED: readonly Reg[] = [4, 5, 6, 7, 8, 9, 10, 11];
/** s0-s15 do not survive a call, s16-s31 do (6.1.2.1). */
export const CALL_CLOBBERED_SINGLES: readonly Reg[] = singles(0, 16);
export const CALLEE_SAVED_SINGLES: readonly Reg[] = singles(16, 16);

/** The name in assembly language. */
export const registerName = (reg: Reg) => (isSingle(reg) ? `s${reg - S0}` : `r${reg}`);

/** The number that debuggers know a register by (IHI 0040, 3.1): s0 is 64. */
export const dwarfRegister = (reg: Reg) => (isSingle(reg) ? 64 + reg - S0 : reg);
/** Of d0-d15 (IHI 0040, 3.1). */
export const dwarfDouble = (index: number) => 256 + index;
