/**
 * The checker's first half: lines up a function as selected with the same function as allocated. An allocation may insert
 * spills and reloads, make a constant again before a use and leave out its definition, and name a short-lived register in
 * place of another; everything else must be as it was. What the registers hold is the other half's question.
 */
import { invariant } from '@kickstage/base/invariant';
import { isSingle, isVirtual, type MBlock, type MFunc, type MInst, type Reg } from '../isel/mir.ts';
import { countOf } from '../isel/registers.ts';

export type Step =
  /** `inst` stands for `wanted`, register by register. */
  | { readonly kind: 'same'; readonly wanted: MInst; readonly inst: MInst }
  | { readonly kind: 'spill' | 'reload'; readonly inst: MInst }
  /** A constant or address made once more: as good as any of these. */
  | { readonly kind: 'made-again'; readonly inst: MInst; readonly values: readonly Reg[] };

/** The function as selected, for the checker. `allocate` leaves it alone. */
export function beforeAllocation(func: MFunc): MFunc {
  const copy = (inst: MInst): MInst => ({ ...inst, defs: [...inst.defs], uses: [...inst.uses] });
  return { ...func, blocks: func.blocks.map(({ id, insts }) => ({ id, insts: insts.map(copy) })) };
}

/** The steps of each block, in the order of the function's blocks. */
export function stepsOf(before: MFunc, func: MFunc): Step[][] {
  const { name, blocks } = func;
  const isFrameSame = before.outgoing === func.outgoing && before.returns === func.returns;
  invariant(isFrameSame && before.spillSlots === 0, `${name}: the frame is another one`);
  const ids = (list: readonly MBlock[]) => list.map(({ id }) => id).join();
  invariant(ids(before.blocks) === ids(blocks), `${name}: the blocks are others`);
  const constants = new Constants(before);
  return blocks.map(({ insts }, i) => alignBlock(before, constants, before.blocks[i].insts, insts));
}

function alignBlock(before: MFunc, constants: Constants, wanted: readonly MInst[], insts: readonly MInst[]): Step[] {
  const isFresh = (reg: Reg) => countOf(reg) >= before.nextReg;
  const steps: Step[] = [];
  let next = 0;
  for (const inst of insts) {
    if (inst.op === 'spill' || inst.op === 'reload') {
      steps.push({ kind: inst.op, inst });
      continue;
    }
    while (next < wanted.length && constants.isOne(wanted[next]) && wanted[next].defs[0] !== inst.defs[0]) next++;
    const match = wanted[next];
    if (match && isSameInstruction(match, inst, isFresh)) {
      steps.push({ kind: 'same', wanted: match, inst });
      next++;
      continue;
    }
    const values = inst.defs.length === 1 && isFresh(inst.defs[0]) ? constants.like(inst) : [];
    invariant(values.length > 0, `${before.name}: ${inst.op} is no instruction of the program here`);
    steps.push({ kind: 'made-again', inst, values });
  }
  const left = wanted.slice(next).find((inst) => !constants.isOne(inst));
  invariant(left === undefined, `${before.name}: ${left?.op} is missing`);
  return steps;
}

/** Registers that are defined once, by a constant or a symbol's address: their value can be made anywhere. */
class Constants {
  private readonly definitions = new Map<Reg, MInst>();

  constructor({ blocks }: MFunc) {
    const all = blocks.flatMap(({ insts }) => insts);
    const counts = new Map<Reg, number>();
    for (const reg of all.flatMap(({ defs }) => defs)) counts.set(reg, (counts.get(reg) ?? 0) + 1);
    for (const inst of all) {
      const [reg] = inst.defs;
      const isConstant = inst.op === 'const' || inst.op === 'address';
      if (isConstant && isVirtual(reg) && counts.get(reg) === 1) this.definitions.set(reg, inst);
    }
  }

  isOne({ defs }: MInst): boolean {
    return defs.length === 1 && this.definitions.has(defs[0]);
  }

  /** Registers whose value this instruction makes. */
  like(inst: MInst): Reg[] {
    return [...this.definitions].filter(([, wanted]) => isSameButRegisters(wanted, inst)).map(([reg]) => reg);
  }
}

/** Same operation, same physical registers; a virtual result may go to a fresh register, virtual operands are checked later. */
function isSameInstruction(wanted: MInst, inst: MInst, isFresh: (reg: Reg) => boolean): boolean {
  const { defs, uses } = inst;
  return (
    defs.length === wanted.defs.length &&
    uses.length === wanted.uses.length &&
    wanted.defs.every(
      (reg, i) => defs[i] === reg || (isVirtual(reg) && isFresh(defs[i]) && isSingle(reg) === isSingle(defs[i])),
    ) &&
    wanted.uses.every(
      (reg, i) => uses[i] === reg || (areVirtual(reg, uses[i]) && isSingle(reg) === isSingle(uses[i])),
    ) &&
    isSameButRegisters(wanted, inst)
  );
}

const areVirtual = (a: Reg, b: Reg) => isVirtual(a) && isVirtual(b);

function isSameButRegisters(a: MInst, b: MInst): boolean {
  const { defs: _defsA, uses: _usesA, place: _placeA, ...fieldsA } = a;
  const { defs: _defsB, uses: _usesB, place: _placeB, ...fieldsB } = b;
  const keys = Object.keys({ ...fieldsA, ...fieldsB }) as (keyof typeof fieldsA)[];
  return keys.every(
    (key) => fieldsA[key] === fieldsB[key] || JSON.stringify(fieldsA[key]) === JSON.stringify(fieldsB[key]),
  );
}
