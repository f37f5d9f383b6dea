/**
 * The floating-point unit is off after reset (CPACR, DDI 0403E B3.2.20). Code that uses it switches it on as the first
 * thing in Reset_Handler, and off again where a bootloader hands over to an app, which finds the processor as after reset.
 *
 * FPDSCR.DN makes a NaN result the canonical one in every context, handlers among them: a context's first floating-point
 * instruction takes the bit from there (B1.5.7, B3.2.23). State is stacked lazily, which is FPCCR's value after reset.
 */

import type { SourcePlace } from '@kickstage/object/source-place';
import type { MInst, Reg } from '../isel/mir.ts';
import { type ExpandContext, put } from './expand.ts';

/** The function that the processor starts with. */
export const RESET_ENTRY = 'Reset_Handler';

const CPACR = 0xe000_ed88;
const FPCCR = 0xe000_ef34;
const FPDSCR = 0xe000_ef3c;
/** Full access to coprocessors 10 and 11. */
const FULL_ACCESS = 0x00f0_0000;
const DN = 1 << 25;
/** ASPEN and LSPEN; what the last exception noted in other bits is gone. */
const FPCCR_AFTER_RESET = 0xc000_0000;
/** SYSm of CONTROL. */
const CONTROL = 20;

export function switchOn(ctx: ExpandContext, place: SourcePlace | undefined): void {
  const inst: MInst = { op: 'unreachable', defs: [], uses: [], ...(place ? { place } : {}) };
  writeRegisters(ctx, inst, { base: 0, value: 1 }, [
    [CPACR, FULL_ACCESS],
    [FPDSCR, DN],
  ]);
}

/** `taken`: registers that are still needed. Nothing comes back here. */
export function switchOff(ctx: ExpandContext, inst: MInst, taken: readonly Reg[]): void {
  const [base, value] = [0, 1, 2, 3].filter((reg) => !taken.includes(reg));
  put(ctx, inst, 'MOV_imm_T2', { Rd: value, imm32: 0, S: 0 });
  // CONTROL.FPCA: there is no floating-point state any more.
  put(ctx, inst, 'MSR_T1', { Rn: value, SYSm: CONTROL, mask: 2 });
  put(ctx, inst, 'ISB_T1', { option: 15 });
  writeRegisters(ctx, inst, { base, value }, [
    [CPACR, 0],
    [FPDSCR, 0],
    [FPCCR, FPCCR_AFTER_RESET],
  ]);
}

/** Writes registers from CPACR on; barriers make it so for the next instruction (B3.2.20). */
function writeRegisters(
  ctx: ExpandContext,
  inst: MInst,
  { base, value }: { readonly base: Reg; readonly value: Reg },
  words: readonly (readonly [address: number, word: number])[],
): void {
  ctx.items.push({ kind: 'literal', rt: base, literal: { value: CPACR }, place: inst.place });
  for (const [address, imm32] of words) {
    put(ctx, inst, 'MOV_imm_T2', { Rd: value, imm32, S: 0 });
    put(ctx, inst, 'STR_imm_T3', { Rt: value, Rn: base, imm32: address - CPACR });
  }
  put(ctx, inst, 'DSB_T1', { option: 15 });
  put(ctx, inst, 'ISB_T1', { option: 15 });
}
