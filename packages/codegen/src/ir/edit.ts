/** Small edits that passes share: uses of terminators, replacing values, control flow facts. */
import { isFloatOp, mayTrap } from './float-operations.ts';
import type { Block, BlockId, BlockTarget, Func, Inst, Terminator, ValueId } from './types.ts';

export function targetsOf(terminator: Terminator): readonly BlockTarget[] {
  switch (terminator.op) {
    case 'jump':
      return [terminator.target];
    case 'branch':
      return [terminator.then, terminator.else];
    case 'switch':
      return [...terminator.targets, terminator.default];
    default:
      return [];
  }
}

export function mapTargets(terminator: Terminator, map: (target: BlockTarget) => BlockTarget): Terminator {
  switch (terminator.op) {
    case 'jump':
      return { ...terminator, target: map(terminator.target) };
    case 'branch':
      return { ...terminator, then: map(terminator.then), else: map(terminator.else) };
    case 'switch':
      return { ...terminator, targets: terminator.targets.map(map), default: map(terminator.default) };
    default:
      return terminator;
  }
}

/** The terminator's own operands, without the arguments of its targets. */
export function operandsOf(terminator: Terminator): readonly ValueId[] {
  if (terminator.op === 'branch') return [terminator.condition];
  if (terminator.op === 'switch') return [terminator.index];
  return terminator.op === 'return' ? terminator.values : [];
}

export function mapTerminatorValues(terminator: Terminator, map: (value: ValueId) => ValueId): Terminator {
  const mapped = mapTargets(terminator, (target) => ({ ...target, args: target.args.map(map) }));
  if (mapped.op === 'branch') return { ...mapped, condition: map(mapped.condition) };
  if (mapped.op === 'switch') return { ...mapped, index: map(mapped.index) };
  return mapped.op === 'return' ? { ...mapped, values: mapped.values.map(map) } : mapped;
}

/** Replaces every use of values. Chains are followed. */
export function replaceValues(func: Func, replacements: ReadonlyMap<ValueId, ValueId>): void {
  if (replacements.size === 0) return;
  for (const [from, to] of replacements) func.replaced.set(from, to);
  const resolve = (value: ValueId): ValueId => {
    let at = value;
    for (let next = replacements.get(at); next !== undefined; next = replacements.get(at)) at = next;
    return at;
  };
  for (const block of func.blocks) {
    block.insts = block.insts.map((inst) => ({ ...inst, args: inst.args.map(resolve) }) as Inst);
    block.terminator = mapTerminatorValues(block.terminator, resolve);
  }
}

/** The value that another one is now, for debuggers. */
export function latestOf({ replaced }: Pick<Func, 'replaced'>, value: ValueId): ValueId {
  let at = value;
  for (let next = replaced.get(at); next !== undefined && next !== value; next = replaced.get(at)) at = next;
  return at;
}

export function blockMap(func: Func): Map<BlockId, Block> {
  return new Map(func.blocks.map((block) => [block.id, block]));
}

/** Of each block the blocks that may go there, each once however many ways it has. */
export function predecessors(func: Func): Map<BlockId, Block[]> {
  const result = new Map<BlockId, Block[]>(func.blocks.map((block) => [block.id, []]));
  for (const block of func.blocks) {
    for (const { block: to } of targetsOf(block.terminator)) {
      const list = result.get(to)!;
      if (list[list.length - 1] !== block) list.push(block);
    }
  }
  return result;
}

/** Blocks in reverse postorder from the entry; unreachable ones are absent. Loops keep their layout order where possible. */
export function reversePostorder(func: Func): Block[] {
  const blocks = blockMap(func);
  const seen = new Set<BlockId>();
  const order: Block[] = [];
  const stack: { block: Block; next: BlockTarget[] }[] = [];
  const enter = (block: Block) => {
    seen.add(block.id);
    stack.push({ block, next: [...targetsOf(block.terminator)] });
  };
  enter(func.blocks[0]);
  while (stack.length > 0) {
    const top = stack[stack.length - 1];
    const target = top.next.pop();
    if (!target) {
      order.push(top.block);
      stack.pop();
    } else if (!seen.has(target.block)) enter(blocks.get(target.block)!);
  }
  return order.reverse();
}

const EFFECTS = new Set<Inst['op']>([
  'store',
  'call',
  'callIndirect',
  'memoryCopy',
  'memoryFill',
  'trapIf',
  'intrinsic',
  'divS',
  'divU',
  'remS',
  'remU',
]);

/** Whether an instruction may be removed when nobody uses its results. */
export function isRemovable(inst: Inst): boolean {
  if (inst.op === 'load') return !inst.access.volatile;
  return !EFFECTS.has(inst.op) && !(isFloatOp(inst.op) && mayTrap(inst.op));
}

/** Whether an instruction always gives the same result for the same arguments, and does nothing else. */
export function isPure(inst: Inst): boolean {
  return inst.op !== 'load' && isRemovable(inst);
}
