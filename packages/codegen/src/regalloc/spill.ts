/**
 * Puts values that got no register into stack slots: stored after each definition, loaded once for all uses in a block
 * into a register of its own, which may again get none and then is loaded before each use. Constants and addresses are
 * made again instead.
 */
import { isSingle, type MBlock, type MFunc, type MInst, type Reg } from '../isel/mir.ts';
import { virtualSingle } from '../isel/registers.ts';

/** What can be had again without a slot of its own. A register that is loaded from a slot is made for one block. */
const REMADE = new Set<MInst['op']>(['const', 'address', 'reload']);

/** Rewrites the function; returns the short-lived registers it made, which must not be spilled again. */
export function insertSpills(func: MFunc, spills: readonly Reg[]): Reg[] {
  const spiller = new Spiller(func, spills);
  for (const block of func.blocks) spiller.rewrite(block);
  return spiller.made;
}

class Spiller {
  readonly made: Reg[] = [];
  private readonly func: MFunc;
  private readonly wanted: ReadonlySet<Reg>;
  private readonly definitions: ReadonlyMap<Reg, readonly MInst[]>;
  private readonly slots = new Map<Reg, number>();
  /** Of the block at work: registers that hold what is in a slot, and how often they are read. */
  private loaded = new Map<Reg, { readonly register: Reg; reads: number }>();

  constructor(func: MFunc, spills: readonly Reg[]) {
    this.func = func;
    this.wanted = new Set(spills);
    this.definitions = findDefinitions(func, this.wanted);
  }

  rewrite(block: MBlock): void {
    this.loaded = new Map();
    block.insts = block.insts.flatMap((inst) => {
      const isRemade = inst.defs.some((reg) => this.wanted.has(reg) && this.remade(reg) === inst);
      return isRemade ? [] : this.replace(inst);
    });
    for (const reg of [...this.loaded.keys()]) this.forget(reg);
  }

  /** The instruction on short-lived registers, with what brings their values and takes them away. */
  private replace(inst: MInst): MInst[] {
    const before: MInst[] = [];
    const after: MInst[] = [];
    const replaced = new Map<Reg, Reg>();
    for (const reg of new Set(inst.uses)) {
      if (this.wanted.has(reg)) replaced.set(reg, this.bring(reg, inst, before));
    }
    const uses = inst.uses.map((reg) => replaced.get(reg) ?? reg);
    const defs = inst.defs.map((reg) => {
      if (!this.wanted.has(reg)) return reg;
      // What is changed in place stays in one register.
      const temporary = (inst.tied && replaced.get(reg)) || this.fresh(reg);
      this.forget(reg);
      const { place, isEntry } = inst;
      after.push({ op: 'spill', defs: [], uses: [temporary], imm: this.slotOf(reg), spilled: reg, place, isEntry });
      return temporary;
    });
    return [...before, { ...inst, uses, defs }, ...after];
  }

  private bring(reg: Reg, { place }: MInst, before: MInst[]): Reg {
    const source = this.remade(reg);
    if (source) {
      const temporary = this.fresh(reg);
      before.push({ ...source, defs: [temporary], uses: [], place });
      return temporary;
    }
    const known = this.loaded.get(reg);
    if (known) {
      known.reads++;
      return known.register;
    }
    const register = this.registerLike(reg);
    this.loaded.set(reg, { register, reads: 1 });
    before.push({ op: 'reload', defs: [register], uses: [], imm: this.slotOf(reg), spilled: reg, place });
    return register;
  }

  /** What was loaded holds no more from here on. A register with one reader is as short-lived as can be. */
  private forget(reg: Reg): void {
    const known = this.loaded.get(reg);
    if (known?.reads === 1) this.made.push(known.register);
    this.loaded.delete(reg);
  }

  private remade(reg: Reg): MInst | undefined {
    const list = this.definitions.get(reg) ?? [];
    return list.length === 1 && REMADE.has(list[0].op) ? list[0] : undefined;
  }

  private slotOf(reg: Reg): number {
    const known = this.slots.get(reg);
    if (known !== undefined) return known;
    const slot = this.func.spillSlots++;
    this.slots.set(reg, slot);
    return slot;
  }

  private fresh(like: Reg): Reg {
    const reg = this.registerLike(like);
    this.made.push(reg);
    return reg;
  }

  /** A new register of the same class. */
  private registerLike(like: Reg): Reg {
    const count = this.func.nextReg++;
    return isSingle(like) ? virtualSingle(count) : count;
  }
}

function findDefinitions(func: MFunc, wanted: ReadonlySet<Reg>): Map<Reg, MInst[]> {
  const found = new Map<Reg, MInst[]>();
  for (const block of func.blocks) {
    for (const inst of block.insts) {
      for (const reg of inst.defs) {
        if (wanted.has(reg)) found.set(reg, [...(found.get(reg) ?? []), inst]);
      }
    }
  }
  return found;
}
