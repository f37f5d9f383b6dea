/**
 * The 16-bit Thumb encodings: DDI 0403E A5.2, instruction pages A7.7.
 *
 * One line each: id (manual's mnemonic, form, encoding), bit pattern (pattern.ts), operands that are not plain fields
 * (operand-kinds.ts), what is UNPREDICTABLE (rules.ts), assembly text (print-template.ts). Where two lines match, the one
 * with more fixed bits counts, then the earlier one.
 */
import type { EncodingLine } from './encoding-line.ts';

// biome-ignore format: one line per encoding
export const ENCODINGS_16 = [
  // A5.2.1 shift (immediate), add, subtract, move, compare
  ['MOV_reg_T2', '0000000000 Rm:3 Rd:3', '', 'IT=never', 'movs {Rd}, {Rm}'],
  ['LSL_imm_T1', '00000 imm5 Rm:3 Rd:3', 'shift_n=imm5', '', 'lsl{C} {Rd}, {Rm}, #{shift_n}'],
  ['LSR_imm_T1', '00001 imm5 Rm:3 Rd:3', 'shift_n=right(imm5)', '', 'lsr{C} {Rd}, {Rm}, #{shift_n}'],
  ['ASR_imm_T1', '00010 imm5 Rm:3 Rd:3', 'shift_n=right(imm5)', '', 'asr{C} {Rd}, {Rm}, #{shift_n}'],
  ['ADD_reg_T1', '0001100 Rm:3 Rn:3 Rd:3', '$noshift', '', 'add{C} {Rd}, {Rn}, {Rm}'],
  ['SUB_reg_T1', '0001101 Rm:3 Rn:3 Rd:3', '$noshift', '', 'sub{C} {Rd}, {Rn}, {Rm}'],
  ['ADD_imm_T1', '0001110 imm3 Rn:3 Rd:3', 'imm32=imm3', '', 'add{C} {Rd}, {Rn}, #{imm32}'],
  ['SUB_imm_T1', '0001111 imm3 Rn:3 Rd:3', 'imm32=imm3', '', 'sub{C} {Rd}, {Rn}, #{imm32}'],
  ['MOV_imm_T1', '00100 Rd:3 imm8', 'imm32=imm8', '', 'mov{C} {Rd}, #{imm32}'],
  ['CMP_imm_T1', '00101 Rn:3 imm8', 'imm32=imm8', '', 'cmp{c} {Rn}, #{imm32}'],
  ['ADD_imm_T2', '00110 Rdn:3 imm8', 'Rd,Rn=same2(Rdn) imm32=imm8', '', 'add{C} {Rd}, #{imm32}'],
  ['SUB_imm_T2', '00111 Rdn:3 imm8', 'Rd,Rn=same2(Rdn) imm32=imm8', '', 'sub{C} {Rd}, #{imm32}'],
  // A5.2.2 data processing
  ['AND_reg_T1', '0100000000 Rm:3 Rdn:3', 'Rd,Rn=same2(Rdn) $noshift', '', 'and{C} {Rd}, {Rm}'],
  ['EOR_reg_T1', '0100000001 Rm:3 Rdn:3', 'Rd,Rn=same2(Rdn) $noshift', '', 'eor{C} {Rd}, {Rm}'],
  ['LSL_reg_T1', '0100000010 Rm:3 Rdn:3', 'Rd,Rn=same2(Rdn)', '', 'lsl{C} {Rd}, {Rm}'],
  ['LSR_reg_T1', '0100000011 Rm:3 Rdn:3', 'Rd,Rn=same2(Rdn)', '', 'lsr{C} {Rd}, {Rm}'],
  ['ASR_reg_T1', '0100000100 Rm:3 Rdn:3', 'Rd,Rn=same2(Rdn)', '', 'asr{C} {Rd}, {Rm}'],
  ['ADC_reg_T1', '0100000101 Rm:3 Rdn:3', 'Rd,Rn=same2(Rdn) $noshift', '', 'adc{C} {Rd}, {Rm}'],
  ['SBC_reg_T1', '0100000110 Rm:3 Rdn:3', 'Rd,Rn=same2(Rdn) $noshift', '', 'sbc{C} {Rd}, {Rm}'],
  ['ROR_reg_T1', '0100000111 Rm:3 Rdn:3', 'Rd,Rn=same2(Rdn)', '', 'ror{C} {Rd}, {Rm}'],
  ['TST_reg_T1', '0100001000 Rm:3 Rn:3', '$noshift', '', 'tst{c} {Rn}, {Rm}'],
  ['RSB_imm_T1', '0100001001 Rn:3 Rd:3', 'imm32=#0', '', 'rsb{C} {Rd}, {Rn}, #{imm32}'],
  ['CMP_reg_T1', '0100001010 Rm:3 Rn:3', '$noshift', '', 'cmp{c} {Rn}, {Rm}'],
  ['CMN_reg_T1', '0100001011 Rm:3 Rn:3', '$noshift', '', 'cmn{c} {Rn}, {Rm}'],
  ['ORR_reg_T1', '0100001100 Rm:3 Rdn:3', 'Rd,Rn=same2(Rdn) $noshift', '', 'orr{C} {Rd}, {Rm}'],
  ['MUL_T1', '0100001101 Rn:3 Rdm:3', 'Rd,Rm=same2(Rdm)', '', 'mul{C} {Rd}, {Rn}'],
  ['BIC_reg_T1', '0100001110 Rm:3 Rdn:3', 'Rd,Rn=same2(Rdn) $noshift', '', 'bic{C} {Rd}, {Rm}'],
  ['MVN_reg_T1', '0100001111 Rm:3 Rd:3', '$noshift', '', 'mvn{C} {Rd}, {Rm}'],
  // A5.2.3 special data instructions, branch and exchange
  ['ADD_SPreg_T1', '01000100 DM 1101 Rdm:3', 'Rd,Rm=same2(DM:Rdm) Rn=#13 $noshift', 'IT=pc', 'add{c} {Rd}, {Rn}, {Rm}'],
  ['ADD_SPreg_T2', '010001001 Rm 101', 'Rd=#13 Rn=#13 $noshift', '', 'add{c} {Rd}, {Rm}'],
  ['ADD_reg_T2', '01000100 DN Rm Rdn:3', 'Rd,Rn=same2(DN:Rdn) $noshift', '~pcpc IT=pc', 'add{c} {Rd}, {Rm}'],
  ['CMP_reg_T2', '01000101 N Rm Rn:3', 'Rn=N:Rn $noshift', '~high Rn,Rm!15', 'cmp{c} {Rn}, {Rm}'],
  ['MOV_reg_T1', '01000110 D Rm Rd:3', 'Rd=D:Rd', 'IT=pc', 'mov{c} {Rd}, {Rm}'],
  ['BX_T1', '010001110 Rm (000)', '', 'IT=last', 'bx{c} {Rm}'],
  ['BLX_reg_T1', '010001111 Rm (000)', '', 'Rm!15 IT=last', 'blx{c} {Rm}'],
  // A5.2.4 load and store
  ['LDR_lit_T1', '01001 Rt:3 imm8', 'imm32=u4(imm8) add=#1', '', 'ldr{c} {Rt}, {literal}'],
  ['STR_reg_T1', '0101000 Rm:3 Rn:3 Rt:3', '$noshift $offset', '', 'str{c} {Rt}, {indexed}'],
  ['STRH_reg_T1', '0101001 Rm:3 Rn:3 Rt:3', '$noshift $offset', '', 'strh{c} {Rt}, {indexed}'],
  ['STRB_reg_T1', '0101010 Rm:3 Rn:3 Rt:3', '$noshift $offset', '', 'strb{c} {Rt}, {indexed}'],
  ['LDRSB_reg_T1', '0101011 Rm:3 Rn:3 Rt:3', '$noshift $offset', '', 'ldrsb{c} {Rt}, {indexed}'],
  ['LDR_reg_T1', '0101100 Rm:3 Rn:3 Rt:3', '$noshift $offset', '', 'ldr{c} {Rt}, {indexed}'],
  ['LDRH_reg_T1', '0101101 Rm:3 Rn:3 Rt:3', '$noshift $offset', '', 'ldrh{c} {Rt}, {indexed}'],
  ['LDRB_reg_T1', '0101110 Rm:3 Rn:3 Rt:3', '$noshift $offset', '', 'ldrb{c} {Rt}, {indexed}'],
  ['LDRSH_reg_T1', '0101111 Rm:3 Rn:3 Rt:3', '$noshift $offset', '', 'ldrsh{c} {Rt}, {indexed}'],
  ['STR_imm_T1', '01100 imm5 Rn:3 Rt:3', 'imm32=u4(imm5) $offset', '', 'str{c} {Rt}, {narrowMemory}'],
  ['LDR_imm_T1', '01101 imm5 Rn:3 Rt:3', 'imm32=u4(imm5) $offset', '', 'ldr{c} {Rt}, {narrowMemory}'],
  ['STRB_imm_T1', '01110 imm5 Rn:3 Rt:3', 'imm32=imm5 $offset', '', 'strb{c} {Rt}, {narrowMemory}'],
  ['LDRB_imm_T1', '01111 imm5 Rn:3 Rt:3', 'imm32=imm5 $offset', '', 'ldrb{c} {Rt}, {narrowMemory}'],
  ['STRH_imm_T1', '10000 imm5 Rn:3 Rt:3', 'imm32=u2(imm5) $offset', '', 'strh{c} {Rt}, {narrowMemory}'],
  ['LDRH_imm_T1', '10001 imm5 Rn:3 Rt:3', 'imm32=u2(imm5) $offset', '', 'ldrh{c} {Rt}, {narrowMemory}'],
  ['STR_imm_T2', '10010 Rt:3 imm8', 'Rn=#13 imm32=u4(imm8) $offset', '', 'str{c} {Rt}, {narrowMemory}'],
  ['LDR_imm_T2', '10011 Rt:3 imm8', 'Rn=#13 imm32=u4(imm8) $offset', '', 'ldr{c} {Rt}, {narrowMemory}'],
  // A5.2 address generation
  ['ADR_T1', '10100 Rd:3 imm8', 'imm32=u4(imm8) add=#1', '', 'add{c} {Rd}, pc, #{imm32}'],
  ['ADD_SPimm_T1', '10101 Rd:3 imm8', 'Rn=#13 imm32=u4(imm8)', '', 'add{c} {Rd}, {Rn}, #{imm32}'],
  // A5.2.5 miscellaneous
  ['ADD_SPimm_T2', '101100000 imm7', 'Rd=#13 Rn=#13 imm32=u4(imm7)', '', 'add{c} {Rd}, #{imm32}'],
  ['SUB_SPimm_T1', '101100001 imm7', 'Rd=#13 Rn=#13 imm32=u4(imm7)', '', 'sub{c} {Rd}, #{imm32}'],
  ['CBZ_T1', '101100 i 1 imm5 Rn:3', 'imm32=u2(i:imm5)', 'IT=never', 'cbz {Rn}, {target}'],
  ['CBNZ_T1', '101110 i 1 imm5 Rn:3', 'imm32=u2(i:imm5)', 'IT=never', 'cbnz {Rn}, {target}'],
  ['SXTH_T1', '1011001000 Rm:3 Rd:3', 'rotation=#0', '', 'sxth{c} {Rd}, {Rm}'],
  ['SXTB_T1', '1011001001 Rm:3 Rd:3', 'rotation=#0', '', 'sxtb{c} {Rd}, {Rm}'],
  ['UXTH_T1', '1011001010 Rm:3 Rd:3', 'rotation=#0', '', 'uxth{c} {Rd}, {Rm}'],
  ['UXTB_T1', '1011001011 Rm:3 Rd:3', 'rotation=#0', '', 'uxtb{c} {Rd}, {Rm}'],
  ['PUSH_T1', '1011010 M list:8', 'registers=push(M:list)', '~some', 'push{c} {registers}'],
  ['POP_T1', '1011110 P list:8', 'registers=pop(P:list)', '~some IT=pc', 'pop{c} {registers}'],
  ['CPS_T1', '10110110011 im (00) I F', '', '~if IT=never', 'cps{im} {iflags}'],
  ['REV_T1', '1011101000 Rm:3 Rd:3', '', '', 'rev{c} {Rd}, {Rm}'],
  ['REV16_T1', '1011101001 Rm:3 Rd:3', '', '', 'rev16{c} {Rd}, {Rm}'],
  ['REVSH_T1', '1011101011 Rm:3 Rd:3', '', '', 'revsh{c} {Rd}, {Rm}'],
  ['BKPT_T1', '10111110 imm8', 'imm32=imm8', '', 'bkpt {hex}'],
  // A5.2.5 if-then and hints; an unallocated hint executes as NOP
  ['NOP_T1', '1011111100000000', '', '', 'nop{c}'],
  ['YIELD_T1', '1011111100010000', '', '', 'yield{c}'],
  ['WFE_T1', '1011111100100000', '', '', 'wfe{c}'],
  ['WFI_T1', '1011111100110000', '', '', 'wfi{c}'],
  ['SEV_T1', '1011111101000000', '', '', 'sev{c}'],
  ['HINT_T1', '10111111 hint:4 0000', '', '', 'nop{c} {braced}'],
  ['IT_T1', '10111111 firstcond:4 mask:4', '', '~cond ~else IT=never', 'it{thenElse} {firstcond}'],
  // A5.2.6 load and store multiple, conditional branch, supervisor call
  ['STM_T1', '11000 Rn:3 list:8', 'registers=list wback=#1', '~some', 'stmia{c} {Rn}!, {registers}'],
  ['LDM_T1', '11001 Rn:3 list:8', 'Rn,registers,wback=ldm(Rn:list)', '~some', 'ldmia{c} {Rn}{!}, {registers}'],
  ['B_T1', '1101 cond:4 imm8', 'cond=cond(cond) imm32=s2(imm8)', 'IT=never', 'b{cond}.n {target}'],
  ['UDF_T1', '11011110 imm8', 'imm32=imm8', '', 'udf{c} #{imm32}'],
  ['SVC_T1', '11011111 imm8', 'imm32=imm8', '', 'svc{c} {decimal}'],
  ['B_T2', '11100 imm11', 'imm32=s2(imm11)', 'IT=last', 'b{c}.n {target}'],
] as const satisfies readonly EncodingLine[];
