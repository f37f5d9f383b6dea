/** A function with its registers assigned → a code section: prologue, blocks, returns, traps, pool. */
import type { Operands } from '@kickstage/armv7m/encode';
import type { FunctionDebug } from '@kickstage/object/function-debug';
import type { Section } from '@kickstage/object/object-file';
import type { SourcePlace } from '@kickstage/object/source-place';
import { LOADER_SYMBOLS } from '../ir/sandbox-facts.ts';
import type { TrapReason } from '../ir/types.ts';
import { FIRST_VREG, LR, type MBlock, type MFunc, type MInst, PC, type Reg, SP } from '../isel/mir.ts';
import type { Allocation } from '../regalloc/allocate.ts';
import { blockWeights } from '../regalloc/block-weights.ts';
import { assemble, samePlace, sizeOf } from './assemble.ts';
import { type ExpandContext, expand, put } from './expand.ts';
import { RESET_ENTRY, switchOn } from './fpu-switch.ts';
import { type Frame, layoutFrame } from './frame.ts';
import { FrameTracker, lostRegisters } from './frame-states.ts';
import type { Item, Label } from './items.ts';
import { MAXIMUM_COMPARED, orderBlocks } from './order-blocks.ts';
import { fillPlaces } from './places.ts';
import { skipEmptyBlocks } from './skip-empty.ts';
import { TRAP_CODES } from './traps.ts';
import { trackVariables } from './variables.ts';

export interface EmittedFunction {
  readonly section: Section;
  readonly frame: Frame;
  /** For each block, how many instructions it has and how many loops are around it. */
  readonly work: readonly { readonly depth: number; readonly instructions: number }[];
  /** But what is the same for the whole module. */
  readonly debug: Omit<FunctionDebug, 'localsAreExact'>;
}

/** What is noted while items are made. */
interface EmitContext extends ExpandContext {
  readonly tracker: FrameTracker;
  /** The first item behind the prologue and the moves of parameters, once it is there. */
  bodyItem: number | undefined;
  /** The first item of each instruction. */
  readonly starts: { readonly inst?: MInst; readonly item: number }[];
}

export interface EmitOptions {
  /** The function traps at its entry where it would take more stack than there is. */
  readonly isSandboxed?: boolean;
  /** The program uses the floating-point unit: Reset_Handler switches it on. */
  readonly usesFpu?: boolean;
}

/** What `emitFunction` would say of size and work, without the bytes. */
export function measureFunction(func: MFunc, allocation: Allocation): Pick<EmittedFunction, 'work'> & { size: number } {
  const { ctx, work } = makeItems(func, allocation, {});
  return { size: sizeOf(ctx.items), work };
}

export function emitFunction(func: MFunc, allocation: Allocation, options: EmitOptions = {}): EmittedFunction {
  const { ctx, work, blocks, traps, bodyEnd } = makeItems(func, allocation, options);
  const { items, frame, tracker, starts, colour } = ctx;
  const { section, offsets, end } = assemble(`.text.${func.name}`, items);
  const offsetOf = (item: number) => offsets[item] ?? end;
  const points = starts.map(({ inst, item }, i) => {
    const end = offsetOf(starts[i + 1]?.item ?? bodyEnd);
    return { inst, start: offsetOf(item), firstEnd: Math.min(offsetOf(item + 1), end), end };
  });
  const debug = {
    bodyOffset: offsetOf(ctx.bodyItem ?? bodyEnd),
    sharedTraps: new Map([...traps.shared].map(([item, places]) => [offsetOf(item), places])),
    frame: tracker.states(offsets),
    parameterWords: func.told.type.params.map((type) => (type === 'i64' ? 2 : 1) as 1 | 2),
    variables: trackVariables({ func, blocks, colour, frame, points: points.filter((p) => p.end > p.start) }),
  };
  return { section, frame, debug, work };
}

interface FunctionItems {
  readonly ctx: EmitContext;
  readonly work: EmittedFunction['work'];
  /** In the order of the code. */
  readonly blocks: readonly MBlock[];
  readonly traps: Traps;
  /** The first item behind the blocks. */
  readonly bodyEnd: number;
}

function makeItems(
  func: MFunc,
  allocation: Allocation,
  { isSandboxed = false, usesFpu = false }: EmitOptions,
): FunctionItems {
  const colour = (reg: Reg) => (reg < FIRST_VREG ? reg : (allocation.colours.get(reg) ?? 0));
  const used = new Set<Reg>(func.blocks.flatMap((b) => b.insts.flatMap((i) => [...i.defs, ...i.uses].map(colour))));
  const frame = layoutFrame(func, used, isSandboxed);
  const traps = new Traps();
  const items: Item[] = [];
  const needed = skipEmptyBlocks(func.blocks, colour);
  const blocks = fillPlaces(orderBlocks(needed, blockWeights(needed)));
  const tracker = new FrameTracker(frame, lostRegisters(blocks, colour, frame));
  const starts: EmitContext['starts'] = [{ item: 0 }];
  const expansion: ExpandContext = { frame, usesFpu, colour, trapLabel: traps.label, flagsLive: false, items };
  const ctx: EmitContext = { ...expansion, tracker, bodyItem: undefined, starts };
  if (usesFpu && func.exports.includes(RESET_ENTRY)) switchOn(ctx, func.place);
  if (isSandboxed && frame.size > 0) checkStack(ctx, frame, func.place);
  prologue(ctx, frame, func.place);
  const weights = blockWeights(blocks);
  const work = blocks.map((block, i) => {
    const before = items.length;
    emitBlock(ctx, block, blocks[i + 1]);
    return { depth: Math.log10(weights.get(block.id)!), instructions: items.length - before - 1 };
  });
  const bodyEnd = items.length;
  tracker.traps(bodyEnd);
  traps.emit(items);
  return { ctx, work, blocks, traps, bodyEnd };
}

/** Traps that branches go to, behind the function's end: one for each reason. */
class Traps {
  private readonly labels = new Map<string, { label: Label; places: (SourcePlace | undefined)[] }>();
  /** The items of those that several places go to, and the places. */
  readonly shared = new Map<number, SourcePlace[]>();

  readonly label = (reason: string, place: SourcePlace | undefined): Label => {
    const known = this.labels.get(reason) ?? { label: -1 - this.labels.size, places: [] };
    this.labels.set(reason, known);
    if (!known.places.some((other) => other === place || (place && samePlace(place, other)))) known.places.push(place);
    return known.label;
  };

  /** A trap that several places go to belongs to no line. */
  emit(items: Item[]): void {
    for (const [reason, { label, places }] of this.labels) {
      const operands = { imm32: TRAP_CODES[reason as TrapReason] };
      const [first, more] = places;
      const place = more === undefined && first !== undefined ? first : 'none';
      items.push({ kind: 'label', label });
      if (place === 'none')
        this.shared.set(
          items.length,
          places.filter((p) => p !== undefined),
        );
      items.push({ kind: 'inst', id: 'UDF_T1', operands, place });
    }
  }
}

const maskOf = (regs: readonly Reg[]) => regs.reduce((mask, reg) => mask | (1 << reg), 0);

/** Anything that leaves the block is last; flags live only between a comparison and its user. */
function emitBlock(ctx: EmitContext, block: MBlock, next: MBlock | undefined): void {
  ctx.items.push({ kind: 'label', label: block.id });
  const flags = flagsLiveAfter(block.insts);
  block.insts.forEach((inst, i) => {
    ctx.flagsLive = flags[i];
    ctx.tracker.body(ctx.items.length, inst);
    ctx.starts.push({ inst, item: ctx.items.length });
    if (!inst.isEntry) ctx.bodyItem ??= ctx.items.length;
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

function emitInst(ctx: EmitContext, inst: MInst, next: MBlock | undefined): void {
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
      return emitSwitch(ctx, inst, next);
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
function emitSwitch(ctx: ExpandContext, inst: MInst, next: MBlock | undefined): void {
  const index = ctx.colour(inst.uses[0]);
  const cases = inst.targets!.slice(0, -1);
  const otherwise = inst.targets!.at(-1)!;
  if (cases.length <= MAXIMUM_COMPARED) {
    cases.forEach((target, i) => {
      if (i === 0) ctx.items.push({ kind: 'zeroBranch', reg: index, zero: true, target, place: inst.place });
      else {
        put(ctx, inst, index < 8 ? 'CMP_imm_T1' : 'CMP_imm_T2', { Rn: index, imm32: i });
        ctx.items.push({ kind: 'branch', cond: 0, target, place: inst.place });
      }
    });
    if (otherwise !== next?.id) {
      ctx.items.push({ kind: 'branch', cond: undefined, target: otherwise, place: inst.place });
    }
    return;
  }
  if (inst.uses.length > 1) {
    const count = ctx.colour(inst.uses[1]);
    put(ctx, inst, index < 8 && count < 8 ? 'CMP_reg_T1' : 'CMP_reg_T2', { Rn: index, Rm: count });
  } else
    put(ctx, inst, index < 8 && cases.length < 256 ? 'CMP_imm_T1' : 'CMP_imm_T2', { Rn: index, imm32: cases.length });
  ctx.items.push({ kind: 'branch', cond: 2, target: otherwise, place: inst.place });
  ctx.items.push({ kind: 'table', index, targets: cases, place: inst.place });
}

/** r12 holds nothing at a function's entry (AAPCS, IHI 0042, 6.1.1). */
function checkStack(ctx: EmitContext, { size }: Frame, place: SourcePlace | undefined): void {
  const IP = 12;
  const CC = 3;
  const inst: MInst = { op: 'unreachable', defs: [], uses: [], ...(place ? { place } : {}) };
  ctx.items.push({ kind: 'literal', rt: IP, literal: { symbol: LOADER_SYMBOLS.stackLimit, value: size }, place });
  put(ctx, inst, 'CMP_reg_T2', { Rn: SP, Rm: IP });
  ctx.items.push({ kind: 'branch', cond: CC, target: ctx.trapLabel('callStackExhausted', place), place });
}

/** d8 and what follows: `count` is in doubles. */
const savedDoubles = ({ savedDoubles }: Frame): Operands => ({ Dd: 8, count: savedDoubles });

function prologue(ctx: EmitContext, frame: Frame, place: SourcePlace | undefined): void {
  const inst: MInst = { op: 'unreachable', defs: [], uses: [], ...(place ? { place } : {}) };
  if (frame.saved.length > 0) {
    const registers = maskOf(frame.saved);
    const narrow = frame.saved.every((reg) => reg < 8 || reg === LR);
    if (frame.saved.length === 1 && !narrow) put(ctx, inst, 'PUSH_T3', { registers });
    else put(ctx, inst, narrow ? 'PUSH_T1' : 'PUSH_T2', { registers });
    ctx.tracker.pushed(ctx.items.length);
  }
  if (frame.savedDoubles > 0) {
    put(ctx, inst, 'VPUSH_T1', savedDoubles(frame));
    ctx.tracker.pushedAll(ctx.items.length);
  }
  moveStack(ctx, inst, 'SUB', frame.locals);
}

/** By immediates alone (DDI 0403E A7.7.176, encoding T3 takes 0..4095): no register is free at a return. */
function moveStack(ctx: EmitContext, inst: MInst, op: 'ADD' | 'SUB', bytes: number): void {
  const MOST = 4088;
  for (let left = bytes; left > 0; left -= MOST) {
    const imm32 = Math.min(left, MOST);
    const wide = op === 'SUB' ? 'SUB_SPimm_T3' : 'ADD_SPimm_T4';
    const narrow = op === 'SUB' ? 'SUB_SPimm_T1' : 'ADD_SPimm_T2';
    put(ctx, inst, imm32 <= 508 ? narrow : wide, { Rd: SP, Rn: SP, imm32 });
  }
}

function epilogue(ctx: EmitContext, inst: MInst): void {
  const { frame } = ctx;
  if (frame.locals > 0) {
    moveStack(ctx, inst, 'ADD', frame.locals);
    ctx.tracker.pushedAll(ctx.items.length);
  }
  if (frame.savedDoubles > 0) {
    put(ctx, inst, 'VPOP_T1', savedDoubles(frame));
    ctx.tracker.pushed(ctx.items.length);
  }
  if (frame.saved.length === 0) return put(ctx, inst, 'BX_T1', { Rm: LR });
  const popped = frame.saved.map((reg) => (reg === LR ? PC : reg));
  const narrow = popped.every((reg) => reg < 8 || reg === PC);
  if (popped.length === 1) return put(ctx, inst, narrow ? 'POP_T1' : 'POP_T3', { registers: maskOf(popped) });
  return put(ctx, inst, narrow ? 'POP_T1' : 'POP_T2', { registers: maskOf(popped) });
}
