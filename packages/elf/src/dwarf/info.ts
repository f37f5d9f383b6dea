/**
 * .debug_info and .debug_abbrev (DWARF 4, 7.5): entries in order, each with the number of its abbreviation, which says
 * its tag and its attributes' forms. Entries of the same shape share an abbreviation; all units share one table.
 */
import { ByteWriter } from '@kickstage/base/bytes';
import { invariant } from '@kickstage/base/invariant';
import type { StringTable } from '../string-table.ts';
import { AT, DWARF_VERSION, FORM, TAG } from './constants.ts';
import type { Die, Value } from './die.ts';
import { sleb, uleb } from './leb128.ts';

export interface Info {
  readonly info: Uint8Array;
  readonly abbreviations: Uint8Array;
  /** Where each unit begins in `info`. */
  readonly unitOffsets: readonly number[];
}

/** Unit header: length, version, offset of the abbreviations, size of an address (7.5.1.1). */
const HEADER_SIZE = 11;
const ADDRESS_SIZE = 4;

/** Writes each unit, whose root is its compile_unit. Texts go to `strings`, which is to be .debug_str. */
export function writeInfo(units: readonly Die[], strings: StringTable): Info {
  const abbreviations = new Abbreviations();
  const out = new ByteWriter(4096);
  const unitOffsets = units.map((root) => {
    const start = out.length;
    writeUnit(out, root, abbreviations, strings);
    return start;
  });
  return { info: out.toBytes(), abbreviations: abbreviations.toBytes(), unitOffsets };
}

class Abbreviations {
  private readonly out = new ByteWriter();
  private readonly numbers = new Map<string, number>();

  numberOf({ tag, attributes, children }: Die): number {
    const key = `${tag} ${children.length > 0} ${attributes.map(([at, { form }]) => `${at}:${form}`).join()}`;
    const known = this.numbers.get(key);
    if (known !== undefined) return known;
    const number = this.numbers.size + 1;
    this.numbers.set(key, number);
    uleb(uleb(this.out, number), TAG[tag]).u8(children.length > 0 ? 1 : 0);
    for (const [at, { form }] of attributes) uleb(uleb(this.out, AT[at]), FORM[form]);
    this.out.u8(0).u8(0);
    return number;
  }

  toBytes(): Uint8Array {
    return new ByteWriter().append(this.out.toBytes()).u8(0).toBytes();
  }
}

function writeUnit(out: ByteWriter, root: Die, abbreviations: Abbreviations, strings: StringTable): void {
  const start = out.length;
  out.u32(0).u16(DWARF_VERSION).u32(0).u8(ADDRESS_SIZE);
  invariant(out.length === start + HEADER_SIZE, 'the size of a unit header');
  const offsets = new Map<Die, number>();
  const references: { at: number; to: Die }[] = [];
  const write = (die: Die): void => {
    offsets.set(die, out.length - start);
    uleb(out, abbreviations.numberOf(die));
    for (const [, value] of die.attributes) {
      if (value.form === 'ref4') references.push({ at: out.length, to: value.to });
      writeValue(out, value, strings);
    }
    if (die.children.length === 0) return;
    for (const child of die.children) write(child);
    out.u8(0);
  };
  write(root);
  for (const { at, to } of references) {
    const offset = offsets.get(to);
    invariant(offset !== undefined, `a reference to a ${to.tag} of another unit`);
    out.patchU32(at, offset);
  }
  out.patchU32(start, out.length - start - 4);
}

function writeValue(out: ByteWriter, value: Value, strings: StringTable): void {
  switch (value.form) {
    case 'data1':
      out.u8(value.value);
      return;
    case 'data2':
      out.u16(value.value);
      return;
    case 'addr':
    case 'data4':
    case 'sec_offset':
      out.u32(value.value);
      return;
    case 'udata':
      return void uleb(out, value.value);
    case 'sdata':
      return void sleb(out, value.value);
    case 'strp':
      out.u32(strings.add(value.text));
      return;
    case 'exprloc':
      return void uleb(out, value.bytes.length).append(value.bytes);
    case 'ref4':
      out.u32(0);
      return;
    case 'flag_present':
  }
}
