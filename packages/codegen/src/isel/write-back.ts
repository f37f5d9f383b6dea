/**
 * An access through a pointer that is moved right behind it does both: `ldr r0, [r1], #4` (post-indexed) loads and then
 * moves, `ldr r0, [r1, #4]!` (pre-indexed) moves and then loads (DDI 0403E A7.7.43, T4). So do VLDM and VSTM for one
 * register of the floating-point unit, by 4 (A7.7.235).
 */
import { computeLiveness } from '../regalloc/liveness.ts';
import type { MBlock, MInst, MOp, Reg } from './mir.ts';

const LOADS: ReadonlySet<MOp> = new Set<MOp>(['ldr', 'ldrb', 'ldrh', 'ldrsb', 'ldrsh', 'vldr']);
const STORES: ReadonlySet<MOp> = new Set<MOp>(['str', 'strb', 'strh', 'vstr']);
/** The offset has 8 bits and a sign. */
const REACH = 255;

export function writeBack(blocks: readonly MBlock[]): void {
  let live: ReturnType<typeof computeLiveness> | undefined;
  for (const block of blocks) {
    for (let i = block.insts.length - 1; i > 0; i--) {
      const step = stepOf(block.insts[i]);
      if (step === undefined) continue;
      const access = findAccess(block, i, step);
      if (access === undefined) continue;
      live ??= computeLiveness(blocks);
      if (!isDeadBehind(block, i, block.insts[i].uses[0], live.out.get(block.id)!)) continue;
      join(block, access, i, step);
      i--;
    }
  }
}

/** By how much an instruction moves a pointer. */
function stepOf({ op, defs, uses, imm, setsFlags, predicated }: MInst): number | undefined {
  if ((op !== 'add' && op !== 'sub') || imm === undefined || setsFlags || predicated || defs[0] === uses[0])
    return undefined;
  const step = op === 'add' ? imm | 0 : -imm | 0;
  return Math.abs(step) <= REACH && step !== 0 ? step : undefined;
}

/** The last access before the pointer at `at` is moved, if nothing else is done with either until there. */
function findAccess({ insts }: MBlock, at: number, step: number): number | undefined {
  const {
    uses: [pointer],
    defs: [moved],
  } = insts[at];
  for (let i = at - 1; i >= 0; i--) {
    const { op, uses, defs } = insts[i];
    if (uses.includes(pointer)) return isFit(insts[i], pointer, step) && !defs.includes(moved) ? i : undefined;
    if (defs.includes(pointer) || defs.includes(moved) || uses.includes(moved) || op === 'bl' || op === 'blx')
      return undefined;
  }
  return undefined;
}

function isFit({ op, uses, imm, indexed, writeBack: isMoving }: MInst, pointer: Reg, step: number): boolean {
  const isLoad = LOADS.has(op);
  if ((!isLoad && !STORES.has(op)) || indexed || isMoving) return false;
  const address = uses[isLoad ? 0 : 1];
  // What is stored must not be the pointer itself, which changes.
  if (address !== pointer || uses.filter((reg) => reg === pointer).length > 1) return false;
  if (op === 'vldr' || op === 'vstr') return step === 4 && (imm ?? 0) === 0;
  return (imm ?? 0) === 0 || imm === step;
}

function isDeadBehind({ insts }: MBlock, at: number, reg: Reg, liveOut: ReadonlySet<Reg>): boolean {
  for (const { uses, defs } of insts.slice(at + 1)) {
    if (uses.includes(reg)) return false;
    if (defs.includes(reg)) return true;
  }
  return !liveOut.has(reg);
}

function join(block: MBlock, from: number, at: number, step: number): void {
  const access = block.insts[from];
  const { uses: [pointer], defs: [moved], place } = block.insts[at]; // biome-ignore format: one line
  const copy: MInst = { op: 'copy', defs: [moved], uses: [pointer], place };
  const data = access.uses.filter((reg) => reg !== pointer);
  const joined: MInst = {
    ...access,
    defs: [moved, ...access.defs],
    uses: [moved, ...data],
    tied: true,
    imm: step,
    writeBack: (access.imm ?? 0) === 0 ? 'post' : 'pre',
  };
  const { insts } = block;
  block.insts = [...insts.slice(0, from), copy, joined, ...insts.slice(from + 1, at), ...insts.slice(at + 1)];
}
