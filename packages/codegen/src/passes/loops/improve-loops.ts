/** The loop passes, innermost loops first. */
import { flowGraphOf } from '../../ir/dominators.ts';
import { findLoops, type Loop } from '../../ir/flow-graph.ts';
import type { BlockId, Func, ValueId } from '../../ir/types.ts';
import { eliminateDead } from '../eliminate-dead.ts';
import { foldConstants } from '../fold-constants.ts';
import { countDown } from './count-down.ts';
import { type Anchor, reduceStrength } from './reduce-strength.ts';
import { rotateLoop } from './rotate-loop.ts';

export interface LoopOptions {
  /** Pointers in place of addresses that are computed on each turn; none when absent. */
  readonly pointers?: Anchor;
}

/** Counters of one loop at most that get pointers. */
const MAXIMUM_COUNTERS = 4;

/** Gives whether anything was changed. */
export function improveLoops(func: Func, { pointers }: LoopOptions): boolean {
  const done = new Set<BlockId>();
  const made = new Set<ValueId>();
  let changed = false;
  for (let loop = nextLoop(func, done); loop; loop = nextLoop(func, done)) {
    done.add(loop.header);
    for (let i = 0; pointers && i < MAXIMUM_COUNTERS; i++) {
      if (!reduceStrength(func, withHeader(func, loop.header), pointers, made)) break;
      changed = true;
    }
    if (changed) tidy(func);
    const counted = countDown(func, withHeader(func, loop.header));
    if (!counted) continue;
    changed = true;
    tidy(func);
    if (rotateLoop(func, withHeader(func, loop.header))) done.add(loop.header);
  }
  return changed;
}

/** What is left of the old counters goes. */
function tidy(func: Func): void {
  foldConstants(func);
  eliminateDead(func);
}

function nextLoop(func: Func, done: ReadonlySet<BlockId>): Loop | undefined {
  return findLoops(flowGraphOf(func)).findLast(({ header }) => !done.has(header) && header !== func.blocks[0].id);
}

function withHeader(func: Func, header: BlockId): Loop {
  return findLoops(flowGraphOf(func)).find((loop) => loop.header === header)!;
}
