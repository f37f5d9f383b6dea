/**
 * The debug information of a linked image, DWARF 4, as ELF sections that are loaded nowhere: a unit for each source file
 * that declares functions of the image. Paths are relative to the project's folder, which the units call `.`, so that the
 * same project gives the same bytes wherever it lies.
 */
import { LANG_C99 } from '@kickstage/elf/dwarf/constants';
import { address, type Die, die, FLAG, number, offset, text } from '@kickstage/elf/dwarf/die';
import { writeFrames } from '@kickstage/elf/dwarf/frame';
import { writeInfo } from '@kickstage/elf/dwarf/info';
import { writeLineUnit } from '@kickstage/elf/dwarf/line-program';
import { RangeLists, writeAranges } from '@kickstage/elf/dwarf/ranges';
import { StringTable } from '@kickstage/elf/string-table';
import { type ElfSection, SHT_PROGBITS } from '@kickstage/elf/types';
import type { ProgramDebug } from '@kickstage/object/program-debug';
import type { LinkedImage } from '../link.ts';
import { type DebugFunction, type DebugUnit, debugUnits } from './functions.ts';
import { FileNumbers, lineUnit } from './line-rows.ts';

const PRODUCER = 'Kickstage';
const FOLDER = '.';
const ENTRY = 'Reset_Handler';

export function debugSections(linked: LinkedImage, program?: ProgramDebug): ElfSection[] {
  const units = debugUnits(linked, program);
  const frames = section('.debug_frame', writeFrames(framesOf(linked)), 4);
  return units.length === 0 ? [frames] : [...unitSections(units), frames];
}

function unitSections(units: readonly DebugUnit[]): ElfSection[] {
  const strings = new StringTable();
  const ranges = new RangeLists();
  const lines: Uint8Array[] = [];
  let lineOffset = 0;
  const roots = units.map((unit) => {
    const files = new FileNumbers();
    files.of(unit.file);
    const root = unitDie(unit, files, { lineOffset, rangesOffset: ranges.add(unit.functions) });
    const bytes = writeLineUnit(lineUnit(unit, files));
    lines.push(bytes);
    lineOffset += bytes.length;
    return root;
  });
  const { info, abbreviations, unitOffsets } = writeInfo(roots, strings);
  const covered = units.map(({ functions }, i) => ({ unitOffset: unitOffsets[i], ranges: functions }));
  return [
    section('.debug_info', info),
    section('.debug_abbrev', abbreviations),
    section('.debug_aranges', writeAranges(covered)),
    section('.debug_ranges', ranges.toBytes()),
    section('.debug_line', concatenate(lines)),
    section('.debug_str', strings.toBytes()),
  ];
}

function section(name: string, bytes: Uint8Array, alignment = 1): ElfSection {
  return { name, type: SHT_PROGBITS, flags: 0, address: 0, loadAddress: 0, bytes, size: bytes.length, alignment };
}

function concatenate(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

interface UnitOffsets {
  readonly lineOffset: number;
  readonly rangesOffset: number;
}

/** The base of its lists is 0: they hold absolute addresses. */
function unitDie(unit: DebugUnit, files: FileNumbers, { lineOffset, rangesOffset }: UnitOffsets): Die {
  return die(
    'compile_unit',
    [
      ['producer', text(PRODUCER)],
      ['language', { form: 'data2', value: LANG_C99 }],
      ['name', text(unit.file)],
      ['comp_dir', text(FOLDER)],
      ['low_pc', address(0)],
      ['ranges', offset(rangesOffset)],
      ['stmt_list', offset(lineOffset)],
    ],
    unit.functions.map((f) => functionDie(f, files)),
  );
}

function functionDie({ source, symbol, isExported, start, end }: DebugFunction, files: FileNumbers): Die {
  return die('subprogram', [
    ['name', text(source.name)],
    ['decl_file', number(files.of(source.place.file) + 1)],
    ['decl_line', number(source.place.line)],
    ['prototyped', FLAG],
    isExported ? ['external', FLAG] : undefined,
    symbol === ENTRY ? ['main_subprogram', FLAG] : undefined,
    ['low_pc', address(start)],
    ['high_pc', { form: 'data4', value: end - start }],
  ]);
}

/** All code, that of no source, too: a debugger finds the caller of each function. */
function framesOf(linked: LinkedImage) {
  const code = linked.sections.filter(({ section }) => section.kind === 'code');
  return code.map(({ address, section }) => ({ address, size: section.size, rows: section.debug?.frame ?? [] }));
}
