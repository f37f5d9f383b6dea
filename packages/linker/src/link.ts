/**
 * Links one image: chooses what is reachable, places it in the slot, fills the vector table, applies relocations.
 *
 * Flash, from the slot's start: vector table, code (with the default handler where a vector needs it), constants, first
 * values of data. RAM, from the image's RAM: data, then zeroed data; the stack grows down from its end.
 */
import { alignUp } from '@kickstage/base/bits';
import { type Checked, type Diagnostic, hasErrors } from '@kickstage/base/diagnostic';
import { formatAddress, formatSize } from '@kickstage/base/hex';
import { nearMiss } from '@kickstage/base/near-miss';
import { rangeSize } from '@kickstage/base/ranges';
import type { ChipFacts } from '@kickstage/chips/chip';
import type { LayoutImage } from '@kickstage/memory-map/layout';
import type { ObjectFile, ObjectSymbol, Section } from '@kickstage/object/object-file';
import { type Reached, reach } from './reach.ts';
import { relocate } from './relocate.ts';
import { planVectors } from './vector-table.ts';

export interface LinkInput {
  readonly image: LayoutImage;
  readonly chip: ChipFacts;
  readonly object: ObjectFile;
  /** Symbols with a value of their own. */
  readonly absolute?: ReadonlyMap<string, number>;
}

export interface PlacedSection {
  readonly section: Section;
  readonly address: number;
  /** Where its bytes are kept; equals `address` but for data. */
  readonly loadAddress: number;
  /** With relocations applied. */
  readonly bytes: Uint8Array;
}

export interface PlacedSymbol {
  readonly symbol: ObjectSymbol;
  /** Without the Thumb bit. */
  readonly address: number;
}

export interface ImageSizes {
  readonly vectors: number;
  readonly code: number;
  readonly rodata: number;
  readonly data: number;
  readonly bss: number;
  /** Bytes of flash in all, gaps for alignment included. */
  readonly flash: number;
  /** Bytes of RAM without the stack. */
  readonly ram: number;
}

export interface LinkedImage {
  readonly name: string;
  readonly image: LayoutImage;
  /** The bytes of flash from the slot's start. */
  readonly bytes: Uint8Array;
  readonly sections: readonly PlacedSection[];
  readonly symbols: readonly PlacedSymbol[];
  /** With the Thumb bit. */
  readonly entry: number;
  readonly sizes: ImageSizes;
  /** Values of the symbols that the linker makes. */
  readonly linkerSymbols: ReadonlyMap<string, number>;
  readonly usesFpu: boolean;
}

const DEFAULT_HANDLER = '__ks_default_handler';
/** `b .`: an exception that nobody handles stops here, where a debugger finds it. */
const DEFAULT_HANDLER_CODE = Uint8Array.of(0xfe, 0xe7);

export function linkImage(input: LinkInput): Checked<LinkedImage> {
  const { image, chip } = input;
  const exported = input.object.symbols
    .filter((s) => s.binding === 'global' && s.kind === 'function')
    .map((s) => s.name);
  const vectors = planVectors(chip, exported, image.vectorCount, image.name);
  const diagnostics: Diagnostic[] = [...vectors.diagnostics];
  if (!vectors.entries.has(1)) diagnostics.push(noEntry(image, exported));
  const needsDefault = Array.from({ length: image.vectorCount - 2 }, (_, i) => i + 2).some(
    (i) => !vectors.entries.has(i),
  );
  const object = needsDefault ? withDefaultHandler(input.object) : input.object;
  const roots = [...vectors.entries.values(), ...(needsDefault ? [DEFAULT_HANDLER] : [])];
  const layout = place(image, reach(object, roots));
  const linker = linkerSymbols(image, layout);
  const resolve = resolver(layout, new Map([...linker, ...(input.absolute ?? [])]));
  diagnostics.push(...checkRoom(image, layout));
  const bytes = new Uint8Array(layout.flashEnd - image.slot.start).fill(0xff);
  for (const placed of layout.sections) {
    for (const relocation of placed.section.relocations) {
      const target = resolve(relocation.symbol);
      const problem = target
        ? relocate(placed.bytes, placed.address, relocation, target)
        : undefinedSymbol(relocation.symbol, image, [...layout.byName.keys(), ...linker.keys()]);
      if (problem) diagnostics.push(problem);
    }
    if (placed.section.kind !== 'bss') bytes.set(placed.bytes, placed.loadAddress - image.slot.start);
  }
  if (hasErrors(diagnostics)) return { diagnostics };
  const addressOf = (name: string) => (layout.byName.get(name)!.address | 1) >>> 0;
  const table = new DataView(bytes.buffer, image.vectorTable - image.slot.start);
  table.setUint32(0, image.ram.end, true);
  for (let i = 1; i < image.vectorCount; i++) {
    const name = vectors.entries.get(i) ?? (needsDefault ? DEFAULT_HANDLER : undefined);
    table.setUint32(4 * i, name === undefined ? 0 : addressOf(name), true);
  }
  const value: LinkedImage = {
    name: image.name,
    image,
    bytes,
    sections: layout.sections,
    symbols: [...layout.byName.values()],
    entry: addressOf(vectors.entries.get(1)!),
    sizes: sizesOf(image, layout),
    linkerSymbols: linker,
    usesFpu: input.object.usesFpu ?? false,
  };
  return { value, diagnostics };
}

function withDefaultHandler(object: ObjectFile): ObjectFile {
  const section: Section = {
    name: `.text.${DEFAULT_HANDLER}`,
    kind: 'code',
    bytes: DEFAULT_HANDLER_CODE,
    size: 2,
    alignment: 2,
    relocations: [],
  };
  const symbol: ObjectSymbol = {
    name: DEFAULT_HANDLER,
    kind: 'function',
    binding: 'local',
    section: object.sections.length,
    offset: 0,
    size: 2,
  };
  return { ...object, sections: [...object.sections, section], symbols: [...object.symbols, symbol] };
}

interface Placement {
  readonly sections: PlacedSection[];
  readonly byName: Map<string, PlacedSymbol>;
  readonly flashEnd: number;
  readonly dataStart: number;
  readonly dataEnd: number;
  readonly dataLoad: number;
  readonly bssStart: number;
  readonly bssEnd: number;
}

function place(image: LayoutImage, reached: Reached): Placement {
  const sections: PlacedSection[] = [];
  const byName = new Map<string, PlacedSymbol>();
  const put = (index: number, section: Section, address: number, loadAddress: number) => {
    sections.push({ section, address, loadAddress, bytes: section.bytes.slice() });
    for (const symbol of reached.symbols) {
      if (symbol.section === index) byName.set(symbol.name, { symbol, address: address + symbol.offset });
    }
  };
  const of = (kind: Section['kind']) => reached.sections.filter(({ section }) => section.kind === kind);
  let flash = image.vectorTable + 4 * image.vectorCount;
  for (const { index, section } of [...of('code'), ...of('rodata')]) {
    flash = alignUp(flash, section.alignment);
    put(index, section, flash, flash);
    flash += section.size;
  }
  const dataStart = image.ram.start;
  const hasData = of('data').length > 0;
  const dataLoad = hasData ? alignUp(flash, 8) : flash;
  let ram = dataStart;
  for (const { index, section } of of('data')) {
    ram = alignUp(ram, section.alignment);
    put(index, section, ram, dataLoad + (ram - dataStart));
    ram += section.size;
  }
  const dataEnd = alignUp(ram, 4);
  ram = dataEnd;
  for (const { index, section } of of('bss')) {
    ram = alignUp(ram, section.alignment);
    put(index, section, ram, ram);
    ram += section.size;
  }
  const flashEnd = hasData ? dataLoad + (dataEnd - dataStart) : flash;
  return { sections, byName, flashEnd, dataStart, dataEnd, dataLoad, bssStart: dataEnd, bssEnd: alignUp(ram, 4) };
}

/** What start-up code asks for by name. */
function linkerSymbols(image: LayoutImage, layout: Placement): Map<string, number> {
  return new Map([
    ['__data_start', layout.dataStart],
    ['__data_end', layout.dataEnd],
    ['__data_load', layout.dataLoad],
    ['__bss_start', layout.bssStart],
    ['__bss_end', layout.bssEnd],
    ['__stack_top', image.ram.end],
    ['__image_start', image.slot.start],
    ['__image_end', layout.flashEnd],
    ['__slot_end', image.slot.end],
    ['__vector_table', image.vectorTable],
  ]);
}

function resolver(layout: Placement, values: ReadonlyMap<string, number>) {
  return (name: string) => {
    const placed = layout.byName.get(name);
    if (placed) return { address: placed.address, isFunction: placed.symbol.kind === 'function' };
    const value = values.get(name);
    return value === undefined ? undefined : { address: value, isFunction: false };
  };
}

function sizesOf(image: LayoutImage, layout: Placement): ImageSizes {
  const sum = (kind: Section['kind']) =>
    layout.sections.filter(({ section }) => section.kind === kind).reduce((n, { section }) => n + section.size, 0);
  return {
    vectors: 4 * image.vectorCount,
    code: sum('code'),
    rodata: sum('rodata'),
    data: sum('data'),
    bss: sum('bss'),
    flash: layout.flashEnd - image.slot.start,
    ram: layout.bssEnd - layout.dataStart,
  };
}

function checkRoom(image: LayoutImage, layout: Placement): Diagnostic[] {
  const largest = [...layout.sections].sort((a, b) => b.section.size - a.section.size).slice(0, 3);
  const named = largest.map(({ section }) => `${section.name} (${formatSize(section.size)})`).join(', ');
  const diagnostics: Diagnostic[] = [];
  const flash = layout.flashEnd - image.slot.start;
  if (flash > rangeSize(image.slot)) {
    diagnostics.push({
      code: 'LNK004',
      severity: 'error',
      what: `the image \`${image.name}\` does not fit its slot`,
      at: { path: image.name },
      got: `${formatSize(flash)}; the slot at ${formatAddress(image.slot.start)} has ${formatSize(rangeSize(image.slot))}`,
      why: `the largest parts: ${named}`,
      fix: 'give it a larger size in the config, or make the program smaller',
    });
  }
  const ram = layout.bssEnd - layout.dataStart;
  if (ram > rangeSize(image.ram)) {
    diagnostics.push({
      code: 'LNK005',
      severity: 'error',
      what: `the data of \`${image.name}\` do not fit its RAM`,
      at: { path: image.name },
      got: `${formatSize(ram)} of data; the RAM has ${formatSize(rangeSize(image.ram))}`,
      fix: 'make static data smaller',
    });
  }
  return diagnostics;
}

function noEntry(image: LayoutImage, exported: readonly string[]): Diagnostic {
  const near = nearMiss('Reset_Handler', exported);
  return {
    code: 'LNK006',
    severity: 'error',
    what: `\`${image.name}\` exports no Reset_Handler`,
    at: { path: image.name },
    why: 'the processor starts an image at its Reset_Handler',
    fix: near ? `did you mean Reset_Handler where you wrote ${near}?` : 'export function Reset_Handler(): void',
  };
}

function undefinedSymbol(name: string, image: LayoutImage, known: readonly string[]): Diagnostic {
  const near = nearMiss(name, known);
  return {
    code: 'LNK007',
    severity: 'error',
    what: `nothing defines \`${name}\``,
    at: { path: image.name },
    fix: near ? `did you mean ${near}?` : 'define it, or remove what refers to it',
  };
}
