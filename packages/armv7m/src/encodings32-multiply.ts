/**
 * The 32-bit multiplies and divisions: DDI 0403E A5.3.16, A5.3.17, instruction pages A7.7. Those of the DSP extension
 * (A2.3) are marked by the section comment. How to read a line: encodings16.ts.
 */
import type { EncodingLine } from './encoding-line.ts';

// biome-ignore format: one line per encoding
export const ENCODINGS_32_MULTIPLY = [
  ['MUL_T2', '111110110000 Rn 1111 Rd 0000 Rm', '', 'Rd,Rn,Rm!13,15', 'mul{c}.w {Rd}, {Rn}, {Rm}'],
  ['MLA_T1', '111110110000 Rn Ra Rd 0000 Rm', '', 'Rd,Rn,Rm!13,15 Ra!13', 'mla{c} {Rd}, {Rn}, {Rm}, {Ra}'],
  ['MLS_T1', '111110110000 Rn Ra Rd 0001 Rm', '', 'Rd,Rn,Rm,Ra!13,15', 'mls{c} {Rd}, {Rn}, {Rm}, {Ra}'],
  ['SMULL_T1', '111110111000 Rn RdLo RdHi 0000 Rm', '', 'RdLo,RdHi,Rn,Rm!13,15 RdLo!=RdHi', 'smull{c} {RdLo}, {RdHi}, {Rn}, {Rm}'],
  ['UMULL_T1', '111110111010 Rn RdLo RdHi 0000 Rm', '', 'RdLo,RdHi,Rn,Rm!13,15 RdLo!=RdHi', 'umull{c} {RdLo}, {RdHi}, {Rn}, {Rm}'],
  ['SMLAL_T1', '111110111100 Rn RdLo RdHi 0000 Rm', '', 'RdLo,RdHi,Rn,Rm!13,15 RdLo!=RdHi', 'smlal{c} {RdLo}, {RdHi}, {Rn}, {Rm}'],
  ['UMLAL_T1', '111110111110 Rn RdLo RdHi 0000 Rm', '', 'RdLo,RdHi,Rn,Rm!13,15 RdLo!=RdHi', 'umlal{c} {RdLo}, {RdHi}, {Rn}, {Rm}'],
  ['SDIV_T1', '111110111001 Rn (1111) Rd 1111 Rm', '', 'Rd,Rn,Rm!13,15', 'sdiv{c} {Rd}, {Rn}, {Rm}'],
  ['UDIV_T1', '111110111011 Rn (1111) Rd 1111 Rm', '', 'Rd,Rn,Rm!13,15', 'udiv{c} {Rd}, {Rn}, {Rm}'],
] as const satisfies readonly EncodingLine[];
