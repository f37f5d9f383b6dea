/**
 * The 32-bit loads and stores: DDI 0403E A5.3.5 (multiple), A5.3.6 (dual, exclusive, table branch), A5.3.7..A5.3.10
 * (single, memory hints), instruction pages A7.7. How to read a line: encodings16.ts.
 */
import type { EncodingLine } from './encoding-line.ts';

// biome-ignore format: one line per encoding
export const ENCODINGS_32_LOAD_STORE = [
  // A5.3.5 multiple
  ['STM_T2', '1110100010 W 0 Rn (0) M (0) list:13', 'wback=W registers=store(M:list)', 'Rn!15 ~two ~wback', 'stmia{c}.w {Rn}{!}, {registers}'],
  ['LDM_T2', '1110100010 W 1 Rn P M (0) list:13', 'wback=W registers=load(P:M:list)', 'Rn!15 ~two ~pclr ~wback IT=pc', 'ldmia{c}.w {Rn}{!}, {registers}'],
  ['POP_T2', '1110100010111101 P M (0) list:13', 'registers=load(P:M:list)', '~two ~pclr IT=pc', 'ldmia{c}.w sp!, {registers}'],
  ['STMDB_T1', '1110100100 W 0 Rn (0) M (0) list:13', 'wback=W registers=store(M:list)', 'Rn!15 ~two ~wback', 'stmdb{c} {Rn}{!}, {registers}'],
  ['PUSH_T2', '1110100100101101 (0) M (0) list:13', 'registers=store(M:list)', '~two', 'stmdb{c} sp!, {registers}'],
  ['LDMDB_T1', '1110100100 W 1 Rn P M (0) list:13', 'wback=W registers=load(P:M:list)', 'Rn!15 ~two ~pclr ~wback IT=pc', 'ldmdb{c} {Rn}{!}, {registers}'],
  // A5.3.6 dual, exclusive, table branch
  ['STREX_T1', '111010000100 Rn Rt Rd imm8', 'imm32=u4(imm8)', 'Rd,Rt!13,15 Rn!15 Rd!=Rn Rd!=Rt', 'strex{c} {Rd}, {Rt}, {memory}'],
  ['LDREX_T1', '111010000101 Rn Rt (1111) imm8', 'imm32=u4(imm8)', 'Rt!13,15 Rn!15', 'ldrex{c} {Rt}, {memory}'],
  ['STREXB_T1', '111010001100 Rn Rt (1111) 0100 Rd', '', 'Rd,Rt!13,15 Rn!15 Rd!=Rn Rd!=Rt', 'strexb{c} {Rd}, {Rt}, [{Rn}]'],
  ['STREXH_T1', '111010001100 Rn Rt (1111) 0101 Rd', '', 'Rd,Rt!13,15 Rn!15 Rd!=Rn Rd!=Rt', 'strexh{c} {Rd}, {Rt}, [{Rn}]'],
  ['LDREXB_T1', '111010001101 Rn Rt (1111) 0100 (1111)', '', 'Rt!13,15 Rn!15', 'ldrexb{c} {Rt}, [{Rn}]'],
  ['LDREXH_T1', '111010001101 Rn Rt (1111) 0101 (1111)', '', 'Rt!13,15 Rn!15', 'ldrexh{c} {Rt}, [{Rn}]'],
  ['TBB_T1', '111010001101 Rn (11110000) 0000 Rm', '', 'Rn!13 Rm!13,15 IT=last', 'tbb{c} [{Rn}, {Rm}]'],
  ['TBH_T1', '111010001101 Rn (11110000) 0001 Rm', '', 'Rn!13 Rm!13,15 IT=last', 'tbh{c} [{Rn}, {Rm}, lsl #1]'],
  ['STRD_imm_T1', '1110100 P U 1 W 0 Rn Rt Rt2 imm8', 'index,add,wback=dual(P:U:W) imm32=u4(imm8)', 'Rn!15 Rt,Rt2!13,15 wback:Rn!=Rt wback:Rn!=Rt2', 'strd{c} {Rt}, {Rt2}, {memory}'],
  ['LDRD_imm_T1', '1110100 P U 1 W 1 Rn Rt Rt2 imm8', 'index,add,wback=dual(P:U:W) Rn=base(Rn) imm32=u4(imm8)', 'Rt,Rt2!13,15 Rt!=Rt2 wback:Rn!=Rt wback:Rn!=Rt2', 'ldrd{c} {Rt}, {Rt2}, {memory}'],
  ['LDRD_lit_T1', '1110100 P U 1 W 11111 Rt Rt2 imm8', 'index,add,wback=dual(P:U:W) imm32=u4(imm8)', 'Rt,Rt2!13,15 Rt!=Rt2 wback!1', 'ldrd{c} {Rt}, {Rt2}, {literal}'],
  // A5.3.10 store single
  ['STR_imm_T3', '111110001100 Rn Rt imm12', 'Rn=base(Rn) imm32=imm12 $offset', 'Rt!15', 'str{c}.w {Rt}, {memory}'],
  ['STR_imm_T4', '111110000100 Rn Rt 1 P U W imm8', 'Rn=base(Rn) index,add,wback=puw(P:U:W) imm32=imm8', 'Rt!15 wback:Rn!=Rt', 'str{c}.w {Rt}, {memory}'],
  ['PUSH_T3', '1111100001001101 Rt 110100000100', 'registers=single(Rt)', 'registers!8192,32768', 'str{c}.w {single}, [sp, #-4]!'],
  ['STRT_T1', '111110000100 Rn Rt 1110 imm8', 'Rn=base(Rn) imm32=imm8 $offset', 'Rt!13,15', 'strt{c} {Rt}, {memory}'],
  ['STR_reg_T2', '111110000100 Rn Rt 000000 imm2 Rm', 'Rn=base(Rn) shift_t=#0 shift_n=imm2 $offset', 'Rt!15 Rm!13,15', 'str{c}.w {Rt}, {indexed}'],
  ['STRB_imm_T2', '111110001000 Rn Rt imm12', 'Rn=base(Rn) imm32=imm12 $offset', 'Rt!13,15', 'strb{c}.w {Rt}, {memory}'],
  ['STRB_imm_T3', '111110000000 Rn Rt 1 P U W imm8', 'Rn=base(Rn) index,add,wback=puw(P:U:W) imm32=imm8', 'Rt!13,15 wback:Rn!=Rt', 'strb{c}.w {Rt}, {memory}'],
  ['STRBT_T1', '111110000000 Rn Rt 1110 imm8', 'Rn=base(Rn) imm32=imm8 $offset', 'Rt!13,15', 'strbt{c} {Rt}, {memory}'],
  ['STRB_reg_T2', '111110000000 Rn Rt 000000 imm2 Rm', 'Rn=base(Rn) shift_t=#0 shift_n=imm2 $offset', 'Rt,Rm!13,15', 'strb{c}.w {Rt}, {indexed}'],
  ['STRH_imm_T2', '111110001010 Rn Rt imm12', 'Rn=base(Rn) imm32=imm12 $offset', 'Rt!13,15', 'strh{c}.w {Rt}, {memory}'],
  ['STRH_imm_T3', '111110000010 Rn Rt 1 P U W imm8', 'Rn=base(Rn) index,add,wback=puw(P:U:W) imm32=imm8', 'Rt!13,15 wback:Rn!=Rt', 'strh{c}.w {Rt}, {memory}'],
  ['STRHT_T1', '111110000010 Rn Rt 1110 imm8', 'Rn=base(Rn) imm32=imm8 $offset', 'Rt!13,15', 'strht{c} {Rt}, {memory}'],
  ['STRH_reg_T2', '111110000010 Rn Rt 000000 imm2 Rm', 'Rn=base(Rn) shift_t=#0 shift_n=imm2 $offset', 'Rt,Rm!13,15', 'strh{c}.w {Rt}, {indexed}'],
  // A5.3.7 load word
  ['LDR_imm_T3', '111110001101 Rn Rt imm12', 'Rn=base(Rn) imm32=imm12 $offset', 'IT=pc', 'ldr{c}.w {Rt}, {memory}'],
  ['LDR_imm_T4', '111110000101 Rn Rt 1 P U W imm8', 'Rn=base(Rn) index,add,wback=puw(P:U:W) imm32=imm8', 'wback:Rn!=Rt IT=pc', 'ldr{c}.w {Rt}, {memory}'],
  ['POP_T3', '1111100001011101 Rt 101100000100', 'registers=single(Rt)', 'registers!8192 IT=pc', 'ldr{c}.w {single}, [sp], #4'],
  ['LDRT_T1', '111110000101 Rn Rt 1110 imm8', 'Rn=base(Rn) imm32=imm8 $offset', 'Rt!13,15', 'ldrt{c} {Rt}, {memory}'],
  ['LDR_reg_T2', '111110000101 Rn Rt 000000 imm2 Rm', 'Rn=base(Rn) shift_t=#0 shift_n=imm2 $offset', 'Rm!13,15 IT=pc', 'ldr{c}.w {Rt}, {indexed}'],
  ['LDR_lit_T2', '11111000 U 1011111 Rt imm12', 'add=U imm32=imm12', 'IT=pc', 'ldr{c}.w {Rt}, {literal}'],
  // A5.3.8 load halfword
  ['LDRH_imm_T2', '111110001011 Rn Rt imm12', 'Rn=base(Rn) Rt=base(Rt) imm32=imm12 $offset', 'Rt!13', 'ldrh{c}.w {Rt}, {memory}'],
  ['LDRH_imm_T3', '111110000011 Rn Rt 1 P U W imm8', 'Rn=base(Rn) index,add,wback=puw(P:U:W) imm32=imm8', 'Rt!13,15 wback:Rn!=Rt', 'ldrh{c}.w {Rt}, {memory}'],
  ['LDRHT_T1', '111110000011 Rn Rt 1110 imm8', 'Rn=base(Rn) imm32=imm8 $offset', 'Rt!13,15', 'ldrht{c} {Rt}, {memory}'],
  ['LDRH_reg_T2', '111110000011 Rn Rt 000000 imm2 Rm', 'Rn=base(Rn) Rt=base(Rt) shift_t=#0 shift_n=imm2 $offset', 'Rt,Rm!13,15', 'ldrh{c}.w {Rt}, {indexed}'],
  ['LDRH_lit_T1', '11111000 U 0111111 Rt imm12', 'add=U Rt=base(Rt) imm32=imm12', 'Rt!13', 'ldrh{c}.w {Rt}, {literal}'],
  ['LDRSH_imm_T1', '111110011011 Rn Rt imm12', 'Rn=base(Rn) Rt=base(Rt) imm32=imm12 $offset', 'Rt!13', 'ldrsh{c}.w {Rt}, {memory}'],
  ['LDRSH_imm_T2', '111110010011 Rn Rt 1 P U W imm8', 'Rn=base(Rn) index,add,wback=puw(P:U:W) imm32=imm8', 'Rt!13,15 wback:Rn!=Rt', 'ldrsh{c}.w {Rt}, {memory}'],
  ['LDRSHT_T1', '111110010011 Rn Rt 1110 imm8', 'Rn=base(Rn) imm32=imm8 $offset', 'Rt!13,15', 'ldrsht{c} {Rt}, {memory}'],
  ['LDRSH_reg_T2', '111110010011 Rn Rt 000000 imm2 Rm', 'Rn=base(Rn) Rt=base(Rt) shift_t=#0 shift_n=imm2 $offset', 'Rt,Rm!13,15', 'ldrsh{c}.w {Rt}, {indexed}'],
  ['LDRSH_lit_T1', '11111001 U 0111111 Rt imm12', 'add=U Rt=base(Rt) imm32=imm12', 'Rt!13', 'ldrsh{c}.w {Rt}, {literal}'],
  // A5.3.9 load byte; with Rt = 1111 the preload hints
  ['LDRB_imm_T2', '111110001001 Rn Rt imm12', 'Rn=base(Rn) imm32=imm12 $offset', 'Rt!13', 'ldrb{c}.w {Rt}, {memory}'],
  ['LDRB_imm_T3', '111110000001 Rn Rt 1 P U W imm8', 'Rn=base(Rn) index,add,wback=puw(P:U:W) imm32=imm8', 'Rt!13,15 wback:Rn!=Rt', 'ldrb{c}.w {Rt}, {memory}'],
  ['LDRBT_T1', '111110000001 Rn Rt 1110 imm8', 'Rn=base(Rn) imm32=imm8 $offset', 'Rt!13,15', 'ldrbt{c} {Rt}, {memory}'],
  ['LDRB_reg_T2', '111110000001 Rn Rt 000000 imm2 Rm', 'Rn=base(Rn) shift_t=#0 shift_n=imm2 $offset', 'Rt,Rm!13,15', 'ldrb{c}.w {Rt}, {indexed}'],
  ['LDRB_lit_T1', '11111000 U 0011111 Rt imm12', 'add=U imm32=imm12', 'Rt!13', 'ldrb{c}.w {Rt}, {literal}'],
  ['LDRSB_imm_T1', '111110011001 Rn Rt imm12', 'Rn=base(Rn) imm32=imm12 $offset', 'Rt!13', 'ldrsb{c}.w {Rt}, {memory}'],
  ['LDRSB_imm_T2', '111110010001 Rn Rt 1 P U W imm8', 'Rn=base(Rn) index,add,wback=puw(P:U:W) imm32=imm8', 'Rt!13,15 wback:Rn!=Rt', 'ldrsb{c}.w {Rt}, {memory}'],
  ['LDRSBT_T1', '111110010001 Rn Rt 1110 imm8', 'Rn=base(Rn) imm32=imm8 $offset', 'Rt!13,15', 'ldrsbt{c} {Rt}, {memory}'],
  ['LDRSB_reg_T2', '111110010001 Rn Rt 000000 imm2 Rm', 'Rn=base(Rn) shift_t=#0 shift_n=imm2 $offset', 'Rt,Rm!13,15', 'ldrsb{c}.w {Rt}, {indexed}'],
  ['LDRSB_lit_T1', '11111001 U 0011111 Rt imm12', 'add=U imm32=imm12', 'Rt!13', 'ldrsb{c}.w {Rt}, {literal}'],
  ['PLD_imm_T1', '111110001001 Rn 1111 imm12', 'Rn=base(Rn) imm32=imm12 add=#1', '', 'pld{c} {memory}'],
  ['PLD_imm_T2', '111110000001 Rn 11111100 imm8', 'Rn=base(Rn) imm32=imm8 add=#0', '', 'pld{c} {memory}'],
  ['PLD_lit_T1', '11111000 U 00111111111 imm12', 'add=U imm32=imm12', '', 'pld{c} {literal}'],
  ['PLD_reg_T1', '111110000001 Rn 1111000000 imm2 Rm', 'Rn=base(Rn) shift_t=#0 shift_n=imm2 add=#1', 'Rm!13,15', 'pld{c} {indexed}'],
  ['PLI_imm_T1', '111110011001 Rn 1111 imm12', 'Rn=base(Rn) imm32=imm12 add=#1', '', 'pli{c} {memory}'],
  ['PLI_imm_T2', '111110010001 Rn 11111100 imm8', 'Rn=base(Rn) imm32=imm8 add=#0', '', 'pli{c} {memory}'],
  ['PLI_lit_T1', '11111001 U 00111111111 imm12', 'add=U imm32=imm12', '', 'pli{c} {literal}'],
  ['PLI_reg_T1', '111110010001 Rn 1111000000 imm2 Rm', 'Rn=base(Rn) shift_t=#0 shift_n=imm2 add=#1', 'Rm!13,15', 'pli{c} {indexed}'],
] as const satisfies readonly EncodingLine[];
