/**
 * The debug information of a linked image, DWARF 4, as ELF sections that are loaded nowhere: a unit for each source file
 * that declares functions or variables of the image. Paths are relative to the project's folder, which the units call `.`, so that the
 * same project gives the same bytes wherever it lies.
 */
import { LANG_C99 } from '@kickstage/elf/dwarf/constants';
import { address, type Die, die, offset, text } from '@kickstage/elf/dwarf/die';
import { writeFrames } from '@kickstage/elf/dwarf/frame';
import { writeInfo } from '@kickstage/elf/dwarf/info';
import { writeLineUnit } from '@kickstage/elf/dwarf/line-program';
import { LocationLists } from '@kickstage/elf/dwarf/location';
import { RangeLists, writeAranges } from '@kickstage/elf/dwarf/ranges';
import { StringTable } from '@kickstage/elf/string-table';
import { type ElfSection, SHT_PROGBITS } from '@kickstage/elf/types';
import type { ProgramDebug } from '@kickstage/object/program-debug';
import type { LinkedImage } from '../link.ts';
import { functionDie } from './function-die.ts';
import { type DebugUnit, debugUnits } from './functions.ts';
import { globalDie } from './global-die.ts';
import { FileNumbers, lineUnit } from './line-rows.ts';
import { TypeDies } from './types.ts';

const PRODUCER = 'Kickstage';
const FOLDER = '.';

export function debugSections(linked: LinkedImage, program?: ProgramDebug): ElfSection[] {
  const frames = section('.debug_frame', writeFrames(framesOf(linked)), 4);
  const units = debugUnits(linked, program);
  return units.length === 0 ? [frames] : [...unitSections(linked, program, units), frames];
}

function unitSections(
  linked: LinkedImage,
  program: ProgramDebug | undefined,
  units: readonly DebugUnit[],
): ElfSection[] {
  const strings = new StringTable();
  const ranges = new RangeLists();
  const locations = new LocationLists();
  const addresses = new Map(linked.symbols.map(({ symbol, address }) => [symbol.name, address]));
  const lines: Uint8Array[] = [];
  let lineOffset = 0;
  const roots = units.map((unit) => {
    const files = new FileNumbers();
    files.of(unit.file);
    const rangesOffset = unit.functions.length > 0 ? ranges.add(unit.functions) : undefined;
    const root = unitDie(unit, { lineOffset, rangesOffset });
    const types = new TypeDies(program, root.children);
    const input = { files, types, locations, addressOf: (symbol: string) => addresses.get(symbol) };
    for (const f of unit.functions) root.children.push(functionDie(f, input));
    for (const global of unit.globals) root.children.push(globalDie(global, input));
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
    section('.debug_aranges', writeAranges(covered.filter(({ ranges }) => ranges.length > 0))),
    section('.debug_ranges', ranges.toBytes()),
    section('.debug_loc', locations.toBytes()),
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
  readonly rangesOffset: number | undefined;
}

/** The base of its lists is 0: they hold absolute addresses. */
function unitDie(unit: DebugUnit, { lineOffset, rangesOffset }: UnitOffsets): Die {
  return die('compile_unit', [
    ['producer', text(PRODUCER)],
    ['language', { form: 'data2', value: LANG_C99 }],
    ['name', text(unit.file)],
    ['comp_dir', text(FOLDER)],
    ['low_pc', address(0)],
    rangesOffset === undefined ? undefined : ['ranges', offset(rangesOffset)],
    ['stmt_list', offset(lineOffset)],
  ]);
}

/** All code, that of no source, too: a debugger finds the caller of each function. */
function framesOf(linked: LinkedImage) {
  const code = linked.sections.filter(({ section }) => section.kind === 'code');
  return code.map(({ address, section }) => ({ address, size: section.size, rows: section.debug?.frame ?? [] }));
}
