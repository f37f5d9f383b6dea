/**
 * An independent judge of register allocation. It knows nothing of how registers were chosen: it follows, forwards
 * through all paths, which values each physical register and each spill slot is known to hold, and complains when an
 * instruction reads a register that is not known to hold what the same instruction read before allocation. Values are
 * called by their registers before allocation, physical ones included.
 *
 * State: location → set of values. A definition makes a location hold just its value; a copy adds what its source holds;
 * a call's clobbers hold nothing. Where paths meet, a location holds what it holds on all of them.
 */
import { invariant } from '@kickstage/base/invariant';
import type { BlockId } from '../ir/types.ts';
import { FIRST_VREG, isSingle, isVirtual, type MFunc, type MInst, PC, type Reg, SP } from '../isel/mir.ts';
import { registerName } from '../isel/registers.ts';
import type { Allocation } from './allocate.ts';
import { type Step, stepsOf } from './checker-steps.ts';
import { successorsOf } from './liveness.ts';

type Location = string;
type Values = ReadonlySet<Reg>;
type State = Map<Location, Values>;

const NOTHING: Values = new Set();

/** Throws where `func` with its registers does not do what `before` does, the function as `beforeAllocation` gave it. */
export function checkAllocation(before: MFunc, func: MFunc, { colours }: Allocation): void {
  const checker = new Checker(func, colours);
  const steps = stepsOf(before, func);
  const stepsOfBlock = new Map(func.blocks.map(({ id }, i) => [id, steps[i]]));
  const entries = new Map<BlockId, State>();
  const initial: State = new Map(Array.from({ length: FIRST_VREG }, (_, r) => [registerName(r), new Set([r])]));
  entries.set(func.blocks[0].id, initial);
  const work = [func.blocks[0]];
  while (work.length > 0) {
    const block = work.pop()!;
    const state: State = new Map(entries.get(block.id));
    for (const step of stepsOfBlock.get(block.id)!) checker.apply(state, step);
    for (const id of successorsOf(block)) {
      const known = entries.get(id);
      const next = known ? meet(known, state) : state;
      if (known && same(known, next)) continue;
      entries.set(id, new Map(next));
      work.push(func.blocks.find((b) => b.id === id)!);
    }
  }
  for (const [id, entry] of entries) {
    const state: State = new Map(entry);
    for (const step of stepsOfBlock.get(id)!) {
      checker.check(state, step);
      checker.apply(state, step);
    }
  }
}

class Checker {
  private readonly func: MFunc;
  private readonly colours: ReadonlyMap<Reg, Reg>;

  constructor(func: MFunc, colours: ReadonlyMap<Reg, Reg>) {
    this.func = func;
    this.colours = colours;
  }

  /** Complains about what the step reads. */
  check(state: State, step: Step): void {
    const { name, spillSlots } = this.func;
    const { inst } = step;
    if (step.kind === 'spill' || step.kind === 'reload') {
      invariant(inst.imm! >= 0 && inst.imm! < spillSlots, `${name}: slot ${inst.imm} lies outside the frame`);
    }
    if (step.kind === 'reload') {
      const isFull = (state.get(`slot${inst.imm}`)?.size ?? 0) > 0;
      invariant(isFull, `${name}: reload of v${inst.spilled} from slot ${inst.imm}, which holds nothing`);
    }
    if (step.kind !== 'same') return;
    step.wanted.uses.forEach((reg, i) => {
      const at = this.locate(inst.uses[i]);
      invariant(state.get(at)?.has(reg), `${name}: ${inst.op} reads v${reg} in ${at}, which does not hold it`);
    });
    const places = inst.defs.map((reg) => this.locate(reg));
    if (inst.tied) {
      const count = Math.min(places.length, inst.uses.length);
      const isSame = places.slice(0, count).every((place, i) => place === this.locate(inst.uses[i]));
      invariant(isSame, `${name}: ${inst.op} changes a register in place, but has another one for its result`);
    }
    invariant(new Set(places).size === places.length, `${name}: ${inst.op} has two results in one register`);
  }

  /** What the step does to the state. */
  apply(state: State, step: Step): void {
    const { inst } = step;
    switch (step.kind) {
      case 'spill':
        return void state.set(`slot${inst.imm}`, state.get(this.locate(inst.uses[0])) ?? NOTHING);
      case 'reload':
        return void state.set(this.locate(inst.defs[0]), state.get(`slot${inst.imm}`) ?? NOTHING);
      case 'made-again':
        return void state.set(this.locate(inst.defs[0]), new Set(step.values));
      case 'same':
        return this.applySame(state, step.wanted, inst);
    }
  }

  private applySame(state: State, wanted: MInst, inst: MInst): void {
    const carried = inst.op === 'copy' ? (state.get(this.locate(inst.uses[0])) ?? NOTHING) : NOTHING;
    for (const reg of inst.clobbers ?? []) state.delete(registerName(reg));
    // A definition ends what other locations hold of an older value of the same name.
    for (const value of wanted.defs) {
      if (carried.has(value)) continue;
      for (const [location, held] of state) {
        if (held.has(value)) state.set(location, new Set([...held].filter((reg) => reg !== value)));
      }
    }
    wanted.defs.forEach((value, i) => void state.set(this.locate(inst.defs[i]), new Set([...carried, value])));
  }

  private locate(reg: Reg): Location {
    const register = reg < FIRST_VREG ? reg : this.colours.get(reg);
    const { name } = this.func;
    invariant(register !== undefined, `${name}: v${reg} has no register`);
    const at = registerName(register);
    const isForValues = !isVirtual(register) && register >= 0 && register !== SP && register !== PC;
    invariant(isForValues, `${name}: v${reg} is in ${at}, which is none for values`);
    invariant(isSingle(reg) === isSingle(register), `${name}: v${reg} is in ${at}, a register of another class`);
    return at;
  }
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
