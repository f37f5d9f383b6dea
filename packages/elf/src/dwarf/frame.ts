/**
 * .debug_frame: for each instruction, where the caller's stack pointer is and where its registers are kept (DWARF 4, 6.4).
 * The canonical frame address (CFA) is the value of sp before the call, which is the caller's sp after it. Register
 * numbers are those of DWARF for the Arm Architecture (IHI 0040, 3.1): r0 is 0, d0 is 256.
 *
 * A debugger reads .debug_frame, which is loaded nowhere; .eh_frame is for programs that unwind themselves.
 */
import { ByteWriter } from '@kickstage/base/bytes';
import { CFA, DWARF_VERSION } from './constants.ts';
import { sleb, uleb } from './leb128.ts';

/** Where a register of the caller is: at CFA + number, or lost. Registers without a rule still hold it. */
export type RegisterRule = number | 'lost';

export interface FrameRow {
  /** From the function's start; holds until the next row. */
  readonly offset: number;
  /** CFA - sp, in bytes. */
  readonly cfaOffset: number;
  readonly registers: ReadonlyMap<number, RegisterRule>;
}

export interface FrameDescription {
  readonly address: number;
  readonly size: number;
  /** Ascending; the first at offset 0. */
  readonly rows: readonly FrameRow[];
}

const SP = 13;
const LR = 14;
const CODE_ALIGNMENT = 2;
const DATA_ALIGNMENT = -4;
/** Marks a CIE in .debug_frame (7.23). */
const CIE_ID = 0xffff_ffff;
const START: FrameRow = { offset: 0, cfaOffset: 0, registers: new Map() };

export function writeFrames(descriptions: readonly FrameDescription[]): Uint8Array {
  const out = new ByteWriter();
  const cie = new ByteWriter().u32(CIE_ID).u8(DWARF_VERSION).u8(0).u8(4).u8(0);
  uleb(cie, CODE_ALIGNMENT);
  sleb(cie, DATA_ALIGNMENT);
  uleb(cie, LR).u8(CFA.def_cfa).u8(SP).u8(0);
  writeEntry(out, cie);
  for (const { address, size, rows } of descriptions) {
    const fde = new ByteWriter().u32(0).u32(address).u32(size);
    writeRows(fde, rows);
    writeEntry(out, fde);
  }
  return out.toBytes();
}

function writeEntry(out: ByteWriter, entry: ByteWriter): void {
  entry.alignTo(4, CFA.nop);
  out.u32(entry.length).append(entry.toBytes());
}

function writeRows(out: ByteWriter, rows: readonly FrameRow[]): void {
  let before = START;
  for (const row of rows) {
    const changes = changesBetween(before, row);
    if (changes.length === 0) continue;
    writeAdvance(out, (row.offset - before.offset) / CODE_ALIGNMENT);
    out.append(changes.toBytes());
    before = row;
  }
}

function changesBetween(before: FrameRow, row: FrameRow): ByteWriter {
  const out = new ByteWriter();
  if (row.cfaOffset !== before.cfaOffset) uleb(out.u8(CFA.def_cfa_offset), row.cfaOffset);
  for (const reg of new Set([...before.registers.keys(), ...row.registers.keys()])) {
    const rule = row.registers.get(reg);
    if (rule === before.registers.get(reg)) continue;
    writeRule(out, reg, rule);
  }
  return out;
}

/** The short forms hold registers below 64. */
function writeRule(out: ByteWriter, reg: number, rule: RegisterRule | undefined): void {
  if (rule === 'lost') uleb(out.u8(CFA.undefined), reg);
  else if (rule === undefined && reg < 64) out.u8(CFA.restore | reg);
  else if (rule === undefined) uleb(out.u8(CFA.restore_extended), reg);
  else if (reg < 64) uleb(out.u8(CFA.offset | reg), rule / DATA_ALIGNMENT);
  else uleb(uleb(out.u8(CFA.offset_extended), reg), rule / DATA_ALIGNMENT);
}

function writeAdvance(out: ByteWriter, units: number): void {
  if (units === 0) return;
  if (units < 0x40) out.u8(CFA.advance_loc | units);
  else if (units < 0x100) out.u8(CFA.advance_loc1).u8(units);
  else if (units < 0x10000) out.u8(CFA.advance_loc2).u16(units);
  else out.u8(CFA.advance_loc4).u32(units);
}
