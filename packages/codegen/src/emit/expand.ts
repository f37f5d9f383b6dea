/**
 * Machine instructions with physical registers → items with encodings. For each operation the candidates are tried from
 * the shortest; `fits` of the encoding table decides. 16-bit data processing outside an IT block sets the flags, so that
 * it serves only where nobody needs them afterwards, or where setting them is wanted.
 */

import { fits, type Operands } from '@kickstage/armv7m/encode';
import type { EncodingId } from '@kickstage/armv7m/encodings';
import { isModifiedImmediate } from '@kickstage/armv7m/immediates';
import { invariant } from '@kickstage/base/invariant';
import type { SourcePlace } from '@kickstage/object/source-place';
import { IP, isSingle, type MInst, type Reg, SP } from '../isel/mir.ts';
import { candidates } from './candidates.ts';
import { singleAccess, singleConstant, singleInstructions, singleMove } from './candidates-single.ts';
import { expandCpu } from './expand-cpu.ts';
import type { Frame } from './frame.ts';
import type { Item, Label } from './items.ts';

export interface ExpandContext {
  readonly frame: Frame;
  /** Whether the program uses the floating-point unit. */
  readonly usesFpu: boolean;
  readonly colour: (reg: Reg) => Reg;
  /** Label of the out-of-line trap for a reason, which a branch at the place goes to. */
  readonly trapLabel: (reason: string, place: SourcePlace | undefined) => Label;
  /** Whether the flags are needed after the instruction. */
  flagsLive: boolean;
  readonly items: Item[];
}

export function put(ctx: ExpandContext, inst: MInst, id: EncodingId, operands: Operands): void {
  ctx.items.push({ kind: 'inst', id, operands, place: inst.place });
}

/** The first candidate that takes its operands. */
function putFirst(ctx: ExpandContext, inst: MInst, list: readonly (readonly [EncodingId, Operands])[]): void {
  for (const [id, operands] of list) {
    if (fits(id, operands)) return put(ctx, inst, id, operands);
  }
  invariant(false, `no encoding for ${inst.op} ${JSON.stringify({ ...inst, place: undefined })}`);
}

/** One instruction; branches and returns are the assembler's. */
export function expand(ctx: ExpandContext, inst: MInst): void {
  const defs = inst.defs.map(ctx.colour);
  const uses = inst.uses.map(ctx.colour);
  if (inst.predicated) return expandPredicated(ctx, inst, defs, uses.slice(1));
  switch (inst.op) {
    case 'copy':
      if (defs[0] === uses[0]) return;
      if (isSingle(defs[0]) || isSingle(uses[0])) return put(ctx, inst, ...singleMove(defs[0], uses[0]));
      return put(ctx, inst, 'MOV_reg_T1', { Rd: defs[0], Rm: uses[0] });
    case 'const':
      if (isSingle(defs[0])) return expandSingleConst(ctx, inst, defs[0], inst.imm ?? 0);
      return expandConst(ctx, inst, defs[0], inst.imm ?? 0);
    case 'address':
      ctx.items.push({
        kind: 'literal',
        rt: defs[0],
        literal: { symbol: inst.symbol, value: inst.imm ?? 0 },
        place: inst.place,
      });
      return;
    case 'select':
      return expandSelect(ctx, inst, defs[0], uses);
    case 'bl':
      ctx.items.push({
        kind: 'inst',
        id: 'BL_T1',
        operands: { imm32: -4 },
        relocation: { kind: 'R_ARM_THM_CALL', symbol: inst.symbol! },
        place: inst.place,
      });
      return;
    case 'blx':
      return put(ctx, inst, 'BLX_reg_T1', { Rm: uses[0] });
    case 'trapIf':
      ctx.items.push({
        kind: 'branch',
        cond: inst.cond,
        target: ctx.trapLabel(inst.name!, inst.place),
        place: inst.place,
      });
      return;
    case 'reload':
      return stackAccess(ctx, inst, 'LDR', defs[0], ctx.frame.spillBase + 4 * inst.imm!);
    case 'spill':
      return stackAccess(ctx, inst, 'STR', uses[0], ctx.frame.spillBase + 4 * inst.imm!);
    case 'storeArgument':
      return stackAccess(ctx, inst, 'STR', uses[0], inst.imm!);
    case 'loadArgument':
      return stackAccess(ctx, inst, 'LDR', defs[0], ctx.frame.size + inst.imm!);
    case 'cpu':
      return expandCpu(ctx, inst, defs, uses);
    default: {
      const coded = singleInstructions(inst, defs, uses);
      if (coded) return coded.forEach(([id, operands]) => void put(ctx, inst, id, operands));
      return putFirst(ctx, inst, candidates(inst, defs, uses, !ctx.flagsLive || inst.setsFlags === true));
    }
  }
}

/** In an IT block the short forms leave the flags alone (DDI 0403E A7.3.2). */
function expandPredicated(ctx: ExpandContext, inst: MInst, defs: readonly Reg[], uses: readonly Reg[]): void {
  put(ctx, inst, 'IT_T1', { firstcond: inst.cond!, mask: 8 });
  putFirst(ctx, inst, candidates(inst, defs, uses, true));
}

function stackAccess(ctx: ExpandContext, inst: MInst, op: 'LDR' | 'STR', reg: Reg, offset: number): void {
  if (isSingle(reg)) return singleStackAccess(ctx, inst, op, reg, offset);
  if (offset > 4095) return farStackAccess(ctx, inst, op, reg, offset);
  const operands = { Rt: reg, Rn: SP, imm32: offset };
  putFirst(ctx, inst, [
    [`${op}_imm_T2`, operands],
    [`${op}_imm_T3`, operands],
  ]);
}

/** Where the offset is too large, the allocation has left r12 free (regalloc/allocate.ts). */
function singleStackAccess(ctx: ExpandContext, inst: MInst, op: 'LDR' | 'STR', reg: Reg, offset: number): void {
  const id = `V${op}_T2` as const;
  if (fits(id, singleAccess(reg, SP, offset))) return put(ctx, inst, id, singleAccess(reg, SP, offset));
  put(ctx, inst, 'ADD_SPimm_T4', { Rd: IP, Rn: SP, imm32: offset });
  put(ctx, inst, id, singleAccess(reg, IP, 0));
}

function expandSingleConst(ctx: ExpandContext, inst: MInst, rd: Reg, value: number): void {
  const move = singleConstant(rd, value >>> 0);
  if (move) return put(ctx, inst, ...move);
  ctx.items.push({ kind: 'literal', rt: rd, literal: { value: value >>> 0 }, place: inst.place });
}

/** Behind what an immediate reaches. A load has its own register for the offset; a store borrows one. */
function farStackAccess(ctx: ExpandContext, inst: MInst, op: 'LDR' | 'STR', reg: Reg, offset: number): void {
  const { place } = inst;
  const access = (scratch: Reg, value: number) => {
    ctx.items.push({ kind: 'literal', rt: scratch, literal: { value }, place });
    put(ctx, inst, `${op}_reg_T2`, { Rt: reg, Rn: SP, Rm: scratch, shift_t: 0, shift_n: 0 });
  };
  if (op === 'LDR') return access(reg, offset);
  const scratch = reg === 7 ? 6 : 7;
  put(ctx, inst, 'PUSH_T1', { registers: 1 << scratch });
  access(scratch, offset + 4);
  put(ctx, inst, 'POP_T1', { registers: 1 << scratch });
}

export function expandConst(ctx: ExpandContext, inst: MInst, rd: Reg, value: number): void {
  const word = value >>> 0;
  if (!ctx.flagsLive && fits('MOV_imm_T1', { Rd: rd, imm32: word }))
    return put(ctx, inst, 'MOV_imm_T1', { Rd: rd, imm32: word });
  if (isModifiedImmediate(word)) return put(ctx, inst, 'MOV_imm_T2', { Rd: rd, imm32: word, S: 0 });
  if (isModifiedImmediate(~word >>> 0)) return put(ctx, inst, 'MVN_imm_T1', { Rd: rd, imm32: ~word >>> 0, S: 0 });
  if (word < 0x10000) return put(ctx, inst, 'MOV_imm_T3', { Rd: rd, imm32: word });
  ctx.items.push({ kind: 'literal', rt: rd, literal: { value: word }, place: inst.place });
}

/** IT block: one move where a value is already in place, else one for each case. */
function expandSelect(ctx: ExpandContext, inst: MInst, rd: Reg, uses: readonly Reg[]): void {
  const rest = [...uses];
  const source = (imm: number | undefined) => (imm === undefined ? { reg: rest.shift()! } : { imm });
  const then = source(inst.thenImm);
  const other = source(inst.elseImm);
  const isThere = (s: { reg: Reg } | { imm: number }) => 'reg' in s && s.reg === rd;
  const move = (s: { reg: Reg } | { imm: number }) => {
    if ('reg' in s && isSingle(rd)) return put(ctx, inst, ...singleMove(rd, s.reg));
    if ('reg' in s) return put(ctx, inst, 'MOV_reg_T1', { Rd: rd, Rm: s.reg });
    if (rd < 8) return put(ctx, inst, 'MOV_imm_T1', { Rd: rd, imm32: s.imm });
    return put(ctx, inst, 'MOV_imm_T2', { Rd: rd, imm32: s.imm, S: 0 });
  };
  const cond = inst.cond!;
  if (isThere(then) && isThere(other)) return;
  if (isThere(then)) {
    put(ctx, inst, 'IT_T1', { firstcond: cond ^ 1, mask: 8 });
    return move(other);
  }
  if (isThere(other)) {
    put(ctx, inst, 'IT_T1', { firstcond: cond, mask: 8 });
    return move(then);
  }
  put(ctx, inst, 'IT_T1', { firstcond: cond, mask: cond & 1 ? 0b0100 : 0b1100 });
  move(then);
  return move(other);
}
