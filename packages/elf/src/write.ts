/**
 * Writes an executable: file header, program headers, section contents, symbol table, section headers. Sections that are
 * loaded become one segment each, in order. The same input gives the same bytes.
 */
import { alignUp } from '@kickstage/base/bits';
import { ByteWriter } from '@kickstage/base/bytes';
import { armAttributes } from './attributes.ts';
import { StringTable } from './string-table.ts';
import * as elf from './types.ts';

export interface ElfInput {
  readonly entry: number;
  readonly sections: readonly elf.ElfSection[];
  readonly symbols: readonly elf.ElfSymbol[];
  /** Whether code uses the floating-point unit; false when absent. */
  readonly usesFpu?: boolean;
}

const HEADER_SIZE = 52;
const PROGRAM_HEADER_SIZE = 32;
const SECTION_HEADER_SIZE = 40;
const SYMBOL_SIZE = 16;

interface HeaderRow {
  readonly name: string;
  readonly type: number;
  readonly flags: number;
  readonly address: number;
  readonly bytes: Uint8Array;
  readonly size: number;
  readonly link: number;
  readonly info: number;
  readonly alignment: number;
  readonly entrySize: number;
}

export function writeElf({ entry, sections, symbols, usesFpu = false }: ElfInput): Uint8Array {
  const names = new StringTable();
  const strings = new StringTable();
  const indexOf = new Map(sections.map((section, i) => [section.name, i + 1]));
  const sorted = [...symbols].sort((a, b) => Number(a.binding === 'global') - Number(b.binding === 'global'));
  const symbolBytes = writeSymbols(sorted, strings, indexOf);
  const localCount = sorted.filter((symbol) => symbol.binding === 'local').length + 1;
  const rows: HeaderRow[] = sections.map((s) => ({ ...s, link: 0, info: 0, entrySize: 0 }));
  const plain = { flags: 0, address: 0, link: 0, info: 0, alignment: 1, entrySize: 0 };
  const attributes = armAttributes(usesFpu);
  rows.push({
    ...plain,
    name: '.ARM.attributes',
    type: elf.SHT_ARM_ATTRIBUTES,
    bytes: attributes,
    size: attributes.length,
  });
  const symtab = { ...plain, name: '.symtab', type: elf.SHT_SYMTAB, bytes: symbolBytes, size: symbolBytes.length };
  rows.push({ ...symtab, link: rows.length + 2, info: localCount, alignment: 4, entrySize: SYMBOL_SIZE });
  const stringBytes = strings.toBytes();
  rows.push({ ...plain, name: '.strtab', type: elf.SHT_STRTAB, bytes: stringBytes, size: stringBytes.length });
  for (const row of rows) names.add(row.name);
  names.add('.shstrtab');
  const nameBytes = names.toBytes();
  rows.push({ ...plain, name: '.shstrtab', type: elf.SHT_STRTAB, bytes: nameBytes, size: nameBytes.length });
  return writeFile(entry, sections, rows, names);
}

function isLoaded(section: elf.ElfSection): boolean {
  return (section.flags & elf.SHF_ALLOC) !== 0 && section.size > 0;
}

function writeFile(
  entry: number,
  sections: readonly elf.ElfSection[],
  rows: readonly HeaderRow[],
  names: StringTable,
): Uint8Array {
  const loaded = sections.filter(isLoaded);
  const out = new ByteWriter(4096);
  const offsets: number[] = [];
  let at = HEADER_SIZE + PROGRAM_HEADER_SIZE * loaded.length;
  for (const row of rows) {
    at = alignUp(at, Math.max(row.alignment, 4));
    offsets.push(at);
    if (row.type !== elf.SHT_NOBITS) at += row.bytes.length;
  }
  const sectionHeaders = alignUp(at, 4);
  writeHeader(out, entry, loaded.length, sectionHeaders, rows.length + 1);
  for (const section of loaded) writeProgramHeader(out, section, offsets[sections.indexOf(section)]);
  rows.forEach((row, i) => {
    while (out.length < offsets[i]) out.u8(0);
    if (row.type !== elf.SHT_NOBITS) out.append(row.bytes);
  });
  out.alignTo(4);
  for (let i = 0; i < SECTION_HEADER_SIZE; i++) out.u8(0);
  rows.forEach((row, i) => {
    out.u32(names.add(row.name)).u32(row.type).u32(row.flags).u32(row.address).u32(offsets[i]).u32(row.size);
    out.u32(row.link).u32(row.info).u32(row.alignment).u32(row.entrySize);
  });
  return out.toBytes();
}

function writeHeader(out: ByteWriter, entry: number, segments: number, sectionHeaders: number, sections: number): void {
  out.u32(elf.ELF_MAGIC).u8(elf.ELFCLASS32).u8(elf.ELFDATA2LSB).u8(1).u8(0).u32(0).u32(0);
  out.u16(elf.ET_EXEC).u16(elf.EM_ARM).u32(1).u32(entry).u32(HEADER_SIZE).u32(sectionHeaders);
  out.u32(elf.EF_ARM_EABI5_SOFT).u16(HEADER_SIZE).u16(PROGRAM_HEADER_SIZE).u16(segments);
  out
    .u16(SECTION_HEADER_SIZE)
    .u16(sections)
    .u16(sections - 1);
}

function writeProgramHeader(out: ByteWriter, section: elf.ElfSection, offset: number): void {
  const writable = (section.flags & elf.SHF_WRITE) !== 0 ? elf.PF_W : 0;
  const executable = (section.flags & elf.SHF_EXECINSTR) !== 0 ? elf.PF_X : 0;
  const fileSize = section.type === elf.SHT_NOBITS ? 0 : section.size;
  out.u32(elf.PT_LOAD).u32(offset).u32(section.address).u32(section.loadAddress);
  out
    .u32(fileSize)
    .u32(section.size)
    .u32(elf.PF_R | writable | executable)
    .u32(4);
}

const TYPES = { none: elf.STT_NOTYPE, object: elf.STT_OBJECT, function: elf.STT_FUNC } as const;

function writeSymbols(
  symbols: readonly elf.ElfSymbol[],
  strings: StringTable,
  indexOf: ReadonlyMap<string, number>,
): Uint8Array {
  const out = new ByteWriter();
  for (let i = 0; i < SYMBOL_SIZE; i++) out.u8(0);
  for (const symbol of symbols) {
    const binding = symbol.binding === 'global' ? elf.STB_GLOBAL : elf.STB_LOCAL;
    out.u32(strings.add(symbol.name)).u32(symbol.value).u32(symbol.size);
    out.u8((binding << 4) | TYPES[symbol.type]).u8(0);
    out.u16(symbol.section === undefined ? elf.SHN_ABS : indexOf.get(symbol.section)!);
  }
  return out.toBytes();
}
