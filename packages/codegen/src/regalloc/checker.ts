/**
 * An independent judge of register allocation. It knows nothing of how registers were chosen: it follows, forwards
 * through all paths, which virtual registers each physical register and each spill slot is known to hold, and complains
 * when an instruction reads a register that is not known to hold what it wants.
 *
 * State: location → set of values. A definition makes a location hold just its value; a copy adds what its source holds;
 * a call's clobbers hold nothing. Where paths meet, a location holds what it holds on all of them.
 */
import { invariant } from '@kickstage/base/invariant';
import type { BlockId } from '../ir/types.ts';
import { FIRST_VREG, type MFunc, type MInst, type Reg } from '../isel/mir.ts';
import type { Allocation } from './allocate.ts';
import { successorsOf } from './liveness.ts';

type Location = string;
type State = Map<Location, ReadonlySet<Reg>>;

export function checkAllocation(func: MFunc, { colours }: Allocation): void {
  const locate = (reg: Reg): Location => {
    const register = reg < FIRST_VREG ? reg : colours.get(reg);
    invariant(register !== undefined, `${func.name}: v${reg} has no register`);
    return `r${register}`;
  };
  const entries = new Map<BlockId, State>();
  const initial: State = new Map(Array.from({ length: 16 }, (_, r) => [`r${r}`, new Set([r])]));
  entries.set(func.blocks[0].id, initial);
  const work = [func.blocks[0]];
  while (work.length > 0) {
    const block = work.pop()!;
    const state: State = new Map(entries.get(block.id));
    for (const inst of block.insts) apply(state, inst, locate);
    for (const id of successorsOf(block)) {
      const known = entries.get(id);
      const next = known ? meet(known, state) : state;
      if (known && same(known, next)) continue;
      entries.set(id, new Map(next));
      work.push(func.blocks.find((b) => b.id === id)!);
    }
  }
  for (const block of func.blocks) {
    const state: State = new Map(entries.get(block.id));
    if (!entries.has(block.id)) continue;
    for (const inst of block.insts) {
      checkUses(func, state, inst, locate);
      apply(state, inst, locate);
    }
  }
}

function checkUses(func: MFunc, state: State, inst: MInst, locate: (reg: Reg) => Location): void {
  for (const reg of inst.uses) {
    if (inst.op === 'copy' && reg < FIRST_VREG && !state.has(locate(reg))) continue;
    const held = state.get(locate(reg));
    invariant(held?.has(reg), `${func.name}: ${inst.op} reads v${reg} in ${locate(reg)}, which does not hold it`);
  }
  if (inst.op === 'reload') {
    const held = state.get(`slot${inst.imm}`);
    invariant(
      held?.has(inst.spilled!),
      `${func.name}: reload of v${inst.spilled} from slot ${inst.imm}, which does not hold it`,
    );
  }
}

function apply(state: State, inst: MInst, locate: (reg: Reg) => Location): void {
  if (inst.op === 'spill') {
    state.set(`slot${inst.imm}`, new Set([inst.spilled!]));
    return;
  }
  const carried = inst.op === 'copy' ? (state.get(locate(inst.uses[0])) ?? new Set<Reg>()) : new Set<Reg>();
  for (const reg of inst.clobbers ?? []) state.delete(`r${reg}`);
  // A definition ends what other locations hold of an older value of the same name.
  for (const def of inst.defs) {
    for (const [location, held] of state) {
      if (held.has(def) && !carried.has(def)) state.set(location, new Set([...held].filter((reg) => reg !== def)));
    }
  }
  for (const def of inst.defs) state.set(locate(def), new Set([...carried, def]));
}

function meet(a: State, b: State): State {
  const result: State = new Map();
  for (const [location, held] of a) {
    const other = b.get(location);
    if (!other) continue;
    const both = new Set([...held].filter((reg) => other.has(reg)));
    if (both.size > 0) result.set(location, both);
  }
  return result;
}

function same(a: State, b: State): boolean {
  if (a.size !== b.size) return false;
  for (const [location, held] of a) if (b.get(location)?.size !== held.size) return false;
  return true;
}
