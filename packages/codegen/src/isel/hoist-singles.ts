/**
 * Constants of class single are loaded from memory, or take a word of code, and there are registers for them: what a loop
 * needs again and again is made once before it. A loop that calls is left alone, since a call destroys half of the
 * registers; so is a constant that is only copied into a register that changes. Allocation makes a constant again where
 * registers run out after all.
 */
import { findLoops, immediateDominators, type Loop } from '../ir/flow-graph.ts';
import type { BlockId } from '../ir/types.ts';
import { successorsOf } from '../regalloc/liveness.ts';
import { isSingle, type MBlock, type MInst, type Reg } from './mir.ts';

/** Constants that are made before one block: half of the registers. */
const MOST = 16;

const isSingleConstant = ({ op, defs }: MInst) => op === 'const' && isSingle(defs[0]);

/** Rewrites the blocks, the entry first. */
export function hoistSingles(blocks: readonly MBlock[]): void {
  const hasConstants = blocks.some(({ insts }) => insts.some(isSingleConstant));
  if (!hasConstants) return;
  const byId = new Map(blocks.map((block) => [block.id, block]));
  const graph = { ids: [...byId.keys()], successors: (id: BlockId) => successorsOf(byId.get(id)!) };
  const loops = findLoops(graph);
  if (loops.length === 0) return;
  const immediate = immediateDominators(graph);
  const calls = new Set(blocks.filter(({ insts }) => insts.some(isCall)).map(({ id }) => id));
  const isQuiet = ({ body }: Loop) => ![...body].some((id) => calls.has(id));
  const hoister = new Hoister(operandsOf(blocks));
  for (const block of blocks) {
    const loop = loops.find((l) => l.body.has(block.id) && isQuiet(l));
    const target = loop && byId.get(immediate.get(loop.header)!);
    if (target && target.id !== loop.header) hoister.hoist(block, target);
  }
  hoister.rename(blocks);
}

const isCall = ({ op }: MInst) => op === 'bl' || op === 'blx';

/** Registers that something else than a copy reads. */
function operandsOf(blocks: readonly MBlock[]): Set<Reg> {
  return new Set(blocks.flatMap(({ insts }) => insts.flatMap(({ op, uses }) => (op === 'copy' ? [] : uses))));
}

class Hoister {
  private readonly operands: ReadonlySet<Reg>;
  /** Registers by number, for each block that constants are put into. */
  private readonly made = new Map<MBlock, Map<number, Reg>>();
  private readonly names = new Map<Reg, Reg>();

  constructor(operands: ReadonlySet<Reg>) {
    this.operands = operands;
  }

  /** Moves constants of `from` to the end of `to`. */
  hoist(from: MBlock, to: MBlock): void {
    const known = this.made.get(to) ?? new Map<number, Reg>();
    this.made.set(to, known);
    from.insts = from.insts.filter((inst) => {
      const [reg] = inst.defs;
      if (!isSingleConstant(inst) || !this.operands.has(reg)) return true;
      const same = known.get(inst.imm!);
      if (same === undefined && known.size >= MOST) return true;
      if (same !== undefined) this.names.set(reg, same);
      else {
        known.set(inst.imm!, reg);
        to.insts.splice(to.insts.length - 1, 0, { ...inst, place: to.insts.at(-1)?.place });
      }
      return false;
    });
  }

  rename(blocks: readonly MBlock[]): void {
    if (this.names.size === 0) return;
    for (const { insts } of blocks) {
      for (const inst of insts) inst.uses = inst.uses.map((reg) => this.names.get(reg) ?? reg);
    }
  }
}
