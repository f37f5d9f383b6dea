/** How often a block is executed, guessed: ten times for each loop around it. */
import type { BlockId } from '../ir/types.ts';
import type { MFunc } from '../isel/mir.ts';
import { successorsOf } from './liveness.ts';

/** Loops are found by their back edges in layout order (a branch to an earlier or the same block). */
export function blockWeights(func: MFunc): Map<BlockId, number> {
  const position = new Map(func.blocks.map((block, i) => [block.id, i]));
  const depth = new Array<number>(func.blocks.length).fill(0);
  func.blocks.forEach((block, latch) => {
    const heads = successorsOf(block).map((id) => position.get(id)!);
    for (const head of new Set(heads)) {
      if (head > latch) continue;
      for (let i = head; i <= latch; i++) depth[i]++;
    }
  });
  return new Map(func.blocks.map((block, i) => [block.id, 10 ** Math.min(depth[i], 4)]));
}
