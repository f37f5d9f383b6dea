/** Floating-point encodings → instructions ready to run: operands in plain fields, as execute/vfp*.ts want them. */
import type { Decoded } from '@kickstage/armv7m/decode';
import { VFP } from './execute/vfp.ts';
import { Instruction } from './instruction.ts';

/** A double register by its number is the pair of singles that begins at twice the number. */
const singleOf = (single: number | undefined, double: number | undefined): number => single ?? 2 * (double ?? 0);

/** Words that a load, store or list moves. */
function wordCount({ operands: { count = 1, Dd } }: Decoded): number {
  return Dd === undefined ? count : 2 * count;
}

/** Cycles of the Cortex-M4 (DDI 0439D, table 7-1): VLDM and its kin one more than words, the others in the table. */
function cyclesOf(decoded: Decoded): number {
  const { mnemonic, id, operands } = decoded;
  if (/^(VLD|VST|VPUSH|VPOP)/.test(mnemonic)) return 1 + wordCount(decoded);
  if (/^(VDIV|VSQRT)$/.test(mnemonic)) return 14;
  if (/^V(F|FN|N)?ML?[AS]$/.test(mnemonic)) return 3;
  return id.startsWith('VMOV') && operands.Rt2 !== undefined ? 2 : 1;
}

/** Undefined when the instruction is none of the floating-point extension's. */
export function prepareVfp(decoded: Decoded): Instruction | undefined {
  const execute = VFP[decoded.id];
  if (!execute) return undefined;
  const { operands: o, mnemonic, id } = decoded;
  const i = new Instruction(id, execute, decoded.size, cyclesOf(decoded));
  const half = o.H ?? 0;
  const isStack = /^(VPUSH|VPOP)$/.test(mnemonic);
  i.rd = singleOf(o.Sd, o.Dd);
  i.rn = isStack
    ? 13
    : (o.Rn ?? (/^VMOV_(RtoX|XtoR)/.test(id) ? singleOf(undefined, o.Dd ?? o.Dn) + half : singleOf(o.Sn, o.Dn)));
  i.rm = singleOf(o.Sm, o.Dm);
  i.ra = o.Rt ?? 0;
  i.imm = (o.imm32 ?? 0) | 0;
  i.add = o.add ?? 1;
  i.wback = isStack ? 1 : (o.wback ?? 0);
  i.extra = /^(VLD|VST|VPUSH|VPOP)/.test(mnemonic) ? wordCount(decoded) : (o.toHalf ?? o.signed ?? (o.U === 0 ? 1 : 0));
  i.extra2 = o.Rt2 ?? 0;
  i.shiftAmount = o.size ?? 32;
  i.shiftType = o.fbits ?? 0;
  // Fixed-point conversions are from a register to itself.
  if (o.fbits !== undefined) i.rm = i.rd;
  return i;
}
