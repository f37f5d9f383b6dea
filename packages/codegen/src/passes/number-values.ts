/**
 * Value numbering over the dominator tree: a pure computation that a dominating one has made is not made again. Small
 * constants are left alone: making one again is cheaper than keeping it in a register.
 */
import { computeDominators } from '../ir/dominators.ts';
import { isPure, replaceValues } from '../ir/edit.ts';
import type { Block, BlockId, Func, Inst, ValueId } from '../ir/types.ts';

export function numberValues(func: Func): boolean {
  const { order, immediate } = computeDominators(func);
  const children = new Map<BlockId, Block[]>();
  for (const block of order.slice(1)) {
    const parent = immediate.get(block.id)!;
    children.set(parent, [...(children.get(parent) ?? []), block]);
  }
  const replacements = new Map<ValueId, ValueId>();
  const visit = (block: Block, known: ReadonlyMap<string, ValueId>): void => {
    const table = new Map(known);
    const local = new Map<string, ValueId>();
    block.insts = block.insts.filter((inst) => {
      const key = keyOf(inst, replacements, func);
      if (key === undefined) return true;
      const scope = isCheap(inst) ? local : table;
      const same = scope.get(key);
      if (same === undefined) {
        scope.set(key, inst.results[0]);
        return true;
      }
      replacements.set(inst.results[0], same);
      return false;
    });
    for (const child of children.get(block.id) ?? []) visit(child, table);
  };
  visit(order[0], new Map());
  replaceValues(func, replacements);
  return replacements.size > 0;
}

/** Constants and addresses: shared within a block, where they are close. */
function isCheap(inst: Inst): boolean {
  return inst.op === 'const' || inst.op === 'symbolAddress';
}

function keyOf(inst: Inst, replacements: ReadonlyMap<ValueId, ValueId>, func: Func): string | undefined {
  if (!isPure(inst) || inst.results.length !== 1) return undefined;
  const args = inst.args.map((arg) => replacements.get(arg) ?? arg);
  const type = func.values[inst.results[0]];
  if (inst.op === 'const') return `const ${type} ${inst.value}`;
  if (inst.op === 'symbolAddress') return `symbol ${inst.symbol}+${inst.offset}`;
  return `${inst.op} ${type} ${args.join(' ')}`;
}
