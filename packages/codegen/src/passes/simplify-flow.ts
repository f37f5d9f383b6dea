/** Control flow: branches on constants, blocks that only jump on, blocks with one way in, blocks that are never reached. */
import { mapTargets, predecessors, replaceValues, reversePostorder, targetsOf } from '../ir/edit.ts';
import type { Block, BlockId, Func, Inst, Terminator, ValueId } from '../ir/types.ts';

export function simplifyFlow(func: Func): boolean {
  let any = false;
  for (;;) {
    const folded = foldBranches(func);
    const threaded = threadJumps(func);
    const merged = mergeBlocks(func);
    if (!folded && !threaded && !merged) return any;
    any = true;
  }
}

function constants(func: Func): Map<ValueId, bigint> {
  const result = new Map<ValueId, bigint>();
  for (const block of func.blocks)
    for (const inst of block.insts) if (inst.op === 'const') result.set(inst.results[0], inst.value);
  return result;
}

function sameTarget(
  a: { block: BlockId; args: readonly ValueId[] },
  b: { block: BlockId; args: readonly ValueId[] },
): boolean {
  return a.block === b.block && a.args.every((arg, i) => arg === b.args[i]);
}

function foldBranches(func: Func): boolean {
  const known = constants(func);
  let changed = false;
  for (const block of func.blocks) {
    const folded = fold(block.terminator, known);
    if (!folded) continue;
    block.terminator = folded;
    changed = true;
  }
  return changed;
}

function fold(terminator: Terminator, known: ReadonlyMap<ValueId, bigint>): Terminator | undefined {
  const { place } = terminator;
  if (terminator.op === 'branch') {
    const value = known.get(terminator.condition);
    if (value !== undefined) return { op: 'jump', target: value !== 0n ? terminator.then : terminator.else, place };
    if (sameTarget(terminator.then, terminator.else)) return { op: 'jump', target: terminator.then, place };
  }
  if (terminator.op === 'switch') {
    const value = known.get(terminator.index);
    const index = value === undefined ? undefined : Number(BigInt.asUintN(32, value));
    if (index !== undefined) return { op: 'jump', target: terminator.targets[index] ?? terminator.default, place };
    if (terminator.targets.every((t) => sameTarget(t, terminator.default)))
      return { op: 'jump', target: terminator.default, place };
  }
  return undefined;
}

/** A block without instructions that only jumps on is passed by its predecessors, its parameters replaced by their arguments. */
function threadJumps(func: Func): boolean {
  const forwards = new Map<BlockId, Block>();
  const usedElsewhere = paramsUsedOutside(func);
  for (const block of func.blocks.slice(1)) {
    const { terminator } = block;
    if (block.insts.length > 0 || terminator.op !== 'jump' || terminator.target.block === block.id) continue;
    if (block.params.some((param) => usedElsewhere.has(param))) continue;
    forwards.set(block.id, block);
  }
  let changed = false;
  for (const block of func.blocks) {
    block.terminator = mapTargets(block.terminator, (target) => {
      const passed = forwards.get(target.block);
      if (!passed || passed === block || passed.terminator.op !== 'jump') return target;
      const next = passed.terminator.target;
      if (next.block === target.block) return target;
      changed = true;
      const args = next.args.map((arg) => {
        const index = passed.params.indexOf(arg);
        return index >= 0 ? target.args[index] : arg;
      });
      return { block: next.block, args };
    });
  }
  if (changed) removeUnreachable(func);
  return changed;
}

/** Parameters that are used by anything but their own block's terminator. */
function paramsUsedOutside(func: Func): Set<ValueId> {
  const used = new Set<ValueId>();
  for (const block of func.blocks) {
    for (const inst of block.insts) for (const arg of inst.args) used.add(arg);
    const own = new Set(block.params);
    const note = (value: ValueId) => {
      if (!own.has(value)) used.add(value);
    };
    for (const target of targetsOf(block.terminator)) target.args.forEach(note);
    if (block.terminator.op === 'branch') used.add(block.terminator.condition);
    if (block.terminator.op === 'switch') used.add(block.terminator.index);
    if (block.terminator.op === 'return') for (const value of block.terminator.values) used.add(value);
  }
  return used;
}

/** A block with one predecessor that only goes there becomes part of it. */
function mergeBlocks(func: Func): boolean {
  let changed = removeUnreachable(func);
  const before = predecessors(func);
  const replacements = new Map<ValueId, ValueId>();
  const gone = new Set<BlockId>();
  const byId = new Map(func.blocks.map((b) => [b.id, b]));
  for (const block of func.blocks) {
    if (gone.has(block.id)) continue;
    while (block.terminator.op === 'jump') {
      const { target } = block.terminator;
      const next = byId.get(target.block)!;
      if (next === block || next === func.blocks[0] || before.get(next.id)!.length !== 1) break;
      next.params.forEach((param, i) => void replacements.set(param, target.args[i]));
      block.insts = [...block.insts, ...next.insts] as Inst[];
      block.terminator = next.terminator;
      gone.add(next.id);
      changed = true;
    }
  }
  func.blocks = func.blocks.filter((block) => !gone.has(block.id));
  replaceValues(func, replacements);
  return changed;
}

export function removeUnreachable(func: Func): boolean {
  const reachable = new Set(reversePostorder(func).map((block) => block.id));
  const before = func.blocks.length;
  func.blocks = func.blocks.filter((block) => reachable.has(block.id));
  return func.blocks.length < before;
}
