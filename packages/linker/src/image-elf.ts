/**
 * A linked image as an ELF executable: one ELF section for each kind, symbols with Thumb bits, mapping symbols, debug
 * information.
 */
import type { ElfSection, ElfSymbol } from '@kickstage/elf/types';
import { SHF_ALLOC, SHF_EXECINSTR, SHF_WRITE, SHT_NOBITS, SHT_PROGBITS } from '@kickstage/elf/types';
import { writeElf } from '@kickstage/elf/write';
import type { SectionKind } from '@kickstage/object/object-file';
import type { ProgramDebug } from '@kickstage/object/program-debug';
import { debugSections } from './debug/debug-sections.ts';
import type { LinkedImage, PlacedSection } from './link.ts';

const NAMES: Readonly<Record<SectionKind, string>> = { code: '.text', rodata: '.rodata', data: '.data', bss: '.bss' };
const FLAGS: Readonly<Record<SectionKind, number>> = {
  code: SHF_ALLOC | SHF_EXECINSTR,
  rodata: SHF_ALLOC,
  data: SHF_ALLOC | SHF_WRITE,
  bss: SHF_ALLOC | SHF_WRITE,
};

/** `program` is what the source's compiler knows; without it, debug information tells of lines and frames alone. */
export function imageElf(linked: LinkedImage, program?: ProgramDebug): Uint8Array {
  const { image } = linked;
  const headerSize = image.vectorTable - image.slot.start;
  const vectors: ElfSection = {
    name: '.vector_table',
    type: SHT_PROGBITS,
    flags: SHF_ALLOC,
    address: image.vectorTable,
    loadAddress: image.vectorTable,
    bytes: linked.bytes.slice(headerSize, headerSize + linked.sizes.vectors),
    size: linked.sizes.vectors,
    alignment: 4,
  };
  const memory = (['code', 'rodata', 'data', 'bss'] as const).flatMap((kind) => gather(linked, kind));
  const sections = [
    ...headerSection(linked),
    vectors,
    ...memory,
    ...signatureSection(linked),
    ...debugSections(linked, program),
  ];
  const symbols = [...mappingSymbols(linked), ...namedSymbols(linked)];
  return writeElf({ entry: linked.entry, sections, symbols, usesFpu: linked.usesFpu });
}

/** What lies in front of the vector table of an image that is verified. */
function headerSection({ image, bytes }: LinkedImage): ElfSection[] {
  const size = image.vectorTable - image.slot.start;
  return size === 0 ? [] : [plain('.image_header', image.slot.start, bytes.slice(0, size))];
}

/** What the signing added behind the program. */
function signatureSection({ image, bytes, linkerSymbols }: LinkedImage): ElfSection[] {
  const end = linkerSymbols.get('__image_end')!;
  const behind = bytes.slice(end - image.slot.start);
  return behind.length === 0 ? [] : [plain('.image_tlvs', end, behind)];
}

function plain(name: string, address: number, bytes: Uint8Array): ElfSection {
  const place = { address, loadAddress: address };
  return { name, type: SHT_PROGBITS, flags: SHF_ALLOC, ...place, bytes, size: bytes.length, alignment: 1 };
}

function gather(linked: LinkedImage, kind: SectionKind): ElfSection[] {
  const placed = linked.sections.filter(({ section }) => section.kind === kind);
  if (placed.length === 0) return [];
  const address = Math.min(...placed.map((p) => p.address));
  const end = Math.max(...placed.map((p) => p.address + p.section.size));
  const loadAddress = Math.min(...placed.map((p) => p.loadAddress));
  const isZeroed = kind === 'bss';
  const from = loadAddress - linked.image.slot.start;
  return [
    {
      name: NAMES[kind],
      type: isZeroed ? SHT_NOBITS : SHT_PROGBITS,
      flags: FLAGS[kind],
      address,
      loadAddress: isZeroed ? address : loadAddress,
      bytes: isZeroed ? new Uint8Array(0) : linked.bytes.slice(from, from + (end - address)),
      size: end - address,
      alignment: Math.max(...placed.map((p) => p.section.alignment)),
    },
  ];
}

function namedSymbols(linked: LinkedImage): ElfSymbol[] {
  const kindOf = new Map(linked.sections.map((p) => [p.address, p.section.kind]));
  const placed = linked.symbols.map(({ symbol, address }): ElfSymbol => {
    const kind = kindOf.get(address - symbol.offset)!;
    const { name, size, binding } = symbol;
    const isFunction = symbol.kind === 'function';
    return { name, size, binding, type: symbol.kind, value: isFunction ? address + 1 : address, section: NAMES[kind] };
  });
  const made = [...linked.linkerSymbols].map(
    ([name, value]): ElfSymbol => ({ name, value, size: 0, type: 'none', binding: 'global' }),
  );
  return [...placed.sort((a, b) => a.value - b.value), ...made];
}

/** `$t` begins Thumb code, `$d` data (IHI 0044, 4.5.5): disassemblers follow them. */
function mappingSymbols(linked: LinkedImage): ElfSymbol[] {
  const mark = (name: '$t' | '$d', value: number, section: string): ElfSymbol => ({
    name,
    value,
    size: 0,
    type: 'none',
    binding: 'local',
    section,
  });
  const marks = (p: PlacedSection): ElfSymbol[] => {
    if (p.section.kind !== 'code') return [];
    const result = [mark('$t', p.address, '.text')];
    for (const { start, end } of p.section.dataRanges ?? []) {
      result.push(mark('$d', p.address + start, '.text'));
      if (end < p.section.size) result.push(mark('$t', p.address + end, '.text'));
    }
    return result;
  };
  return [mark('$d', linked.image.vectorTable, '.vector_table'), ...linked.sections.flatMap(marks)];
}
