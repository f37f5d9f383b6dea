/**
 * Splits edges that carry arguments from a block with several successors: the copies need a block of their own. The new
 * block stands right behind its predecessor's group, so that layout stays close.
 */
import type { Block, BlockId, BlockTarget, Func, Terminator } from '../ir/types.ts';

export function splitCriticalEdges(func: Func): void {
  let next = Math.max(...func.blocks.map((block) => block.id)) + 1;
  const position = new Map(func.blocks.map((block, i) => [block.id, i]));
  const blocks: Block[] = [];
  for (const block of func.blocks) {
    blocks.push(block);
    const made: Block[] = [];
    const split = (target: BlockTarget, always = false): BlockTarget => {
      if (target.args.length === 0 && !always) return target;
      const id = next++ as BlockId;
      made.push({ id, params: [], insts: [], terminator: { op: 'jump', target, place: block.terminator.place } });
      return { block: id, args: [] };
    };
    block.terminator = splitTerminator(
      block.terminator,
      split,
      (target) => position.get(target.block)! <= position.get(block.id)!,
    );
    blocks.push(...made);
  }
  func.blocks = blocks;
}

type SplitEdge = (target: BlockTarget, always?: boolean) => BlockTarget;

/** Targets that are the same share one block: a table may name a few targets thousands of times. */
function once(split: SplitEdge): SplitEdge {
  const known = new Map<string, BlockTarget>();
  return (target, always = false) => {
    const key = `${target.block} ${target.args.join()} ${always}`;
    const made = known.get(key) ?? split(target, always);
    known.set(key, made);
    return made;
  };
}

/** A table branches forward only (DDI 0403E A7.7.182), so that a switch gets a landing block for each way back. */
function splitTerminator(
  terminator: Terminator,
  splitEdge: SplitEdge,
  isBack: (target: BlockTarget) => boolean,
): Terminator {
  if (terminator.op === 'branch')
    return { ...terminator, then: splitEdge(terminator.then), else: splitEdge(terminator.else) };
  if (terminator.op === 'switch') {
    const split = once(splitEdge);
    return {
      ...terminator,
      targets: terminator.targets.map((t) => split(t, isBack(t))),
      default: split(terminator.default),
    };
  }
  return terminator;
}
