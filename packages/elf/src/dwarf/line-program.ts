/**
 * One unit of .debug_line: which source line the code at an address comes from (DWARF 4, 6.2). A sequence is a run of
 * code, such as a function; its rows ascend, and each holds until the next one. Addresses are even: Thumb code.
 */
import { ByteWriter } from '@kickstage/base/bytes';
import { invariant } from '@kickstage/base/invariant';
import { DWARF_VERSION, LNE, LNS } from './constants.ts';
import { sleb, uleb } from './leb128.ts';

export interface LineRow {
  readonly address: number;
  /** Index into `LineUnit.files`. */
  readonly file: number;
  /** From 1; 0 where the code comes from no line. */
  readonly line: number;
  /** From 1; 0 where it is not known. */
  readonly column: number;
  /** A place to stop at: the beginning of a statement. */
  readonly isStatement: boolean;
  /** The first row behind what a function does to its stack. */
  readonly prologueEnd?: boolean;
}

export interface LineSequence {
  readonly rows: readonly LineRow[];
  /** First address behind it. */
  readonly end: number;
}

export interface LineUnit {
  /** Paths relative to the folder of the compilation, with `/`. */
  readonly files: readonly string[];
  readonly sequences: readonly LineSequence[];
}

const INSTRUCTION_SIZE = 2;
const LINE_BASE = -5;
const LINE_RANGE = 14;
/** Operands of the standard opcodes 1 to 12 (6.2.5.2). */
const OPCODE_LENGTHS = [0, 1, 1, 1, 1, 0, 0, 0, 1, 0, 0, 1];
const OPCODE_BASE = OPCODE_LENGTHS.length + 1;

/** The unit's bytes, its length in front. */
export function writeLineUnit({ files, sequences }: LineUnit): Uint8Array {
  const header = new ByteWriter();
  header
    .u8(INSTRUCTION_SIZE)
    .u8(1)
    .u8(1)
    .u8(LINE_BASE & 0xff)
    .u8(LINE_RANGE)
    .u8(OPCODE_BASE);
  for (const length of OPCODE_LENGTHS) header.u8(length);
  writeFiles(header, files);
  const program = new ByteWriter();
  for (const sequence of sequences) writeSequence(program, sequence);
  const out = new ByteWriter();
  out
    .u32(6 + header.length + program.length)
    .u16(DWARF_VERSION)
    .u32(header.length);
  return out.append(header.toBytes()).append(program.toBytes()).toBytes();
}

/** Folders from 1, then files with their folder's number; folder 0 is that of the compilation. */
function writeFiles(out: ByteWriter, files: readonly string[]): void {
  const folderOf = (path: string) => path.slice(0, Math.max(path.lastIndexOf('/'), 0));
  const folders = [...new Set(files.map(folderOf))].filter((folder) => folder !== '');
  for (const folder of folders) writeText(out, folder);
  out.u8(0);
  for (const path of files) {
    writeText(out, path.slice(path.lastIndexOf('/') + 1));
    uleb(out, folders.indexOf(folderOf(path)) + 1);
    // Neither time nor size is told.
    out.u8(0).u8(0);
  }
  out.u8(0);
}

function writeText(out: ByteWriter, text: string): void {
  out.append(new TextEncoder().encode(text)).u8(0);
}

/** The state machine's registers as a sequence begins with them (6.2.2). */
interface State {
  address: number;
  file: number;
  line: number;
  column: number;
  isStatement: boolean;
}

function writeSequence(out: ByteWriter, { rows, end }: LineSequence): void {
  if (rows.length === 0) return;
  out.u8(0).u8(5).u8(LNE.set_address).u32(rows[0].address);
  const state: State = { address: rows[0].address, file: 0, line: 1, column: 0, isStatement: true };
  for (const row of rows) writeRow(out, state, row);
  invariant(end >= state.address, 'a sequence ends before its last row');
  uleb(out.u8(LNS.advance_pc), (end - state.address) / INSTRUCTION_SIZE);
  out.u8(0).u8(1).u8(LNE.end_sequence);
}

function writeRow(out: ByteWriter, state: State, row: LineRow): void {
  if (row.file !== state.file) uleb(out.u8(LNS.set_file), row.file + 1);
  if (row.column !== state.column) uleb(out.u8(LNS.set_column), row.column);
  if (row.isStatement !== state.isStatement) out.u8(LNS.negate_stmt);
  if (row.prologueEnd) out.u8(LNS.set_prologue_end);
  const advance = (row.address - state.address) / INSTRUCTION_SIZE;
  invariant(Number.isInteger(advance) && advance >= 0, 'rows of a sequence ascend, at even addresses');
  writeAdvance(out, advance, row.line - state.line);
  Object.assign(state, { address: row.address, file: row.file, line: row.line });
  Object.assign(state, { column: row.column, isStatement: row.isStatement });
}

/** One special opcode where both steps are small (6.2.5.1). */
function writeAdvance(out: ByteWriter, advance: number, lines: number): void {
  const isNear = lines >= LINE_BASE && lines < LINE_BASE + LINE_RANGE;
  const step = isNear ? lines : 0;
  if (!isNear) sleb(out.u8(LNS.advance_line), lines);
  const opcode = step - LINE_BASE + LINE_RANGE * advance + OPCODE_BASE;
  if (opcode <= 255) {
    out.u8(opcode);
    return;
  }
  uleb(out.u8(LNS.advance_pc), advance);
  out.u8(step - LINE_BASE + OPCODE_BASE);
}
