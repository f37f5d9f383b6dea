/**
 * Fills in the source places of instructions that have none: what a pass made without one belongs to what comes next in
 * its block, which is what it was made for, or else to what stands before it.
 */
import type { MBlock, MInst } from '../isel/mir.ts';

export function fillPlaces(blocks: readonly MBlock[]): MBlock[] {
  return blocks.map(({ id, insts }) => ({ id, insts: fillForwards(fillBackwards(insts)) }));
}

function fillBackwards(insts: readonly MInst[]): MInst[] {
  let next: MInst['place'];
  return insts
    .map((_, i) => insts[insts.length - 1 - i])
    .map((inst) => {
      if (inst.place) next = inst.place;
      return inst.place || !next ? inst : { ...inst, place: next };
    })
    .reverse();
}

function fillForwards(insts: readonly MInst[]): MInst[] {
  let before: MInst['place'];
  return insts.map((inst) => {
    if (inst.place) before = inst.place;
    return inst.place || !before ? inst : { ...inst, place: before };
  });
}
