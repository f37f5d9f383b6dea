/**
 * The stack frame, from the entry's stack pointer down: saved registers, those of the floating-point unit, spill slots,
 * outgoing arguments. A function
 * that never returns saves nothing. At calls the stack pointer is a multiple of 8 (AAPCS, IHI 0042, 6.2.1.2).
 */
import { CALLEE_SAVED, LR, type MFunc, type Reg } from '../isel/mir.ts';
import { CALLEE_SAVED_SINGLES } from '../isel/registers.ts';

export interface Frame {
  /** Pushed at entry, ascending; with lr among them the return pops into pc. */
  readonly saved: readonly Reg[];
  /** Pushed next, in pairs from s16 on: how many doubles from d8 on. */
  readonly savedDoubles: number;
  /** Bytes below the saved registers. */
  readonly locals: number;
  /** Offset of the first spill slot from the stack pointer. */
  readonly spillBase: number;
  /** All bytes that the function takes. */
  readonly size: number;
}

/** With `alwaysSaves` a function that calls takes stack even if it never returns, so that endless recursion ends. */
export function layoutFrame(func: MFunc, used: ReadonlySet<Reg>, alwaysSaves = false): Frame {
  const calls = func.blocks.some((block) => block.insts.some((inst) => inst.op === 'bl' || inst.op === 'blx'));
  const saved: Reg[] = [];
  const saves = func.returns || alwaysSaves;
  if (saves) {
    saved.push(...CALLEE_SAVED.filter((reg) => used.has(reg)));
    if (calls || saved.length > 0 || used.has(LR)) saved.push(LR);
  }
  const lastSingle = saves ? CALLEE_SAVED_SINGLES.findLastIndex((reg) => used.has(reg)) : -1;
  const savedDoubles = Math.ceil((lastSingle + 1) / 2);
  let locals = func.outgoing + 4 * func.spillSlots;
  if (calls && (saved.length * 4 + locals) % 8 !== 0) {
    if (locals === 0 && saves) saved.unshift(3);
    else locals += 4;
  }
  const size = saved.length * 4 + savedDoubles * 8 + locals;
  return { saved, savedDoubles, locals, spillBase: func.outgoing, size };
}
