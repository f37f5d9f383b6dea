/**
 * The manual's cycles of each class of instructions, and instructions to measure ours with: Cortex-M4 TRM (DDI 0439D),
 * tables 3-1 (processor), 3-2 (DSP) and 7-1 (floating-point unit). P is the refill of the pipeline, 1 to 3 cycles.
 */
export interface CycleClass {
  readonly name: string;
  /** As the manual writes it. */
  readonly manual: string;
  readonly least: number;
  readonly most: number;
  /** Halfwords of instructions of the class. */
  readonly samples: readonly (readonly number[])[];
}

/** Refill of the pipeline. */
const P = { least: 1, most: 3 } as const;

const fixed = (name: string, cycles: number, ...samples: (readonly number[])[]): CycleClass => ({
  name,
  manual: String(cycles),
  least: cycles,
  most: cycles,
  samples,
});
const range = (
  name: string,
  manual: string,
  least: number,
  most: number,
  ...samples: (readonly number[])[]
): CycleClass => ({ name, manual, least, most, samples });
const refill = (name: string, cycles: number, ...samples: (readonly number[])[]): CycleClass =>
  range(name, `${cycles} + P`, cycles + P.least, cycles + P.most, ...samples);

/** R6 and R7 hold addresses of RAM, R5 is 2, R4 is 4, the address of the branches' target is in LR and on the stack. */
export const CYCLE_CLASSES: readonly CycleClass[] = [
  fixed('MOV, MVN, MOVW, MOVT', 1, [0x2001], [0x4608], [0xf04f, 0x0001], [0xf240, 0x1001], [0xf2c0, 0x0001], [0x43c8]),
  refill('MOV to PC', 1, [0x46f7]),
  fixed('ADD, ADC, ADR, SUB, SBC, RSB', 1, [0x1888], [0x4148], [0xa000], [0x1a88], [0x4188], [0x4248], [0xb081]),
  fixed('MUL', 1, [0x4348], [0xfb01, 0xf002]),
  fixed('MLA, MLS', 2, [0xfb01, 0x2003], [0xfb01, 0x2013]),
  fixed('SMULL, UMULL, SMLAL, UMLAL', 1, [0xfb82, 0x0103], [0xfba2, 0x0103], [0xfbc2, 0x0103], [0xfbe2, 0x0103]),
  range('SDIV, UDIV', '2 to 12', 2, 12, [0xfb94, 0xf0f5], [0xfbb4, 0xf0f5]),
  fixed('SSAT, USAT', 1, [0xf301, 0x0007], [0xf381, 0x0007]),
  fixed('CMP, CMN, TST, TEQ', 1, [0x4288], [0x2805], [0x42c8], [0x4208], [0xea90, 0x0f01]),
  fixed('AND, EOR, ORR, ORN, BIC', 1, [0x4008], [0x4048], [0x4308], [0xea61, 0x0002], [0x4388]),
  fixed('LSL, LSR, ASR, ROR, RRX', 1, [0x0048], [0x0848], [0x1048], [0x4088], [0x41c8], [0xea4f, 0x0030]),
  fixed('CLZ, RBIT, REV, REV16, REVSH', 1, [0xfab1, 0xf081], [0xfa91, 0xf0a1], [0xba08], [0xba48], [0xbac8]),
  fixed('UXTB, SXTH and their kin', 1, [0xb2c8], [0xb208], [0xfa51, 0xf082]),
  fixed('UBFX, SBFX, BFI, BFC', 1, [0xf3c1, 0x0007], [0xf341, 0x0007], [0xf361, 0x0007], [0xf36f, 0x0007]),
  fixed('SMLABB, SMLAD, SMMLA and the other DSP instructions', 1, [0xfb11, 0x2003], [0xfb21, 0x2003], [0xfb51, 0x2003]),
  fixed('SADD8, UQSUB16, SEL and their kin', 1, [0xfa81, 0xf002], [0xfad1, 0xf052], [0xfaa1, 0xf082]),
  fixed('LDR, LDRB, LDRH, LDRSB, LDRSH', 2, [0x6830], [0x7830], [0x8830], [0x5671], [0x5f71], [0x4800]),
  fixed('LDRT and its kin', 2, [0xf856, 0x0e00], [0xf816, 0x0e00]),
  refill('LDR to PC', 2, [0xf8d7, 0xf000]),
  range('LDRD', '1 + N', 3, 3, [0xe9d6, 0x0100]),
  range('LDM, POP of 2', '1 + N', 3, 3, [0xce03], [0xbc03]),
  range('LDM, POP of 8', '1 + N', 9, 9, [0xe896, 0x0f0f], [0xe8bd, 0x03fc]),
  range('POP of R0 and PC', '1 + N + P', 4, 6, [0xbd01]),
  fixed('STR, STRB, STRH', 2, [0x6030], [0x7030], [0x8030], [0xf846, 0x1b04]),
  range('STRD', '1 + N', 3, 3, [0xe9c6, 0x0100]),
  range('STM, PUSH of 2', '1 + N', 3, 3, [0xc603], [0xb403]),
  range('STM, PUSH of 8', '1 + N', 9, 9, [0xe886, 0x0f0f], [0xb4ff], [0xb57f]),
  fixed('LDREX, STREX', 2, [0xe856, 0x0f00], [0xe846, 0x1000]),
  fixed('CLREX', 1, [0xf3bf, 0x8f2f]),
  refill('B, BL, BX, BLX', 1, [0xe000], [0xf000, 0xf800], [0x4770], [0x47f0]),
  range('Bcc, CBZ that goes on', '1', 1, 1, [0xd100], [0xb100]),
  refill('Bcc, CBNZ that branches', 1, [0xd000], [0xb900]),
  refill('TBB, TBH', 2, [0xe8d6, 0xf000], [0xe8d6, 0xf010]),
  range('IT', '0 or 1', 0, 1, [0xbf08]),
  range('CPS, MRS, MSR', '1 or 2', 1, 2, [0xb662], [0xf3ef, 0x8010], [0xf380, 0x8810]),
  fixed('NOP, SEV', 1, [0xbf00], [0xbf40]),
  range('ISB, DMB, DSB', '1 + B', 1, Number.POSITIVE_INFINITY, [0xf3bf, 0x8f6f], [0xf3bf, 0x8f5f], [0xf3bf, 0x8f4f]),
  fixed(
    'VABS, VADD, VSUB, VMUL, VCMP, VCVT, VNEG',
    1,
    [0xeef0, 0x0ae0],
    [0xee30, 0x0a20],
    [0xee20, 0x0a20],
    [0xeeb4, 0x0a60],
  ),
  fixed('VMOV, VMRS, VMSR', 1, [0xee00, 0x0a10], [0xeef1, 0x0a10], [0xeee1, 0x0a10]),
  fixed('VMOV of two registers', 2, [0xec41, 0x0a10]),
  fixed('VMLA, VFMA and their kin', 3, [0xee00, 0x0a20], [0xeea0, 0x0a20]),
  fixed('VDIV, VSQRT', 14, [0xee80, 0x0a20], [0xeeb1, 0x0ae0]),
  range('VLDR, VSTR of 32 bits', '2', 2, 2, [0xed96, 0x0a00], [0xed86, 0x0a00]),
  range('VLDR, VSTR of 64 bits', '3', 3, 3, [0xed96, 0x0b00], [0xed86, 0x0b00]),
  range('VLDM, VPUSH of 4', '1 + N', 5, 5, [0xec96, 0x0a04], [0xed2d, 0x0a04]),
];
