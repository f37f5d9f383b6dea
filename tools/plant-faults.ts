/**
 * Faults of register allocation, planted in good allocations: each is a function and its registers with one thing wrong,
 * of a kind that a mistaken allocator could produce. Whether it changes what the program means is for others to say.
 */
import { isSingle, isVirtual, type MBlock, type MFunc, type MInst, type Reg } from '@kickstage/codegen/isel/mir';
import { ALL_SINGLES, registerName } from '@kickstage/codegen/isel/registers';
import type { Allocation } from '@kickstage/codegen/regalloc/allocate';

export interface Allocated {
  readonly func: MFunc;
  readonly allocation: Allocation;
}

export interface Fault extends Allocated {
  readonly kind: string;
  readonly text: string;
}

type Planter = (good: Allocated) => Iterable<Omit<Fault, 'kind'>>;

interface Site {
  readonly block: number;
  readonly index: number;
  readonly inst: MInst;
}

function* sitesOf({ blocks }: MFunc): Generator<Site> {
  for (const [block, { insts }] of blocks.entries())
    for (const [index, inst] of insts.entries()) yield { block, index, inst };
}

const show = ({ op, defs, uses, imm }: MInst) =>
  `${op} ${defs.join(',')} <- ${uses.join(',')}${imm === undefined ? '' : ` #${imm}`}`;
const at = ({ block, index, inst }: Site) => `${block}.${index} ${show(inst)}`;

/** The function with the instructions of one block changed. */
function withBlock(func: MFunc, block: number, change: (insts: readonly MInst[]) => MInst[]): MFunc {
  const blocks = func.blocks.map((b, i): MBlock => (i === block ? { ...b, insts: change(b.insts) } : b));
  return { ...func, blocks };
}

const withInst = (func: MFunc, { block, index }: Site, ...to: MInst[]) =>
  withBlock(func, block, (insts) => [...insts.slice(0, index), ...to, ...insts.slice(index + 1)]);

const replaced = <T>(list: readonly T[], index: number, value: T): T[] => list.map((x, i) => (i === index ? value : x));

const registersOf = ({ func }: Allocated) =>
  [...new Set([...sitesOf(func)].flatMap(({ inst }) => [...inst.defs, ...inst.uses]))].filter(isVirtual);

const recoloured = ({ func, allocation }: Allocated, changes: readonly (readonly [Reg, Reg])[]): Allocated => ({
  func,
  allocation: { colours: new Map([...allocation.colours, ...changes]) },
});

/** Another register for one value: two live values in one, a register that a call destroys, sp, pc. */
function* wrongRegister(good: Allocated, from: readonly Reg[], isSameClass = true) {
  for (const reg of registersOf(good)) {
    for (const colour of from) {
      if ((isSingle(reg) === isSingle(colour)) !== isSameClass) continue;
      if (good.allocation.colours.get(reg) === colour) continue;
      yield { ...recoloured(good, [[reg, colour]]), text: `v${reg} in ${registerName(colour)}` };
    }
  }
}

function* swappedRegisters(good: Allocated) {
  const { colours } = good.allocation;
  const regs = registersOf(good);
  for (const [i, a] of regs.entries()) {
    for (const b of regs.slice(i + 1)) {
      const [x, y] = [colours.get(a)!, colours.get(b)!];
      if (x !== y)
        yield {
          ...recoloured(good, [
            [a, y],
            [b, x],
          ]),
          text: `v${a} in ${registerName(y)}, v${b} in ${registerName(x)}`,
        };
    }
  }
}

function* wrongUse(good: Allocated) {
  const regs = registersOf(good);
  for (const site of sitesOf(good.func)) {
    for (const [i, use] of site.inst.uses.entries()) {
      for (const reg of regs) {
        if (reg === use) continue;
        const func = withInst(good.func, site, { ...site.inst, uses: replaced(site.inst.uses, i, reg) });
        yield { ...good, func, text: `${at(site)}: use ${i} is v${reg}` };
      }
    }
  }
}

function* wrongDefinition(good: Allocated) {
  const regs = registersOf(good);
  for (const site of sitesOf(good.func)) {
    for (const [i, def] of site.inst.defs.entries()) {
      for (const reg of regs) {
        if (reg === def) continue;
        const func = withInst(good.func, site, { ...site.inst, defs: replaced(site.inst.defs, i, reg) });
        yield { ...good, func, text: `${at(site)}: defines v${reg}` };
      }
    }
  }
}

function dropped(...ops: readonly MInst['op'][]): Planter {
  return function* (good) {
    for (const site of sitesOf(good.func)) {
      if (ops.includes(site.inst.op)) yield { ...good, func: withInst(good.func, site), text: at(site) };
    }
  };
}

function* droppedOther(good: Allocated) {
  for (const site of sitesOf(good.func)) {
    if (site.inst.targets || ['copy', 'spill', 'reload', 'const', 'address'].includes(site.inst.op)) continue;
    yield { ...good, func: withInst(good.func, site), text: at(site) };
  }
}

/** Two neighbours in the other order: moves at once that were put in a wrong order, a store before its value is there. */
function* exchanged(good: Allocated) {
  for (const site of sitesOf(good.func)) {
    const next = good.func.blocks[site.block].insts[site.index + 1];
    if (!next || site.inst.targets || next.targets || next.op === 'return') continue;
    const func = withBlock(good.func, site.block, (insts) =>
      insts.map((inst, i) => (i === site.index ? next : i === site.index + 1 ? site.inst : inst)),
    );
    yield { ...good, func, text: `${at(site)} behind ${show(next)}` };
  }
}

/** The sources of two moves in a row exchanged. */
function* exchangedSources(good: Allocated) {
  for (const site of sitesOf(good.func)) {
    const { insts } = good.func.blocks[site.block];
    const next = insts[site.index + 1];
    if (site.inst.op !== 'copy' || next?.op !== 'copy' || site.inst.uses[0] === next.uses[0]) continue;
    const func = withBlock(good.func, site.block, () =>
      insts.map((inst, i) =>
        i === site.index
          ? { ...inst, uses: next.uses }
          : i === site.index + 1
            ? { ...inst, uses: site.inst.uses }
            : inst,
      ),
    );
    yield { ...good, func, text: `${at(site)}, ${show(next)}` };
  }
}

function* exchangedOperands(good: Allocated) {
  for (const site of sitesOf(good.func)) {
    const [a, b, ...rest] = site.inst.uses;
    if (b === undefined || a === b) continue;
    yield { ...good, func: withInst(good.func, site, { ...site.inst, uses: [b, a, ...rest] }), text: at(site) };
  }
}

function* wrongSlot(good: Allocated) {
  for (const site of sitesOf(good.func)) {
    if (site.inst.op !== 'spill' && site.inst.op !== 'reload') continue;
    for (let imm = 0; imm <= good.func.spillSlots; imm++) {
      if (imm === site.inst.imm) continue;
      yield { ...good, func: withInst(good.func, site, { ...site.inst, imm }), text: `${at(site)}: slot ${imm}` };
    }
  }
}

/** Two spilled values in one slot, and one slot too few in the frame. */
function* sharedSlot(good: Allocated) {
  const { func } = good;
  for (let a = 0; a < func.spillSlots; a++) {
    for (let b = a + 1; b < func.spillSlots; b++) {
      const blocks = func.blocks.map(({ id, insts }) => ({
        id,
        insts: insts.map((inst) =>
          (inst.op === 'spill' || inst.op === 'reload') && inst.imm === b ? { ...inst, imm: a } : inst,
        ),
      }));
      yield { ...good, func: { ...func, blocks }, text: `slots ${a} and ${b}` };
    }
  }
  if (func.spillSlots > 0) {
    yield { ...good, func: { ...func, spillSlots: func.spillSlots - 1 }, text: 'one slot less' };
  }
}

/** A constant made again for a use, but another one; a symbol's address likewise. */
function* wrongConstant(good: Allocated) {
  for (const site of sitesOf(good.func)) {
    const { op, imm = 0 } = site.inst;
    if (op !== 'const' && op !== 'address') continue;
    const func = withInst(good.func, site, { ...site.inst, imm: (imm + 4) >>> 0 });
    yield { ...good, func, text: `${at(site)}: 4 more` };
  }
}

/** Something that was no instruction of the program, or one of them twice. */
function* added(good: Allocated) {
  for (const site of sitesOf(good.func)) {
    if (site.inst.targets || site.inst.op === 'return') continue;
    yield { ...good, func: withInst(good.func, site, site.inst, site.inst), text: `${at(site)} twice` };
    const [reg] = site.inst.defs;
    if (reg === undefined || !isVirtual(reg)) continue;
    const other = registersOf(good).find((r) => good.allocation.colours.get(r) !== good.allocation.colours.get(reg));
    if (other === undefined) continue;
    const copy: MInst = { op: 'copy', defs: [reg], uses: [other] };
    yield { ...good, func: withInst(good.func, site, site.inst, copy), text: `${at(site)}, then ${show(copy)}` };
  }
}

function* wrongBranch(good: Allocated) {
  for (const site of sitesOf(good.func)) {
    for (const [i, target] of (site.inst.targets ?? []).entries()) {
      for (const { id } of good.func.blocks.slice(1)) {
        if (id === target) continue;
        const targets = replaced(site.inst.targets!, i, id);
        yield { ...good, func: withInst(good.func, site, { ...site.inst, targets }), text: `${at(site)} to ${id}` };
      }
    }
  }
}

/** Frames: nothing saved, as in a function that never returns; no room for outgoing arguments. */
function* wrongFrame(good: Allocated) {
  const { func } = good;
  yield { ...good, func: { ...func, returns: !func.returns }, text: 'callee-saved registers are not saved' };
  if (func.outgoing > 0) yield { ...good, func: { ...func, outgoing: 0 }, text: 'no room for arguments' };
}

function* lessDestroyed(good: Allocated) {
  for (const site of sitesOf(good.func)) {
    if (!site.inst.clobbers) continue;
    yield { ...good, func: withInst(good.func, site, { ...site.inst, clobbers: [] }), text: at(site) };
  }
}

const ALL_REGISTERS = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 14];

const PLANTERS: readonly (readonly [kind: string, plant: Planter])[] = [
  ['another register', (good) => wrongRegister(good, ALL_REGISTERS)],
  ['another single-precision register', (good) => wrongRegister(good, ALL_SINGLES)],
  ['a register of another class', (good) => wrongRegister(good, [0, 5, 12, ...ALL_SINGLES.slice(14, 18)], false)],
  ['sp or pc', (good) => wrongRegister(good, [13, 15])],
  ['two registers swapped', swappedRegisters],
  ['another operand', wrongUse],
  ['another result', wrongDefinition],
  ['a move dropped', dropped('copy')],
  ['a reload dropped', dropped('reload')],
  ['a spill dropped', dropped('spill')],
  ['a constant dropped', dropped('const', 'address')],
  ['another instruction dropped', droppedOther],
  ['neighbours exchanged', exchanged],
  ['sources of two moves exchanged', exchangedSources],
  ['operands exchanged', exchangedOperands],
  ['another slot', wrongSlot],
  ['slots shared or missing', sharedSlot],
  ['another constant', wrongConstant],
  ['an instruction added', added],
  ['another target', wrongBranch],
  ['a wrong frame', wrongFrame],
  ['a call destroys less', lessDestroyed],
];

/** Every single fault of every kind. */
export function* plantFaults(good: Allocated): Generator<Fault> {
  for (const [kind, plant] of PLANTERS) for (const fault of plant(good)) yield { kind, ...fault };
}

export const FAULT_KINDS: readonly string[] = PLANTERS.map(([kind]) => kind);
