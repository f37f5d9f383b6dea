/**
 * Comparisons with zero whose answer another instruction gives on the way: an addition, a shift or a logical operation
 * sets N and Z by its result where it is asked to (DDI 0403E A7.3), and a shift puts the last bit that falls out into C.
 * The instruction moves down to the comparison where others stand between that would be longer for leaving the flags alone.
 */
import { isModifiedImmediate } from '@kickstage/armv7m/immediates';
import { CC, CS, EQ, GE, LT, type MBlock, MI, type MInst, type MOp, NE, PL, type Reg } from './mir.ts';

/** Operations with a form that sets N and Z by the result. */
const SETS_FLAGS: ReadonlySet<MOp> = new Set<MOp>([
  ...(['add', 'sub', 'rsb', 'and', 'orr', 'eor', 'bic', 'orn', 'mvn', 'lsl', 'lsr', 'asr', 'ror'] as const),
]);
/** What each condition on a comparison with zero is on the flags of the result itself: V is another, N and Z are the same. */
const BY_RESULT: ReadonlyMap<number, number> = new Map([
  [EQ, EQ],
  [NE, NE],
  [LT, MI],
  [GE, PL],
]);
/** Operations that are as short with flags to keep as without. */
const FLAGLESS: ReadonlySet<MOp> = new Set<MOp>([
  ...(['copy', 'ldr', 'ldrb', 'ldrh', 'ldrsb', 'ldrsh', 'str', 'strb', 'strh', 'ldrd', 'strd'] as const),
  ...(['mla', 'mls', 'umull', 'smull', 'umlal', 'smlal', 'uxtb', 'uxth', 'sxtb', 'sxth', 'ubfx', 'sbfx'] as const),
]);

/** `fresh` makes a register for a result that nobody needs. */
export function reuseFlags(blocks: readonly MBlock[], fresh: () => Reg): void {
  for (const block of blocks) {
    for (let i = block.insts.length - 1; i >= 0; i--) {
      const inst = block.insts[i];
      if (inst.op === 'tst' && !testByShift(block, i)) shiftOut(block, i, fresh);
      else if (isZeroTest(inst)) testByResult(block, i);
    }
  }
}

const isZeroTest = ({ op, imm }: MInst) => op === 'cbz' || op === 'cbnz' || (op === 'cmp' && imm === 0);

/** Where the register is tested for zero right behind the instruction that makes it, or as good as that. */
function testByResult(block: MBlock, at: number): void {
  const test = block.insts[at];
  const found = findDefinition(block, at, test.uses[0]);
  if (!found || !maySetFlags(block.insts[found.from])) return;
  const { from, stays } = found;
  const readers = test.op === 'cmp' ? readersOf(block, at) : [];
  if (readers.some(({ cond }) => !BY_RESULT.has(cond!))) return;
  const setting: MInst = { ...block.insts[from], setsFlags: true };
  const between = block.insts.slice(from + 1, at);
  const way = stays ? [setting, ...between] : [...between, setting];
  const rest = block.insts.slice(at + 1).map((inst) => {
    return readers.includes(inst) ? { ...inst, cond: BY_RESULT.get(inst.cond!) } : inst;
  });
  block.insts = [...block.insts.slice(0, from), ...way, ...branchOn(test), ...rest];
}

/** The branch that a test with a branch of its own becomes, where the flags are known. */
function branchOn({ op, targets, place }: MInst): MInst[] {
  if (op === 'cmp') return [];
  return [{ op: 'bcc', defs: [], uses: [], cond: op === 'cbz' ? EQ : NE, usesFlags: true, targets, place }];
}

function maySetFlags({ op, imm, setsFlags, predicated }: MInst): boolean {
  return SETS_FLAGS.has(op) && !setsFlags && !predicated && (isShift(op) || isEncodable(imm));
}

const isShift = (op: MOp) => op === 'lsl' || op === 'lsr' || op === 'asr' || op === 'ror';
/** ADDW and SUBW, which take other numbers, cannot set the flags. */
const isEncodable = (imm: number | undefined) => imm === undefined || isModifiedImmediate(imm >>> 0);

/** The instruction that makes `reg` for the one at `at`: one that may move down to there, or whose flags last until there. */
function findDefinition({ insts }: MBlock, at: number, reg: Reg): { from: number; stays: boolean } | undefined {
  const between: MInst[] = [];
  for (let i = at - 1; i >= 0; i--) {
    const inst = insts[i];
    if (inst.defs.includes(reg)) {
      const stays = !mayPass(inst, between);
      if (inst.defs.length > 1 || (stays && !between.every(({ op }) => FLAGLESS.has(op)))) return undefined;
      return { from: i, stays };
    }
    if (inst.setsFlags || inst.usesFlags || inst.clobbers || inst.op === 'cpu') return undefined;
    between.push(inst);
  }
  return undefined;
}

/** Whether an instruction may be executed behind others. */
function mayPass({ defs, uses }: MInst, others: readonly MInst[]): boolean {
  return others.every(
    (other) => !other.uses.some((reg) => defs.includes(reg)) && !other.defs.some((reg) => uses.includes(reg)),
  );
}

/** What reads the flags that the instruction sets. */
function readersOf({ insts }: MBlock, at: number): MInst[] {
  const readers: MInst[] = [];
  for (const inst of insts.slice(at + 1)) {
    if (inst.usesFlags) readers.push(inst);
    if (inst.setsFlags) break;
  }
  return readers;
}

/** A bit that a shift by a constant moves out last is in C behind it. */
function testByShift(block: MBlock, at: number): boolean {
  const { uses, imm, shift } = block.insts[at];
  const bit = imm === undefined || shift ? -1 : Math.log2(imm >>> 0);
  if (uses.length !== 1 || !Number.isInteger(bit) || bit < 0) return false;
  const isFit = ({ op, uses: [source], imm: amount, setsFlags, predicated }: MInst) =>
    source === uses[0] &&
    !setsFlags &&
    !predicated &&
    ((op === 'lsr' && amount === bit + 1) || (op === 'lsl' && amount === 32 - bit));
  const from = block.insts.slice(0, at).findLastIndex(isFit);
  const readers = readersOf(block, at);
  if (from < 0 || readers.some(({ cond }) => cond !== EQ && cond !== NE)) return false;
  const between = block.insts.slice(from + 1, at);
  if (between.some(({ setsFlags, usesFlags, clobbers, op }) => setsFlags || usesFlags || clobbers || op === 'cpu'))
    return false;
  const moved = block.insts[from];
  if (!mayPass(moved, between) || between.some(({ defs }) => defs.includes(moved.defs[0]))) return false;
  const insts = [...block.insts];
  for (const reader of readers) insts[insts.indexOf(reader)] = { ...reader, cond: reader.cond === NE ? CS : CC };
  insts[at] = { ...moved, setsFlags: true };
  insts.splice(from, 1);
  block.insts = insts;
  return true;
}

/**
 * TST with a number takes 32 bits. A shift that moves a single bit to the top, or other bits than the tested ones out,
 * takes 16 where its register is a low one.
 */
function shiftOut(block: MBlock, at: number, fresh: () => Reg): void {
  const { uses, imm, shift, place } = block.insts[at];
  const readers = readersOf(block, at);
  if (imm === undefined || shift || readers.some(({ cond }) => cond !== EQ && cond !== NE)) return;
  const insts = [...block.insts];
  const replace = (op: 'lsl' | 'lsr', amount: number) => {
    insts[at] = { op, defs: [fresh()], uses, imm: amount, setsFlags: true, place };
    block.insts = insts;
  };
  const mask = imm >>> 0;
  const lead = Math.clz32(mask);
  if (mask === 0) return;
  if (lead > 0 && mask === 2 ** (31 - lead)) {
    for (const reader of readers) insts[insts.indexOf(reader)] = { ...reader, cond: reader.cond === NE ? MI : PL };
    return replace('lsl', lead);
  }
  if (lead > 0 && mask === 2 ** (32 - lead) - 1) return replace('lsl', lead);
  const trail = 31 - Math.clz32(mask & -mask);
  if (lead === 0 && trail > 0 && mask === (-1 << trail) >>> 0) replace('lsr', trail);
}
