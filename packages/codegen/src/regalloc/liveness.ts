/** Which registers are live at the ends of blocks: the usual backward data flow over bit sets. */
import type { BlockId } from '../ir/types.ts';
import type { MBlock, MInst, Reg } from '../isel/mir.ts';

export interface Liveness {
  /** Live at the block's end. */
  readonly out: ReadonlyMap<BlockId, ReadonlySet<Reg>>;
}

export const successorsOf = (block: MBlock): readonly BlockId[] => block.insts.flatMap((inst) => inst.targets ?? []);

/** The registers live before `inst`, from those live after it; changes `live` in place. */
export function stepBack(live: Set<Reg>, inst: MInst): void {
  for (const reg of inst.defs) live.delete(reg);
  for (const reg of inst.clobbers ?? []) live.delete(reg);
  for (const reg of inst.uses) live.add(reg);
}

export function computeLiveness(blocks: readonly MBlock[]): Liveness {
  const out = new Map<BlockId, Set<Reg>>(blocks.map((block) => [block.id, new Set()]));
  const into = new Map<BlockId, Set<Reg>>(blocks.map((block) => [block.id, new Set()]));
  for (let changed = true; changed; ) {
    changed = false;
    for (let i = blocks.length - 1; i >= 0; i--) {
      const block = blocks[i];
      const end = out.get(block.id)!;
      for (const successor of successorsOf(block)) for (const reg of into.get(successor)!) end.add(reg);
      const live = new Set(end);
      for (let k = block.insts.length - 1; k >= 0; k--) stepBack(live, block.insts[k]);
      const start = into.get(block.id)!;
      for (const reg of live) {
        if (start.has(reg)) continue;
        start.add(reg);
        changed = true;
      }
    }
  }
  return { out };
}
