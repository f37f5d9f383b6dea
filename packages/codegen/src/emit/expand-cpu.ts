/** The `cpu` intrinsics as instructions. */

import type { Operands } from '@kickstage/armv7m/encode';
import type { EncodingId } from '@kickstage/armv7m/encodings';
import { invariant } from '@kickstage/base/invariant';
import type { MInst, Reg } from '../isel/mir.ts';
import { type ExpandContext, put } from './expand.ts';
import { switchOff } from './fpu-switch.ts';

/** Instructions without operands of the user's. Option 15 is SY: the whole system. */
const FIXED: Readonly<Record<string, readonly [EncodingId, Operands]>> = {
  'cpu.dsb': ['DSB_T1', { option: 15 }],
  'cpu.isb': ['ISB_T1', { option: 15 }],
  'cpu.dmb': ['DMB_T1', { option: 15 }],
  'cpu.wfi': ['WFI_T1', {}],
  'cpu.wfe': ['WFE_T1', {}],
  'cpu.sev': ['SEV_T1', {}],
  'cpu.nop': ['NOP_T1', {}],
  'cpu.clrex': ['CLREX_T1', {}],
  'cpu.cpsid': ['CPS_T1', { im: 1, I: 1, F: 0 }],
  'cpu.cpsie': ['CPS_T1', { im: 0, I: 1, F: 0 }],
  'cpu.cpsidf': ['CPS_T1', { im: 1, I: 0, F: 1 }],
  'cpu.cpsief': ['CPS_T1', { im: 0, I: 0, F: 1 }],
};

/** SYSm of the special registers, DDI 0403E B5.1.1. */
const SPECIAL: Readonly<Record<string, number>> = {
  apsr: 0,
  xpsr: 3,
  ipsr: 5,
  msp: 8,
  psp: 9,
  primask: 16,
  basepri: 17,
  basepri_max: 18,
  faultmask: 19,
  control: 20,
};

export function expandCpu(ctx: ExpandContext, inst: MInst, defs: readonly Reg[], uses: readonly Reg[]): void {
  const name = inst.name!;
  const fixed = FIXED[name];
  if (fixed) return put(ctx, inst, ...fixed);
  const move = /^cpu\.(mrs|msr)_(\w+)$/.exec(name);
  if (move && move[2] in SPECIAL) {
    const SYSm = SPECIAL[move[2]];
    if (move[1] === 'mrs') return put(ctx, inst, 'MRS_T1', { Rd: defs[0], SYSm });
    return put(ctx, inst, 'MSR_T1', { Rn: uses[0], SYSm, mask: 2 });
  }
  switch (name) {
    case 'cpu.svc':
      return put(ctx, inst, 'SVC_T1', { imm32: inst.imm! });
    case 'cpu.bkpt':
      return put(ctx, inst, 'BKPT_T1', { imm32: inst.imm! });
    case 'cpu.udf':
      return put(ctx, inst, 'UDF_T1', { imm32: inst.imm! });
    case 'cpu.bootload':
      if (ctx.usesFpu) switchOff(ctx, inst, uses);
      put(ctx, inst, 'MSR_T1', { Rn: uses[0], SYSm: SPECIAL.msp, mask: 2 });
      return put(ctx, inst, 'BX_T1', { Rm: uses[1] });
    default:
      invariant(false, `no instruction for the intrinsic ${name}`);
  }
}
