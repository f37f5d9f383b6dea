/**
 * Which registers and stack slots hold which values, instruction by instruction: a forward data flow over the allocated
 * function, in which a value is somewhere only if it is there on all ways in. Unlike liveness it goes on behind the last
 * use, as long as nothing overwrites the value: that is what a debugger can still show.
 */
import type { BlockId } from '../ir/types.ts';
import { isVirtual, type MBlock, type MInst, type Reg } from '../isel/mir.ts';
import { successorsOf } from '../regalloc/liveness.ts';

/**
 * Something that is where it belongs: a virtual register's value in its register (the number of the virtual register),
 * or in its stack slot (`inSlot`), or what a physical register held at the function's entry (its number).
 */
export type Holding = number;

export const inSlot = (reg: Reg): Holding => -1 - reg;

type State = ReadonlySet<Holding>;

export interface HoldingsInput {
  /** As they are emitted. */
  readonly blocks: readonly MBlock[];
  /** The same, and those on edges that nothing was left of but copies of registers to themselves: such a copy still says
   * that a value is another one from there on. */
  readonly flow: readonly MBlock[];
  readonly colour: (reg: Reg) => Reg;
  /** The virtual registers of interest. */
  readonly told: ReadonlySet<Reg>;
  /** Physical registers of interest at the entry. */
  readonly entry: readonly Reg[];
}

/** What holds before each instruction. */
export function computeHoldings(input: HoldingsInput): Map<MInst, State> {
  const into = holdingsAtEntry(input);
  const before = new Map<MInst, State>();
  for (const { id, insts } of input.blocks) {
    let state = into.get(id);
    if (!state) continue;
    for (const inst of insts) {
      before.set(inst, state);
      state = step(input, state, inst);
    }
  }
  return before;
}

/** Of blocks; those that are never reached are left out. */
function holdingsAtEntry(input: HoldingsInput): Map<BlockId, State> {
  const { flow, entry } = input;
  const into = new Map<BlockId, State>([[flow[0].id, new Set(entry)]]);
  for (let changed = true; changed; ) {
    changed = false;
    for (const block of flow) {
      const start = into.get(block.id);
      if (!start) continue;
      const end = block.insts.reduce((state, inst) => step(input, state, inst), start);
      for (const successor of successorsOf(block)) if (meet(into, successor, end)) changed = true;
    }
  }
  return into;
}

function meet(into: Map<BlockId, State>, block: BlockId, state: State): boolean {
  const known = into.get(block);
  const both = known ? new Set([...known].filter((holding) => state.has(holding))) : state;
  if (known && both.size === known.size) return false;
  into.set(block, both);
  return true;
}

function step({ colour, told }: HoldingsInput, state: State, inst: MInst): State {
  const { op, defs, uses } = inst;
  const written = new Set([...defs.map(colour), ...(inst.clobbers ?? [])]);
  // A copy of a register to itself leaves what is there.
  const isIdentity = op === 'copy' && colour(defs[0]) === colour(uses[0]);
  const isGone = (holding: Holding) =>
    holding >= 0 && !isIdentity && written.has(isVirtual(holding) ? colour(holding) : holding);
  const made = defs.filter((reg) => told.has(reg));
  if (op === 'spill' && told.has(inst.spilled!)) made.push(inSlot(inst.spilled!));
  const isSame = made.every((holding) => state.has(holding)) && ![...state].some(isGone);
  return isSame ? state : new Set([...[...state].filter((holding) => !isGone(holding)), ...made]);
}
