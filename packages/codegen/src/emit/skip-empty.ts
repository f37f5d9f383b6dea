/**
 * Blocks that only go on: where a copy on an edge turned out to be from a register to itself, the block that was made for
 * it does nothing but jump. Whoever goes there goes straight to its target. A table of a switch is left alone: it may
 * branch forward only (DDI 0403E A7.7.182), which is what some of these blocks are for.
 */
import type { BlockId } from '../ir/types.ts';
import type { MBlock, MInst, Reg } from '../isel/mir.ts';

/** `colour` gives the register that the allocation chose. The blocks themselves stay as they are. */
export function skipEmptyBlocks(blocks: readonly MBlock[], colour: (reg: Reg) => Reg): MBlock[] {
  const forwards = new Map<BlockId, BlockId>();
  for (const { id, insts } of blocks.slice(1)) {
    const last = insts[insts.length - 1];
    const nothing = insts.slice(0, -1).every((inst) => inst.op === 'copy' && isIdentity(inst, colour));
    if (last.op === 'b' && nothing) forwards.set(id, last.targets![0]);
  }
  const resolve = (block: BlockId): BlockId => {
    const seen = new Set<BlockId>();
    let at = block;
    // An endless loop of empty blocks stays one.
    for (let next = forwards.get(at); next !== undefined && !seen.has(at); next = forwards.get(at)) {
      seen.add(at);
      at = next;
    }
    return at;
  };
  const retargeted = blocks.map(({ id, insts }) => ({
    id,
    insts: insts.map((inst) =>
      inst.targets && inst.op !== 'switch' ? { ...inst, targets: inst.targets.map(resolve) } : inst,
    ),
  }));
  const used = new Set(retargeted.flatMap(({ insts }) => insts.flatMap(({ targets }) => targets ?? [])));
  return retargeted.filter(({ id }, i) => i === 0 || !forwards.has(id) || used.has(id));
}

function isIdentity({ defs, uses }: MInst, colour: (reg: Reg) => Reg): boolean {
  return defs.length === 1 && uses.length === 1 && colour(defs[0]) === colour(uses[0]);
}
