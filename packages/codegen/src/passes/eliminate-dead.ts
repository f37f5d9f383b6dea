/** Removes instructions whose results nobody uses and that do nothing else. */
import { isRemovable, operandsOf, targetsOf } from '../ir/edit.ts';
import type { Func, Inst, ValueId } from '../ir/types.ts';

export function eliminateDead(func: Func): boolean {
  const used = new Set<ValueId>();
  for (const block of func.blocks) {
    for (const value of operandsOf(block.terminator)) used.add(value);
    for (const target of targetsOf(block.terminator)) for (const arg of target.args) used.add(arg);
  }
  const definitions = new Map<ValueId, readonly ValueId[]>();
  const work: ValueId[] = [...used];
  for (const block of func.blocks) {
    for (const inst of block.insts) {
      for (const result of inst.results) definitions.set(result, inst.args);
      if (!isRemovable(inst)) work.push(...inst.args);
    }
  }
  const live = new Set<ValueId>();
  while (work.length > 0) {
    const value = work.pop()!;
    if (live.has(value)) continue;
    live.add(value);
    work.push(...(definitions.get(value) ?? []));
  }
  let removed = false;
  for (const block of func.blocks) {
    const isKept = (inst: Inst) => !isRemovable(inst) || inst.results.some((result) => live.has(result));
    const kept = block.insts.filter(isKept);
    for (const inst of block.insts) {
      const isKnown = inst.op === 'const' || inst.op === 'symbolAddress';
      if (isKnown && !live.has(inst.results[0])) func.forgotten.set(inst.results[0], inst);
    }
    if (kept.length < block.insts.length) removed = true;
    block.insts = kept;
  }
  return removed;
}
