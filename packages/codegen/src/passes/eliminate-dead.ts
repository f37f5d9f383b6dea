/** Removes instructions whose results nobody needs and that do nothing else, and parameters that nobody needs. */
import { isRemovable, mapTargets, operandsOf, targetsOf } from '../ir/edit.ts';
import type { BlockId, Func, Inst, ValueId } from '../ir/types.ts';

export function eliminateDead(func: Func): boolean {
  const live = liveValues(func);
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
  return removeParams(func, live) || removed;
}

/** What is needed for something that happens, or decides where control goes; values that need only each other are not. */
function liveValues(func: Func): ReadonlySet<ValueId> {
  const needs = new Map<ValueId, ValueId[]>();
  const work: ValueId[] = [];
  const params = new Map<BlockId, readonly ValueId[]>(func.blocks.map((block) => [block.id, block.params]));
  for (const { insts, terminator } of func.blocks) {
    for (const inst of insts) {
      for (const result of inst.results) needs.set(result, [...inst.args]);
      if (!isRemovable(inst)) work.push(...inst.args);
    }
    work.push(...operandsOf(terminator));
    for (const { block, args } of targetsOf(terminator)) {
      params.get(block)!.forEach((param, i) => {
        const known = needs.get(param);
        if (known) known.push(args[i]);
        else needs.set(param, [args[i]]);
      });
    }
  }
  const live = new Set<ValueId>();
  while (work.length > 0) {
    const value = work.pop()!;
    if (live.has(value)) continue;
    live.add(value);
    work.push(...(needs.get(value) ?? []));
  }
  return live;
}

function removeParams(func: Func, live: ReadonlySet<ValueId>): boolean {
  const kept = new Map<BlockId, readonly number[]>();
  for (const block of func.blocks.slice(1)) {
    const indices = block.params.flatMap((param, i) => (live.has(param) ? [i] : []));
    if (indices.length === block.params.length) continue;
    kept.set(block.id, indices);
    block.params = indices.map((i) => block.params[i]);
  }
  if (kept.size === 0) return false;
  for (const block of func.blocks) {
    block.terminator = mapTargets(block.terminator, (target) => {
      const indices = kept.get(target.block);
      return indices ? { ...target, args: indices.map((i) => target.args[i]) } : target;
    });
  }
  return true;
}
