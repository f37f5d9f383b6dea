/**
 * The generic coprocessor encodings: DDI 0403E A5.3.18. A core without the coprocessor `coproc` takes a UsageFault
 * (NOCP) for each of them; they are listed so that a decoder can tell them from undefined instructions.
 * How to read a line: encodings16.ts.
 */
import type { EncodingLine } from './encoding-line.ts';

// biome-ignore format: one line per encoding
export const ENCODINGS_32_COPROCESSOR = [
  ['CDP_T1', '11101110 opc1:4 CRn:4 CRd:4 coproc:4 opc2:3 0 CRm:4', '', '', 'cdp{c} {coproc}, {opc1}, {CRd}, {CRn}, {CRm}, {opc2}'],
  ['MCR_T1', '11101110 opc1:3 0 CRn:4 Rt coproc:4 opc2:3 1 CRm:4', '', 'Rt!13,15', 'mcr{c} {coproc}, {opc1}, {Rt}, {CRn}, {CRm}, {opc2}'],
  ['MRC_T1', '11101110 opc1:3 1 CRn:4 Rt coproc:4 opc2:3 1 CRm:4', '', 'Rt!13', 'mrc{c} {coproc}, {opc1}, {RtOrFlags}, {CRn}, {CRm}, {opc2}'],
  ['MCRR_T1', '111011000100 Rt2 Rt coproc:4 opc1:4 CRm:4', '', 'Rt,Rt2!13,15', 'mcrr{c} {coproc}, {opc1}, {Rt}, {Rt2}, {CRm}'],
  ['MRRC_T1', '111011000101 Rt2 Rt coproc:4 opc1:4 CRm:4', '', 'Rt,Rt2!13,15 Rt!=Rt2', 'mrrc{c} {coproc}, {opc1}, {Rt}, {Rt2}, {CRm}'],
  ['STC_imm_T1', '1110110 P U D W 0 Rn CRd:4 coproc:4 imm8', 'index,add,wback=copr(P:U:W) imm32=u4(imm8)', 'Rn!15', 'stc{D}{c} {coproc}, {CRd}, {coprocessorMemory}'],
  ['LDC_imm_T1', '1110110 P U D W 1 Rn CRd:4 coproc:4 imm8', 'Rn=base(Rn) index,add,wback=copr(P:U:W) imm32=u4(imm8)', '', 'ldc{D}{c} {coproc}, {CRd}, {coprocessorMemory}'],
  ['LDC_lit_T1', '1110110 P U D W 11111 CRd:4 coproc:4 imm8', 'index,add,wback=copr(P:U:W) imm32=u4(imm8)', 'wback!1 index!0', 'ldc{D}{c} {coproc}, {CRd}, {literal}'],
  ['CDP_T2', '11111110 opc1:4 CRn:4 CRd:4 coproc:4 opc2:3 0 CRm:4', '', '', 'cdp2{c} {coproc}, {opc1}, {CRd}, {CRn}, {CRm}, {opc2}'],
  ['MCR_T2', '11111110 opc1:3 0 CRn:4 Rt coproc:4 opc2:3 1 CRm:4', '', 'Rt!13,15', 'mcr2{c} {coproc}, {opc1}, {Rt}, {CRn}, {CRm}, {opc2}'],
  ['MRC_T2', '11111110 opc1:3 1 CRn:4 Rt coproc:4 opc2:3 1 CRm:4', '', 'Rt!13', 'mrc2{c} {coproc}, {opc1}, {Rt}, {CRn}, {CRm}, {opc2}'],
  ['MCRR_T2', '111111000100 Rt2 Rt coproc:4 opc1:4 CRm:4', '', 'Rt,Rt2!13,15', 'mcrr2{c} {coproc}, {opc1}, {Rt}, {Rt2}, {CRm}'],
  ['MRRC_T2', '111111000101 Rt2 Rt coproc:4 opc1:4 CRm:4', '', 'Rt,Rt2!13,15 Rt!=Rt2', 'mrrc2{c} {coproc}, {opc1}, {Rt}, {Rt2}, {CRm}'],
  ['STC_imm_T2', '1111110 P U D W 0 Rn CRd:4 coproc:4 imm8', 'index,add,wback=copr(P:U:W) imm32=u4(imm8)', 'Rn!15', 'stc2{D}{c} {coproc}, {CRd}, {coprocessorMemory}'],
  ['LDC_imm_T2', '1111110 P U D W 1 Rn CRd:4 coproc:4 imm8', 'Rn=base(Rn) index,add,wback=copr(P:U:W) imm32=u4(imm8)', '', 'ldc2{D}{c} {coproc}, {CRd}, {coprocessorMemory}'],
  ['LDC_lit_T2', '1111110 P U D W 11111 CRd:4 coproc:4 imm8', 'index,add,wback=copr(P:U:W) imm32=u4(imm8)', 'wback!1 index!0', 'ldc2{D}{c} {coproc}, {CRd}, {literal}'],
] as const satisfies readonly EncodingLine[];
