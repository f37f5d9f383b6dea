/** Removes block parameters that get the same value on all ways in, and those that nobody uses. */
import { mapTargets, operandsOf, predecessors, replaceValues, targetsOf } from '../ir/edit.ts';
import type { Block, Func, ValueId } from '../ir/types.ts';

export function simplifyParams(func: Func): boolean {
  let any = false;
  while (removeSame(func) || removeUnused(func)) any = true;
  return any;
}

function argumentsFor(block: Block, before: readonly Block[], index: number): ValueId[] {
  return before.flatMap((p) => targetsOf(p.terminator).filter((t) => t.block === block.id)).map((t) => t.args[index]);
}

function removeSame(func: Func): boolean {
  const before = predecessors(func);
  const replacements = new Map<ValueId, ValueId>();
  const resolve = (value: ValueId): ValueId => {
    let at = value;
    for (let next = replacements.get(at); next !== undefined; next = replacements.get(at)) at = next;
    return at;
  };
  for (const block of func.blocks.slice(1)) {
    const kept: number[] = [];
    block.params.forEach((param, i) => {
      const values = new Set(argumentsFor(block, before.get(block.id)!, i).map(resolve));
      values.delete(param);
      if (values.size === 1) replacements.set(param, [...values][0]);
      else kept.push(i);
    });
    keepParams(block, before.get(block.id)!, kept);
  }
  replaceValues(func, replacements);
  return replacements.size > 0;
}

function removeUnused(func: Func): boolean {
  const used = new Set<ValueId>();
  for (const block of func.blocks) {
    for (const inst of block.insts) for (const arg of inst.args) used.add(arg);
    for (const value of operandsOf(block.terminator)) used.add(value);
  }
  const params = new Map<ValueId, { block: Block; index: number }>();
  const before = predecessors(func);
  for (const block of func.blocks.slice(1))
    block.params.forEach((param, index) => void params.set(param, { block, index }));
  const work = [...params.keys()].filter((param) => used.has(param));
  while (work.length > 0) {
    const { block, index } = params.get(work.pop()!)!;
    for (const arg of argumentsFor(block, before.get(block.id)!, index)) {
      if (used.has(arg)) continue;
      used.add(arg);
      if (params.has(arg)) work.push(arg);
    }
  }
  let removed = false;
  for (const block of func.blocks.slice(1)) {
    const kept = block.params.flatMap((param, i) => (used.has(param) ? [i] : []));
    if (kept.length < block.params.length) removed = true;
    keepParams(block, before.get(block.id)!, kept);
  }
  return removed;
}

function keepParams(block: Block, before: readonly Block[], kept: readonly number[]): void {
  if (kept.length === block.params.length) return;
  block.params = kept.map((i) => block.params[i]);
  for (const p of new Set(before)) {
    p.terminator = mapTargets(p.terminator, (target) =>
      target.block === block.id ? { ...target, args: kept.map((i) => target.args[i]) } : target,
    );
  }
}
