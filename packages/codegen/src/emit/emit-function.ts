/** A function with its registers assigned → a code section: prologue, blocks, returns, traps, pool. */
import type { Section } from '@kickstage/object/object-file';
import type { TrapReason } from '../ir/types.ts';
import { FIRST_VREG, LR, type MBlock, type MFunc, type MInst, PC, type Reg } from '../isel/mir.ts';
import type { Allocation } from '../regalloc/allocate.ts';
import { assemble } from './assemble.ts';
import { type ExpandContext, expand, put } from './expand.ts';
import { type Frame, layoutFrame } from './frame.ts';
import type { Item, Label } from './items.ts';
import { skipEmptyBlocks } from './skip-empty.ts';
import { TRAP_CODES } from './traps.ts';

export interface EmittedFunction {
  readonly section: Section;
  readonly frame: Frame;
}

export function emitFunction(func: MFunc, allocation: Allocation): EmittedFunction {
  const colour = (reg: Reg) => (reg < FIRST_VREG ? reg : (allocation.colours.get(reg) ?? 0));
  const used = new Set<Reg>(func.blocks.flatMap((b) => b.insts.flatMap((i) => [...i.defs, ...i.uses].map(colour))));
  const frame = layoutFrame(func, used);
  const traps = new Map<string, Label>();
  const trapLabel = (reason: string) => {
    if (!traps.has(reason)) traps.set(reason, -1 - traps.size);
    return traps.get(reason)!;
  };
  const items: Item[] = [];
  const ctx: ExpandContext = { frame, colour, trapLabel, flagsLive: false, items };
  prologue(ctx, frame, func.blocks[0].insts[0]);
  const blocks = skipEmptyBlocks(func.blocks, colour);
  blocks.forEach((block, i) => emitBlock(ctx, block, blocks[i + 1]));
  for (const [reason, label] of traps) {
    items.push(
      { kind: 'label', label },
      { kind: 'inst', id: 'UDF_T1', operands: { imm32: TRAP_CODES[reason as TrapReason] } },
    );
  }
  return { section: assemble(`.text.${func.name}`, items), frame };
}

const maskOf = (regs: readonly Reg[]) => regs.reduce((mask, reg) => mask | (1 << reg), 0);

/** Anything that leaves the block is last; flags live only between a comparison and its user. */
function emitBlock(ctx: ExpandContext, block: MBlock, next: MBlock | undefined): void {
  ctx.items.push({ kind: 'label', label: block.id });
  const flags = flagsLiveAfter(block.insts);
  block.insts.forEach((inst, i) => {
    ctx.flagsLive = flags[i];
    emitInst(ctx, inst, next);
  });
}

/** For each instruction, whether something behind it reads the flags before they are set again. */
function flagsLiveAfter(insts: readonly MInst[]): boolean[] {
  const live = new Array<boolean>(insts.length);
  let needed = false;
  for (let i = insts.length - 1; i >= 0; i--) {
    live[i] = needed;
    if (insts[i].setsFlags) needed = false;
    if (insts[i].usesFlags) needed = true;
  }
  return live;
}

function emitInst(ctx: ExpandContext, inst: MInst, next: MBlock | undefined): void {
  const branch = (cond: number | undefined, target: Label) =>
    ctx.items.push({ kind: 'branch', cond, target, place: inst.place });
  const targets = inst.targets ?? [];
  switch (inst.op) {
    case 'b':
      if (targets[0] !== next?.id) branch(undefined, targets[0]);
      return;
    case 'bcc':
      if (targets[0] === next?.id) return void branch(inst.cond! ^ 1, targets[1]);
      branch(inst.cond, targets[0]);
      if (targets[1] !== next?.id) branch(undefined, targets[1]);
      return;
    case 'cbz':
    case 'cbnz': {
      const reg = ctx.colour(inst.uses[0]);
      const swap = targets[0] === next?.id;
      const zero = (inst.op === 'cbz') !== swap;
      ctx.items.push({ kind: 'zeroBranch', reg, zero, target: swap ? targets[1] : targets[0], place: inst.place });
      if (!swap && targets[1] !== next?.id) branch(undefined, targets[1]);
      return;
    }
    case 'switch':
      return emitSwitch(ctx, inst);
    case 'return':
      return epilogue(ctx, inst);
    case 'trap':
      return put(ctx, inst, 'UDF_T1', { imm32: TRAP_CODES[inst.name as TrapReason] });
    case 'unreachable':
      return;
    default:
      expand(ctx, inst);
  }
}

/** Few cases are compared one by one; many go through a table behind a range check. */
function emitSwitch(ctx: ExpandContext, inst: MInst): void {
  const index = ctx.colour(inst.uses[0]);
  const cases = inst.targets!.slice(0, -1);
  const otherwise = inst.targets!.at(-1)!;
  if (cases.length <= 3) {
    cases.forEach((target, i) => {
      if (i === 0) ctx.items.push({ kind: 'zeroBranch', reg: index, zero: true, target, place: inst.place });
      else {
        put(ctx, inst, index < 8 ? 'CMP_imm_T1' : 'CMP_imm_T2', { Rn: index, imm32: i });
        ctx.items.push({ kind: 'branch', cond: 0, target, place: inst.place });
      }
    });
    ctx.items.push({ kind: 'branch', cond: undefined, target: otherwise, place: inst.place });
    return;
  }
  put(ctx, inst, index < 8 && cases.length < 256 ? 'CMP_imm_T1' : 'CMP_imm_T2', { Rn: index, imm32: cases.length });
  ctx.items.push({ kind: 'branch', cond: 2, target: otherwise, place: inst.place });
  ctx.items.push({ kind: 'table', index, targets: cases, place: inst.place });
}

function prologue(ctx: ExpandContext, frame: Frame, first: MInst): void {
  if (frame.saved.length > 0) {
    const registers = maskOf(frame.saved);
    const narrow = frame.saved.every((reg) => reg < 8 || reg === LR);
    if (frame.saved.length === 1 && !narrow) put(ctx, first, 'PUSH_T3', { registers });
    else put(ctx, first, narrow ? 'PUSH_T1' : 'PUSH_T2', { registers });
  }
  if (frame.locals > 0) {
    const operands = { Rd: 13, Rn: 13, imm32: frame.locals };
    if (frame.locals <= 508) put(ctx, first, 'SUB_SPimm_T1', operands);
    else put(ctx, first, 'SUB_SPimm_T3', operands);
  }
}

function epilogue(ctx: ExpandContext, inst: MInst): void {
  const { frame } = ctx;
  if (frame.locals > 0) {
    const operands = { Rd: 13, Rn: 13, imm32: frame.locals };
    if (frame.locals <= 508) put(ctx, inst, 'ADD_SPimm_T2', operands);
    else put(ctx, inst, 'ADD_SPimm_T4', operands);
  }
  if (frame.saved.length === 0) return put(ctx, inst, 'BX_T1', { Rm: LR });
  const popped = frame.saved.map((reg) => (reg === LR ? PC : reg));
  const narrow = popped.every((reg) => reg < 8 || reg === PC);
  if (popped.length === 1) return put(ctx, inst, narrow ? 'POP_T1' : 'POP_T3', { registers: maskOf(popped) });
  return put(ctx, inst, narrow ? 'POP_T1' : 'POP_T2', { registers: maskOf(popped) });
}
