/**
 * A branch around a cheap computation of a truth value becomes a choice: `a && b` with both at hand is an `and`, which a
 * comparison of a range or a chain of comparisons may do at once, and which needs no block of its own.
 */
import { isPure, predecessors } from '../ir/edit.ts';
import type { Block, BlockId, BlockTarget, Func, Inst, ValueId } from '../ir/types.ts';

/** Instructions on the way, constants left out. */
const MAXIMUM_COST = 2;

export function convertIfs(func: Func): boolean {
  const blocks = new Map(func.blocks.map((block) => [block.id, block]));
  const before = predecessors(func);
  const definitions = new Map<ValueId, Inst>();
  for (const { insts } of func.blocks) for (const inst of insts) definitions.set(inst.results[0], inst);
  let changed = false;
  const gone = new Set<BlockId>();
  for (const block of func.blocks) {
    const found = gone.has(block.id) ? undefined : findTriangle(func, block, blocks, before, definitions);
    if (!found) continue;
    replaceBranch(func, block, found);
    gone.add(found.side.id);
    changed = true;
  }
  func.blocks = func.blocks.filter(({ id }) => !gone.has(id));
  return changed;
}

/** `block` branches to `side` or past it; `side` has one way in and goes where the other way goes. */
interface Triangle {
  readonly side: Block;
  readonly isThen: boolean;
  readonly past: BlockTarget;
  readonly behind: BlockTarget;
  /** The parameter that differs. */
  readonly param: number;
}

function findTriangle(
  func: Func,
  { id, terminator }: Block,
  blocks: ReadonlyMap<BlockId, Block>,
  before: ReadonlyMap<BlockId, readonly Block[]>,
  definitions: ReadonlyMap<ValueId, Inst>,
): Triangle | undefined {
  if (terminator.op !== 'branch') return undefined;
  for (const isThen of [true, false]) {
    const to = isThen ? terminator.then : terminator.else;
    const past = isThen ? terminator.else : terminator.then;
    const side = blocks.get(to.block)!;
    if (side.id === id || side.terminator.op !== 'jump' || before.get(side.id)!.length !== 1) continue;
    const behind = side.terminator.target;
    if (behind.block !== past.block || side.params.length > 0 || !isCheap(side.insts)) continue;
    const differing = behind.args.flatMap((arg, i) => (arg === past.args[i] ? [] : [i]));
    const [param] = differing;
    if (differing.length !== 1) continue;
    const condition = func.values[terminator.condition] === 'i32' && isTruth(terminator.condition, definitions);
    const values = [behind.args[param], past.args[param]];
    if (condition && values.every((value) => isTruth(value, definitions))) return { side, isThen, past, behind, param };
  }
  return undefined;
}

function isCheap(insts: readonly Inst[]): boolean {
  return insts.every(isPure) && insts.filter(({ op }) => op !== 'const').length <= MAXIMUM_COST;
}

const COMPARISONS: ReadonlySet<Inst['op']> = new Set<Inst['op']>([
  ...(['eqz', 'eq', 'ne', 'ltS', 'ltU', 'gtS', 'gtU', 'leS', 'leU', 'geS', 'geU'] as const),
]);

/** Whether a value is a comparison, 0 or 1. */
function isTruth(value: ValueId, definitions: ReadonlyMap<ValueId, Inst>): boolean {
  const inst = definitions.get(value);
  if (!inst) return false;
  return inst.op === 'const' ? inst.value === 0n || inst.value === 1n : COMPARISONS.has(inst.op);
}

function replaceBranch(func: Func, block: Block, { side, isThen, past, behind, param }: Triangle): void {
  if (block.terminator.op !== 'branch') return;
  const { condition, place } = block.terminator;
  const [inside, outside] = [behind.args[param], past.args[param]];
  const chosen = (func.values.push(func.values[inside]) - 1) as ValueId;
  const args = [condition, ...(isThen ? [inside, outside] : [outside, inside])];
  block.insts = [...block.insts, ...side.insts, { op: 'select', args, results: [chosen] }];
  const target = { block: past.block, args: past.args.map((arg, i) => (i === param ? chosen : arg)) };
  block.terminator = { op: 'jump', target, ...(place ? { place } : {}) };
}
