/** How often a block is executed, guessed: ten times for each loop around it. */
import { loopDepths } from '../ir/flow-graph.ts';
import type { BlockId } from '../ir/types.ts';
import type { MBlock } from '../isel/mir.ts';
import { successorsOf } from './liveness.ts';

export function blockWeights(blocks: readonly MBlock[]): Map<BlockId, number> {
  const byId = new Map(blocks.map((block) => [block.id, block]));
  const depths = loopDepths({ ids: [...byId.keys()], successors: (id) => successorsOf(byId.get(id)!) });
  return new Map([...depths].map(([id, depth]) => [id, 10 ** Math.min(depth, 4)]));
}
