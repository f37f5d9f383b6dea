/**
 * Puts values that got no register into stack slots: stored after each definition, loaded before each use into a
 * register of its own. Constants and addresses are made again instead.
 */
import type { MFunc, MInst, Reg } from '../isel/mir.ts';

/** Rewrites the function; returns the short-lived registers it made, which must not be spilled again. */
export function insertSpills(func: MFunc, spills: readonly Reg[]): Reg[] {
  const made: Reg[] = [];
  const wanted = new Set(spills);
  const definitions = findDefinitions(func, wanted);
  const slots = new Map<Reg, number>();
  const slotOf = (reg: Reg) => {
    if (!slots.has(reg)) slots.set(reg, func.spillSlots++);
    return slots.get(reg)!;
  };
  const remade = (reg: Reg) => {
    const list = definitions.get(reg) ?? [];
    return list.length === 1 && (list[0].op === 'const' || list[0].op === 'address') ? list[0] : undefined;
  };
  const fresh = () => {
    const reg = func.nextReg++;
    made.push(reg);
    return reg;
  };
  for (const block of func.blocks) {
    const insts: MInst[] = [];
    for (const inst of block.insts) {
      if (inst.defs.some((reg) => wanted.has(reg) && remade(reg) === inst)) continue;
      const replaced = new Map<Reg, Reg>();
      for (const reg of new Set(inst.uses)) {
        if (!wanted.has(reg)) continue;
        const temporary = fresh();
        replaced.set(reg, temporary);
        const source = remade(reg);
        if (source) insts.push({ ...source, defs: [temporary], uses: [], place: inst.place });
        else
          insts.push({ op: 'reload', defs: [temporary], uses: [], imm: slotOf(reg), spilled: reg, place: inst.place });
      }
      const after: MInst[] = [];
      const uses = inst.uses.map((reg) => replaced.get(reg) ?? reg);
      const defs = inst.defs.map((reg) => {
        if (!wanted.has(reg)) return reg;
        // What is changed in place stays in one register.
        const temporary = (inst.tied && replaced.get(reg)) || fresh();
        const { place, isEntry } = inst;
        after.push({ op: 'spill', defs: [], uses: [temporary], imm: slotOf(reg), spilled: reg, place, isEntry });
        return temporary;
      });
      insts.push({ ...inst, uses, defs }, ...after);
    }
    block.insts = insts;
  }
  return made;
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
