/**
 * The floating-point extension FPv4-SP: DDI 0403E A6.4 (data processing), A6.5 (loads and stores), A6.6 and A6.7
 * (transfers), instruction pages A7.7. They are coprocessor instructions of coprocessors 10 and 11, with more fixed bits
 * than the generic ones, so they go before them. How to read a line: encodings16.ts.
 *
 * `Sd Sn Sm` are single registers 0..31, `Dd Dn Dm` double registers 0..15 (this extension has no more, and no arithmetic
 * on them). Forms of moves and conversions are named by what goes where: R core register, S single, D double, X scalar.
 */
import type { EncodingLine } from './encoding-line.ts';

// biome-ignore format: one line per encoding
export const ENCODINGS_32_VFP = [
  // A6.4 data processing, three registers
  ['VMLA_T1', '111011100 D 00 Vn:4 Vd:4 1010 N 0 M 0 Vm:4', '$Sdnm', '', 'vmla{c}.f32 {Sd}, {Sn}, {Sm}'],
  ['VMLS_T1', '111011100 D 00 Vn:4 Vd:4 1010 N 1 M 0 Vm:4', '$Sdnm', '', 'vmls{c}.f32 {Sd}, {Sn}, {Sm}'],
  ['VNMLS_T1', '111011100 D 01 Vn:4 Vd:4 1010 N 0 M 0 Vm:4', '$Sdnm', '', 'vnmls{c}.f32 {Sd}, {Sn}, {Sm}'],
  ['VNMLA_T1', '111011100 D 01 Vn:4 Vd:4 1010 N 1 M 0 Vm:4', '$Sdnm', '', 'vnmla{c}.f32 {Sd}, {Sn}, {Sm}'],
  ['VMUL_T1', '111011100 D 10 Vn:4 Vd:4 1010 N 0 M 0 Vm:4', '$Sdnm', '', 'vmul{c}.f32 {Sd}, {Sn}, {Sm}'],
  ['VNMUL_T2', '111011100 D 10 Vn:4 Vd:4 1010 N 1 M 0 Vm:4', '$Sdnm', '', 'vnmul{c}.f32 {Sd}, {Sn}, {Sm}'],
  ['VADD_T1', '111011100 D 11 Vn:4 Vd:4 1010 N 0 M 0 Vm:4', '$Sdnm', '', 'vadd{c}.f32 {Sd}, {Sn}, {Sm}'],
  ['VSUB_T1', '111011100 D 11 Vn:4 Vd:4 1010 N 1 M 0 Vm:4', '$Sdnm', '', 'vsub{c}.f32 {Sd}, {Sn}, {Sm}'],
  ['VDIV_T1', '111011101 D 00 Vn:4 Vd:4 1010 N 0 M 0 Vm:4', '$Sdnm', '', 'vdiv{c}.f32 {Sd}, {Sn}, {Sm}'],
  ['VFNMS_T1', '111011101 D 01 Vn:4 Vd:4 1010 N 0 M 0 Vm:4', '$Sdnm', '', 'vfnms{c}.f32 {Sd}, {Sn}, {Sm}'],
  ['VFNMA_T1', '111011101 D 01 Vn:4 Vd:4 1010 N 1 M 0 Vm:4', '$Sdnm', '', 'vfnma{c}.f32 {Sd}, {Sn}, {Sm}'],
  ['VFMA_T1', '111011101 D 10 Vn:4 Vd:4 1010 N 0 M 0 Vm:4', '$Sdnm', '', 'vfma{c}.f32 {Sd}, {Sn}, {Sm}'],
  ['VFMS_T1', '111011101 D 10 Vn:4 Vd:4 1010 N 1 M 0 Vm:4', '$Sdnm', '', 'vfms{c}.f32 {Sd}, {Sn}, {Sm}'],
  // A6.4 data processing, other
  ['VMOV_imm_T1', '111011101 D 11 imm4H:4 Vd:4 1010 (0) 0 (0) 0 imm4L:4', 'Sd=Vd:D imm32=float(imm4H:imm4L)', '', 'vmov{c}.f32 {Sd}, #{imm8}'],
  ['VMOV_reg_T1', '111011101 D 110000 Vd:4 1010 01 M 0 Vm:4', '$Sdm', '', 'vmov{c}.f32 {Sd}, {Sm}'],
  ['VABS_T1', '111011101 D 110000 Vd:4 1010 11 M 0 Vm:4', '$Sdm', '', 'vabs{c}.f32 {Sd}, {Sm}'],
  ['VNEG_T1', '111011101 D 110001 Vd:4 1010 01 M 0 Vm:4', '$Sdm', '', 'vneg{c}.f32 {Sd}, {Sm}'],
  ['VSQRT_T1', '111011101 D 110001 Vd:4 1010 11 M 0 Vm:4', '$Sdm', '', 'vsqrt{c}.f32 {Sd}, {Sm}'],
  ['VCVTB_T1', '111011101 D 11001 op Vd:4 1010 01 M 0 Vm:4', '$Sdm toHalf=op', '', 'vcvtb{c}.{halfTypes} {Sd}, {Sm}'],
  ['VCVTT_T1', '111011101 D 11001 op Vd:4 1010 11 M 0 Vm:4', '$Sdm toHalf=op', '', 'vcvtt{c}.{halfTypes} {Sd}, {Sm}'],
  ['VCMP_T1', '111011101 D 110100 Vd:4 1010 01 M 0 Vm:4', '$Sdm', '', 'vcmp{c}.f32 {Sd}, {Sm}'],
  ['VCMPE_T1', '111011101 D 110100 Vd:4 1010 11 M 0 Vm:4', '$Sdm', '', 'vcmpe{c}.f32 {Sd}, {Sm}'],
  ['VCMP_T2', '111011101 D 110101 Vd:4 1010 01 (0) 0 (0000)', 'Sd=Vd:D', '', 'vcmp{c}.f32 {Sd}, #0.0'],
  ['VCMPE_T2', '111011101 D 110101 Vd:4 1010 11 (0) 0 (0000)', 'Sd=Vd:D', '', 'vcmpe{c}.f32 {Sd}, #0.0'],
  ['VCVT_fromint_T1', '111011101 D 111000 Vd:4 1010 op 1 M 0 Vm:4', '$Sdm signed=op', '', 'vcvt{c}.f32.{intType} {Sd}, {Sm}'],
  ['VCVTR_toint_T1', '111011101 D 11110 s Vd:4 1010 01 M 0 Vm:4', '$Sdm signed=s', '', 'vcvtr{c}.{intType}.f32 {Sd}, {Sm}'],
  ['VCVT_toint_T1', '111011101 D 11110 s Vd:4 1010 11 M 0 Vm:4', '$Sdm signed=s', '', 'vcvt{c}.{intType}.f32 {Sd}, {Sm}'],
  ['VCVT_fromfixed_T1', '111011101 D 11101 U Vd:4 1010 sx 1 i 0 imm4', 'Sd=Vd:D size,fbits=fixed(sx:imm4:i)', '', 'vcvt{c}.f32.{fixedType} {Sd}, {Sd}, #{fbits}'],
  ['VCVT_tofixed_T1', '111011101 D 11111 U Vd:4 1010 sx 1 i 0 imm4', 'Sd=Vd:D size,fbits=fixed(sx:imm4:i)', '', 'vcvt{c}.{fixedType}.f32 {Sd}, {Sd}, #{fbits}'],
  // A6.5 loads and stores
  ['VSTR_T1', '11101101 U 000 Rn Vd:4 1011 imm8', 'Dd=Vd index=#1 wback=#0 add=U imm32=u4(imm8)', 'Rn!15', 'vstr{c} {Dd}, {memory}'],
  ['VSTR_T2', '11101101 U D 00 Rn Vd:4 1010 imm8', 'Sd=Vd:D index=#1 wback=#0 add=U imm32=u4(imm8)', 'Rn!15', 'vstr{c} {Sd}, {memory}'],
  ['VLDR_T1', '11101101 U 001 Rn Vd:4 1011 imm8', 'Dd=Vd index=#1 wback=#0 add=U imm32=u4(imm8)', '', 'vldr{c} {Dd}, {memory}'],
  ['VLDR_T2', '11101101 U D 01 Rn Vd:4 1010 imm8', 'Sd=Vd:D index=#1 wback=#0 add=U imm32=u4(imm8)', '', 'vldr{c} {Sd}, {memory}'],
  ['VSTM_T1', '1110110010 W 0 Rn Vd:4 1011 imm8', 'Dd=Vd wback=W count=pairs(imm8)', 'Rn!15 ~doubles', 'vstmia{c} {Rn}{!}, {doubles}'],
  ['VSTM_T2', '111011001 D W 0 Rn Vd:4 1010 imm8', 'Sd=Vd:D wback=W count=imm8', 'Rn!15 ~singles', 'vstmia{c} {Rn}{!}, {singles}'],
  ['VSTMDB_T1', '111011010010 Rn Vd:4 1011 imm8', 'Dd=Vd wback=#1 count=pairs(imm8)', 'Rn!15 ~doubles', 'vstmdb{c} {Rn}!, {doubles}'],
  ['VSTMDB_T2', '111011010 D 10 Rn Vd:4 1010 imm8', 'Sd=Vd:D wback=#1 count=imm8', 'Rn!15 ~singles', 'vstmdb{c} {Rn}!, {singles}'],
  ['VPUSH_T1', '1110110100101101 Vd:4 1011 imm8', 'Dd=Vd count=pairs(imm8)', '~doubles', 'vpush{c} {doubles}'],
  ['VPUSH_T2', '111011010 D 101101 Vd:4 1010 imm8', 'Sd=Vd:D count=imm8', '~singles', 'vpush{c} {singles}'],
  ['VLDM_T1', '1110110010 W 1 Rn Vd:4 1011 imm8', 'Dd=Vd wback=W count=pairs(imm8)', 'Rn!15 ~doubles', 'vldmia{c} {Rn}{!}, {doubles}'],
  ['VLDM_T2', '111011001 D W 1 Rn Vd:4 1010 imm8', 'Sd=Vd:D wback=W count=imm8', 'Rn!15 ~singles', 'vldmia{c} {Rn}{!}, {singles}'],
  ['VLDMDB_T1', '111011010011 Rn Vd:4 1011 imm8', 'Dd=Vd wback=#1 count=pairs(imm8)', 'Rn!15 ~doubles', 'vldmdb{c} {Rn}!, {doubles}'],
  ['VLDMDB_T2', '111011010 D 11 Rn Vd:4 1010 imm8', 'Sd=Vd:D wback=#1 count=imm8', 'Rn!15 ~singles', 'vldmdb{c} {Rn}!, {singles}'],
  ['VPOP_T1', '1110110010111101 Vd:4 1011 imm8', 'Dd=Vd count=pairs(imm8)', '~doubles', 'vpop{c} {doubles}'],
  ['VPOP_T2', '111011001 D 111101 Vd:4 1010 imm8', 'Sd=Vd:D count=imm8', '~singles', 'vpop{c} {singles}'],
  // A6.6 32-bit transfers
  ['VMOV_RtoS_T1', '111011100000 Vn:4 Rt 1010 N (00) 1 (0000)', 'Sn=Vn:N', 'Rt!13,15', 'vmov{c} {Sn}, {Rt}'],
  ['VMOV_StoR_T1', '111011100001 Vn:4 Rt 1010 N (00) 1 (0000)', 'Sn=Vn:N', 'Rt!13,15', 'vmov{c} {Rt}, {Sn}'],
  ['VMOV_RtoX_T1', '1110111000 H 0 Vd:4 Rt 10110001 (0000)', 'Dd=Vd', 'Rt!13,15', 'vmov{c}.32 {Dd}[{H}], {Rt}'],
  ['VMOV_XtoR_T1', '1110111000 H 1 Vn:4 Rt 10110001 (0000)', 'Dn=Vn', 'Rt!13,15', 'vmov{c}.32 {Rt}, {Dn}[{H}]'],
  ['VMSR_T1', '1110111011100001 Rt 1010 (000) 1 (0000)', '', 'Rt!13,15', 'vmsr{c} fpscr, {Rt}'],
  ['VMRS_T1', '1110111011110001 Rt 1010 (000) 1 (0000)', '', 'Rt!13', 'vmrs{c} {RtOrFlags}, fpscr'],
  // A6.7 64-bit transfers
  ['VMOV_RRtoSS_T1', '111011000100 Rt2 Rt 1010 00 M 1 Vm:4', 'Sm=Vm:M', 'Rt,Rt2!13,15 Sm!31', 'vmov{c} {Sm}, {nextSm}, {Rt}, {Rt2}'],
  ['VMOV_SStoRR_T1', '111011000101 Rt2 Rt 1010 00 M 1 Vm:4', 'Sm=Vm:M', 'Rt,Rt2!13,15 Rt!=Rt2 Sm!31', 'vmov{c} {Rt}, {Rt2}, {Sm}, {nextSm}'],
  ['VMOV_RRtoD_T1', '111011000100 Rt2 Rt 10110001 Vm:4', 'Dm=Vm', 'Rt,Rt2!13,15', 'vmov{c} {Dm}, {Rt}, {Rt2}'],
  ['VMOV_DtoRR_T1', '111011000101 Rt2 Rt 10110001 Vm:4', 'Dm=Vm', 'Rt,Rt2!13,15 Rt!=Rt2', 'vmov{c} {Rt}, {Rt2}, {Dm}'],
] as const satisfies readonly EncodingLine[];
