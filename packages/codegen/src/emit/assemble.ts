/**
 * Items → bytes. Sizes of branches, pool loads and tables depend on distances, which depend on sizes: each starts at its
 * smallest and only ever grows until nothing changes. The literal pool stands behind the code, equal words once.
 */

import { encode } from '@kickstage/armv7m/encode';
import { ENCODING_BY_ID } from '@kickstage/armv7m/encodings';
import { alignUp, fitsSigned } from '@kickstage/base/bits';
import { ByteWriter } from '@kickstage/base/bytes';
import { invariant } from '@kickstage/base/invariant';
import type { LineEntry, Relocation, Section } from '@kickstage/object/object-file';
import type { SourcePlace } from '@kickstage/object/source-place';
import { isSingle, PC } from '../isel/mir.ts';
import { singleAccess } from './candidates-single.ts';
import type { Item, Label, Literal } from './items.ts';

/** Bytes of a literal's load with the literal right behind it. */
const NEAR_LITERAL = 12;

interface Layout {
  readonly sizes: number[];
  readonly offsets: number[];
  readonly labels: Map<Label, number>;
  readonly pool: Map<string, { literal: Literal; offset: number }>;
  readonly itemsEnd: number;
  readonly poolStart: number;
  readonly end: number;
}

const keyOf = (literal: Literal) => `${literal.symbol ?? ''}+${literal.value}`;

export interface Assembled {
  readonly section: Section;
  /** Of each item. */
  readonly offsets: readonly number[];
  /** Behind the last item, where the pool begins if there is one. */
  readonly end: number;
}

export function assemble(name: string, items: readonly Item[]): Assembled {
  const layout = layOut(items);
  return { section: write(name, items, layout), offsets: layout.offsets, end: layout.itemsEnd };
}

/** The size in bytes that `assemble` would give, pool included. */
export function sizeOf(items: readonly Item[]): number {
  return layOut(items).end;
}

function layOut(items: readonly Item[]): Layout {
  const sizes = items.map(smallest);
  let layout = place(items, sizes);
  while (grow(items, layout)) layout = place(items, sizes);
  return layout;
}

function smallest(item: Item): number {
  switch (item.kind) {
    case 'label':
      return 0;
    case 'inst':
      return ENCODING_BY_ID.get(item.id)!.size;
    case 'zeroBranch':
      return item.reg < 8 ? 2 : 6;
    case 'literal':
      return item.rt < 8 ? 2 : 4;
    case 'table':
      return 4 + alignUp(item.targets.length, 2);
    default:
      return 2;
  }
}

function place(items: readonly Item[], sizes: number[]): Layout {
  const offsets: number[] = [];
  const labels = new Map<Label, number>();
  const pool: Layout['pool'] = new Map();
  let at = 0;
  items.forEach((item, i) => {
    offsets.push(at);
    if (item.kind === 'label') labels.set(item.label, at);
    at += sizes[i];
  });
  const poolStart = alignUp(at, 4);
  for (const item of items) {
    if (item.kind !== 'literal' || pool.has(keyOf(item.literal))) continue;
    pool.set(keyOf(item.literal), { literal: item.literal, offset: poolStart + 4 * pool.size });
  }
  const end = pool.size === 0 ? at : poolStart + 4 * pool.size;
  return { sizes, offsets, labels, pool, itemsEnd: at, poolStart, end };
}

/** Distance from an item's program counter (its address + 4) to a label. */
function distance(layout: Layout, i: number, target: Label, lead = 0): number {
  const to = layout.labels.get(target);
  invariant(to !== undefined, `no label ${target}`);
  return to - (layout.offsets[i] + lead + 4);
}

/** Enlarges what does not reach; says whether anything changed. */
function grow(items: readonly Item[], layout: Layout): boolean {
  let changed = false;
  items.forEach((item, i) => {
    const needed = neededSize(item, i, layout);
    if (needed <= layout.sizes[i]) return;
    layout.sizes[i] = needed;
    changed = true;
  });
  return changed;
}

function neededSize(item: Item, i: number, layout: Layout): number {
  switch (item.kind) {
    case 'branch':
      return branchSize(item.cond, distance(layout, i, item.target));
    case 'zeroBranch': {
      const d = distance(layout, i, item.target);
      if (layout.sizes[i] === 2 && d >= 0 && d <= 126) return 2;
      const compare = item.reg < 8 ? 2 : 4;
      return compare + branchSize(0, distance(layout, i, item.target, compare));
    }
    case 'literal': {
      const d = layout.pool.get(keyOf(item.literal))!.offset - ((layout.offsets[i] + 4) & ~3);
      if (isSingle(item.rt)) return layout.sizes[i] === 4 && d <= 1020 ? 4 : NEAR_LITERAL;
      return layout.sizes[i] === 2 && d <= 1020 ? 2 : d <= 4095 ? 4 : 8;
    }
    case 'table': {
      const start = layout.offsets[i] + 4;
      const reach = Math.max(...item.targets.map((t) => layout.labels.get(t)! - start));
      const forward = item.targets.every((t) => layout.labels.get(t)! >= start);
      invariant(forward, 'a table branches forward only');
      return reach <= 510 && layout.sizes[i] === smallest(item) ? smallest(item) : 4 + 2 * item.targets.length;
    }
    default:
      return layout.sizes[i];
  }
}

function branchSize(cond: number | undefined, d: number): number {
  return fitsSigned(d, cond === undefined ? 12 : 9) ? 2 : 4;
}

class SectionWriter {
  readonly out = new ByteWriter();
  readonly relocations: Relocation[] = [];
  readonly lines: LineEntry[] = [];
  readonly dataRanges: { start: number; end: number }[] = [];

  put(id: Parameters<typeof encode>[0], operands: Parameters<typeof encode>[1]): void {
    for (const halfword of encode(id, operands).halfwords) this.out.u16(halfword);
  }

  data(write: () => void): void {
    const start = this.out.length;
    write();
    this.dataRanges.push({ start, end: this.out.length });
  }
}

function write(name: string, items: readonly Item[], layout: Layout): Section {
  const writer = new SectionWriter();
  items.forEach((item, i) => {
    if (item.kind !== 'label') noteLine(writer, item.place);
    writeItem(writer, item, i, layout);
    const end = layout.offsets[i] + layout.sizes[i];
    invariant(
      writer.out.length === end,
      `${name}: item ${i} is ${writer.out.length - layout.offsets[i]} bytes, not ${layout.sizes[i]}`,
    );
  });
  if (layout.pool.size > 0) writePool(writer, layout);
  const bytes = writer.out.toBytes();
  invariant(bytes.length === layout.end, `${name}: ${bytes.length} bytes, not ${layout.end}`);
  const { relocations, lines, dataRanges } = writer;
  return { name, kind: 'code', bytes, size: bytes.length, alignment: 4, relocations, lines, dataRanges };
}

function noteLine({ lines, out }: SectionWriter, place: Item['place']): void {
  if (place === undefined) return;
  const last = lines.at(-1);
  if (place !== 'none' && !samePlace(place, last?.place)) lines.push({ offset: out.length, place });
  if (place === 'none' && last?.place) lines.push({ offset: out.length });
}

export const samePlace = (a: SourcePlace, b: SourcePlace | undefined) =>
  b !== undefined && a.file === b.file && a.line === b.line && a.column === b.column;

function writeItem(writer: SectionWriter, item: Item, i: number, layout: Layout): void {
  switch (item.kind) {
    case 'label':
      return;
    case 'inst':
      if (item.relocation) writer.relocations.push({ offset: writer.out.length, ...item.relocation, addend: 0 });
      return writer.put(item.id, item.operands);
    case 'branch':
      return writeBranch(writer, item.cond, distance(layout, i, item.target), layout.sizes[i]);
    case 'zeroBranch': {
      if (layout.sizes[i] === 2) {
        return writer.put(item.zero ? 'CBZ_T1' : 'CBNZ_T1', { Rn: item.reg, imm32: distance(layout, i, item.target) });
      }
      writer.put(item.reg < 8 ? 'CMP_imm_T1' : 'CMP_imm_T2', { Rn: item.reg, imm32: 0 });
      const lead = item.reg < 8 ? 2 : 4;
      return writeBranch(writer, item.zero ? 0 : 1, distance(layout, i, item.target, lead), layout.sizes[i] - lead);
    }
    case 'literal':
      return writeLiteral(writer, item, i, layout);
    case 'table':
      return writeTable(writer, item, i, layout);
  }
}

function writeBranch(writer: SectionWriter, cond: number | undefined, d: number, size: number): void {
  if (cond === undefined) return writer.put(size === 2 ? 'B_T2' : 'B_T4', { imm32: d });
  return writer.put(size === 2 ? 'B_T1' : 'B_T3', { cond, imm32: d });
}

/** Far from its pool, the constant is built in two halves instead. */
function writeLiteral(
  writer: SectionWriter,
  item: Extract<Item, { kind: 'literal' }>,
  i: number,
  layout: Layout,
): void {
  const { literal, rt } = item;
  if (isSingle(rt)) return writeSingleLiteral(writer, rt, literal, i, layout);
  if (layout.sizes[i] === 8) {
    const { symbol, value } = literal;
    const at = writer.out.length;
    if (symbol !== undefined) {
      writer.relocations.push({ offset: at, kind: 'R_ARM_THM_MOVW_ABS_NC', symbol, addend: value });
      writer.relocations.push({ offset: at + 4, kind: 'R_ARM_THM_MOVT_ABS', symbol, addend: value });
    }
    writer.put('MOV_imm_T3', { Rd: rt, imm32: symbol === undefined ? value & 0xffff : 0 });
    return writer.put('MOVT_T1', { Rd: rt, imm16: symbol === undefined ? value >>> 16 : 0 });
  }
  const imm32 = layout.pool.get(keyOf(literal))!.offset - ((layout.offsets[i] + 4) & ~3);
  return writer.put(layout.sizes[i] === 2 ? 'LDR_lit_T1' : 'LDR_lit_T2', { Rt: rt, imm32, add: 1 });
}

/**
 * A literal of a single-precision register. Far from its pool it stands right behind the load, and is jumped over: there is
 * no core register to build it in.
 */
function writeSingleLiteral(writer: SectionWriter, rt: number, literal: Literal, i: number, layout: Layout): void {
  const at = layout.offsets[i];
  const isNear = layout.sizes[i] === NEAR_LITERAL;
  const word = isNear ? alignUp(at + 6, 4) : layout.pool.get(keyOf(literal))!.offset;
  writer.put('VLDR_T2', singleAccess(rt, PC, word - ((at + 4) & ~3)));
  if (!isNear) return;
  writer.put('B_T2', { imm32: at + NEAR_LITERAL - (at + 8) });
  writer.data(() => {
    writer.out.alignTo(4);
    writer.out.u32(literal.value);
    if (writer.out.length < at + NEAR_LITERAL) writer.out.u16(0);
  });
}

function writeTable(writer: SectionWriter, item: Extract<Item, { kind: 'table' }>, i: number, layout: Layout): void {
  const narrow = layout.sizes[i] === smallest(item) && layout.sizes[i] !== 4 + 2 * item.targets.length;
  const start = layout.offsets[i] + 4;
  writer.put(narrow ? 'TBB_T1' : 'TBH_T1', { Rn: 15, Rm: item.index });
  writer.data(() => {
    for (const target of item.targets) {
      const entry = (layout.labels.get(target)! - start) / 2;
      if (narrow) writer.out.u8(entry);
      else writer.out.u16(entry);
    }
    writer.out.alignTo(2);
  });
}

function writePool(writer: SectionWriter, layout: Layout): void {
  writer.out.alignTo(4);
  writer.data(() => {
    for (const { literal } of layout.pool.values()) {
      if (literal.symbol !== undefined) {
        writer.relocations.push({
          offset: writer.out.length,
          kind: 'R_ARM_ABS32',
          symbol: literal.symbol,
          addend: literal.value,
        });
      }
      writer.out.u32(literal.symbol === undefined ? literal.value : 0);
    }
  });
}
