/** Encodings of operations on registers of class single, and of moves between the classes. */
import { fits, type Operands } from '@kickstage/armv7m/encode';
import type { EncodingId } from '@kickstage/armv7m/encodings';
import type { MInst, MOp, Reg } from '../isel/mir.ts';
import { S0 } from '../isel/registers.ts';

type Coded = readonly [EncodingId, Operands];
type Maker = (inst: MInst, defs: readonly Reg[], uses: readonly Reg[]) => readonly Coded[];

/** s0 is 0 in instructions. */
const single = (reg: Reg) => reg - S0;

const three =
  (id: EncodingId): Maker =>
  (_, [d], uses) => {
    const [n, m] = uses.slice(-2);
    return [[id, { Sd: single(d), Sn: single(n), Sm: single(m) }]];
  };

const two =
  (id: EncodingId, more: Operands = {}): Maker =>
  (_, [d], [m]) => [[id, { Sd: single(d), Sm: single(m), ...more }]];

/** The flags of a comparison are in FPSCR first; Rt 15 of VMRS is APSR (DDI 0403E A7.7.247). */
const compare: Maker = (_, _defs, [a, b]) => [
  b === undefined ? ['VCMP_T2', { Sd: single(a) }] : ['VCMP_T1', { Sd: single(a), Sm: single(b) }],
  ['VMRS_T1', { Rt: 15 }],
];

const memory =
  (id: EncodingId): Maker =>
  ({ imm = 0, writeBack }, defs, uses) => {
    if (writeBack) {
      const [Rn, d] = defs.length > 1 ? defs : uses;
      return [[id === 'VLDR_T2' ? 'VLDM_T2' : 'VSTM_T2', { Sd: single(d), Rn, wback: 1, count: 1 }]];
    }
    const [d, Rn] = [...defs, ...uses];
    return [[id, singleAccess(d, Rn, imm)]];
  };

export const singleAccess = (reg: Reg, Rn: Reg, offset: number): Operands => ({
  Sd: single(reg),
  Rn,
  imm32: Math.abs(offset),
  index: 1,
  add: offset >= 0 ? 1 : 0,
  wback: 0,
});

const MAKERS: Partial<Record<MOp, Maker>> = {
  vadd: three('VADD_T1'),
  vsub: three('VSUB_T1'),
  vmul: three('VMUL_T1'),
  vdiv: three('VDIV_T1'),
  vnmul: three('VNMUL_T2'),
  vmla: three('VMLA_T1'),
  vmls: three('VMLS_T1'),
  vsqrt: two('VSQRT_T1'),
  vneg: two('VNEG_T1'),
  vabs: two('VABS_T1'),
  vcvtFromS: two('VCVT_fromint_T1', { signed: 1 }),
  vcvtFromU: two('VCVT_fromint_T1', { signed: 0 }),
  vcvtToS: two('VCVT_toint_T1', { signed: 1 }),
  vcvtToU: two('VCVT_toint_T1', { signed: 0 }),
  vcmp: compare,
  vldr: memory('VLDR_T2'),
  vstr: memory('VSTR_T2'),
};

/** All instructions that the operation becomes; undefined for one on core registers. */
export function singleInstructions(
  inst: MInst,
  defs: readonly Reg[],
  uses: readonly Reg[],
): readonly Coded[] | undefined {
  return MAKERS[inst.op]?.(inst, defs, uses);
}

/** A move where at least one register is of class single. */
export function singleMove(to: Reg, from: Reg): Coded {
  if (to < S0) return ['VMOV_StoR_T1', { Rt: to, Sn: single(from) }];
  if (from < S0) return ['VMOV_RtoS_T1', { Rt: from, Sn: single(to) }];
  return ['VMOV_reg_T1', { Sd: single(to), Sm: single(from) }];
}

/** VMOV of a float that has 4 bits of fraction and an exponent of -3..4 (DDI 0403E A6.4.1); undefined for others. */
export function singleConstant(to: Reg, bits: number): Coded | undefined {
  const operands = { Sd: single(to), imm32: bits };
  return fits('VMOV_imm_T1', operands) ? ['VMOV_imm_T1', operands] : undefined;
}
