/**
 * The 32-bit branches, hints, barriers and special register moves: DDI 0403E A5.3.4, instruction pages A7.7 and B5.2.
 * How to read a line: encodings16.ts.
 */
import type { EncodingLine } from './encoding-line.ts';

// biome-ignore format: one line per encoding
export const ENCODINGS_32_CONTROL = [
  ['B_T3', '11110 S cond:4 imm6 10 J1 0 J2 imm11', 'cond=cond(cond) imm32=s2(S:J2:J1:imm6:imm11)', 'IT=never', 'b{cond}.w {target}'],
  ['B_T4', '11110 S imm10 10 J1 1 J2 imm11', 'imm32=sJ(S:J1:J2:imm10:imm11)', 'IT=last', 'b{c}.w {target}'],
  ['BL_T1', '11110 S imm10 11 J1 1 J2 imm11', 'imm32=sJ(S:J1:J2:imm10:imm11)', 'IT=last', 'bl{c} {target}'],
  ['MSR_T1', '11110011100 (0) Rn 10 (0) 0 mask:2 (00) SYSm:8', '', 'Rn!13,15 ~sysm ~mask', 'msr{c} {maskedSpecial}, {Rn}'],
  ['MRS_T1', '11110011111 (01111) 10 (0) 0 Rd SYSm:8', '', 'Rd!13,15 ~sysm', 'mrs{c} {Rd}, {special}'],
  ['NOP_T2', '111100111010 (1111) 10 (0) 0 (0) 00000000000', '', '', 'nop{c}.w'],
  ['YIELD_T2', '111100111010 (1111) 10 (0) 0 (0) 00000000001', '', '', 'yield{c}.w'],
  ['WFE_T2', '111100111010 (1111) 10 (0) 0 (0) 00000000010', '', '', 'wfe{c}.w'],
  ['WFI_T2', '111100111010 (1111) 10 (0) 0 (0) 00000000011', '', '', 'wfi{c}.w'],
  ['SEV_T2', '111100111010 (1111) 10 (0) 0 (0) 00000000100', '', '', 'sev{c}.w'],
  ['DBG_T1', '111100111010 (1111) 10 (0) 0 (0) 0001111 option:4', '', '', 'dbg{c} #{option}'],
  ['HINT_T2', '111100111010 (1111) 10 (0) 0 (0) 000 hint:8', '', '', 'nop{c}.w {braced}'],
  ['CLREX_T1', '111100111011 (1111) 10 (0) 0 (1111) 0010 (1111)', '', '', 'clrex{c}'],
  ['DSB_T1', '111100111011 (1111) 10 (0) 0 (1111) 0100 option:4', '', '', 'dsb{c} {barrier}'],
  ['DMB_T1', '111100111011 (1111) 10 (0) 0 (1111) 0101 option:4', '', '', 'dmb{c} {barrier}'],
  ['ISB_T1', '111100111011 (1111) 10 (0) 0 (1111) 0110 option:4', '', '', 'isb{c} {instructionBarrier}'],
  ['UDF_T2', '111101111111 imm4 1010 imm12', 'imm32=imm4:imm12', '', 'udf{c}.w #{imm32}'],
] as const satisfies readonly EncodingLine[];
