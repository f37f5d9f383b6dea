/** Reads an ELF file strictly: anything malformed or meant for another machine becomes a diagnostic with its offset. */
import { ByteReader, OutOfBoundsError } from '@kickstage/base/bytes';
import type { Checked, Diagnostic } from '@kickstage/base/diagnostic';
import * as elf from './types.ts';

class ElfError extends Error {
  readonly code: string;
  readonly offset: number;

  constructor(code: string, offset: number, message: string) {
    super(message);
    this.code = code;
    this.offset = offset;
  }
}

/** Whether the bytes begin as an ELF file does. */
export function looksLikeElf(bytes: Uint8Array): boolean {
  return bytes.length >= 4 && bytes[0] === 0x7f && bytes[1] === 0x45 && bytes[2] === 0x4c && bytes[3] === 0x46;
}

/**
 * Parses a 32-bit little-endian Arm executable; `name` is how the file is called in diagnostics. The bytes of sections and
 * segments are views of `bytes`, not copies.
 */
export function readElf(bytes: Uint8Array, name: string): Checked<elf.ElfFile> {
  try {
    return { value: parse(new ByteReader(bytes)), diagnostics: [] };
  } catch (error) {
    if (error instanceof OutOfBoundsError) {
      return {
        diagnostics: [diagnostic(name, 'ELF002', error.offset, 'the file is cut short or its tables point outside')],
      };
    }
    if (error instanceof ElfError) return { diagnostics: [diagnostic(name, error.code, error.offset, error.message)] };
    throw error;
  }
}

function diagnostic(name: string, code: string, offset: number, what: string): Diagnostic {
  const fix =
    code === 'ELF001'
      ? 'give an ELF executable for Cortex-M'
      : code === 'ELF003'
        ? 'build it for Cortex-M (-mcpu=cortex-m4 -mthumb) and link it'
        : 'build the file again';
  return { code, severity: 'error', what, at: { file: name }, got: `at offset 0x${offset.toString(16)}`, fix };
}

function parse(reader: ByteReader): elf.ElfFile {
  if (!looksLikeElf(reader.bytes)) throw new ElfError('ELF001', 0, 'this is no ELF file');
  if (reader.u8(4) !== elf.ELFCLASS32 || reader.u8(5) !== elf.ELFDATA2LSB) {
    throw new ElfError('ELF003', 4, 'the ELF file is not 32-bit little-endian');
  }
  if (reader.u16(18) !== elf.EM_ARM) throw new ElfError('ELF003', 18, 'the ELF file is not for Arm');
  if (reader.u16(16) !== elf.ET_EXEC) throw new ElfError('ELF003', 16, 'the ELF file is not an executable');
  const segments = readSegments(reader);
  const sections = readSections(reader, segments);
  return {
    entry: reader.u32(24),
    segments,
    sections: sections.map((s) => s.section),
    symbols: readSymbols(sections),
  };
}

function readSegments(reader: ByteReader): elf.ElfSegment[] {
  const offset = reader.u32(28);
  const size = reader.u16(42);
  const count = reader.u16(44);
  if (count > 0 && size < 32) throw new ElfError('ELF002', 42, 'program headers are too small');
  const segments: elf.ElfSegment[] = [];
  for (let i = 0; i < count; i++) {
    const at = offset + i * size;
    if (reader.u32(at) !== elf.PT_LOAD) continue;
    const fileSize = reader.u32(at + 16);
    const memorySize = reader.u32(at + 20);
    if (memorySize < fileSize) throw new ElfError('ELF002', at + 20, 'a segment is larger in the file than in memory');
    segments.push({
      address: reader.u32(at + 8),
      loadAddress: reader.u32(at + 12),
      bytes: reader.slice(reader.u32(at + 4), fileSize),
      memorySize,
      flags: reader.u32(at + 24),
    });
  }
  return segments;
}

interface RawSection {
  readonly section: elf.ElfSection;
  readonly link: number;
  readonly entrySize: number;
}

function readSections(reader: ByteReader, segments: readonly elf.ElfSegment[]): RawSection[] {
  const offset = reader.u32(32);
  const size = reader.u16(46);
  const count = reader.u16(48);
  if (count === 0) return [];
  if (size < 40) throw new ElfError('ELF002', 46, 'section headers are too small');
  const nameTable = offset + reader.u16(50) * size;
  const names = new Names(reader.slice(reader.u32(nameTable + 16), reader.u32(nameTable + 20)));
  return Array.from({ length: count }, (_, i): RawSection => {
    const at = offset + i * size;
    const type = reader.u32(at + 4);
    const bytesSize = reader.u32(at + 20);
    const address = reader.u32(at + 12);
    const bytes =
      type === elf.SHT_NOBITS || type === 0 ? new Uint8Array(0) : reader.slice(reader.u32(at + 16), bytesSize);
    const segment = segments.find((s) => address >= s.address && address < s.address + s.memorySize);
    const section = {
      name: names.at(reader.u32(at), at),
      type,
      flags: reader.u32(at + 8),
      address,
      loadAddress: segment ? segment.loadAddress + (address - segment.address) : address,
      bytes,
      size: bytesSize,
      alignment: Math.max(1, reader.u32(at + 32)),
    };
    return { section, link: reader.u32(at + 24), entrySize: reader.u32(at + 36) };
  });
}

/**
 * How often the bytes of a string table may be read: linkers let names share their ends, but each byte serves a few names
 * at most. Without a bound a crafted file of a megabyte asks for gigabytes of names.
 */
const NAME_READS = 16;

/** A table of NUL-terminated names. */
class Names {
  private readonly bytes: Uint8Array;
  private readonly known = new Map<number, string>();
  private readonly decoder = new TextDecoder();
  private left: number;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.left = NAME_READS * bytes.length;
  }

  /** The name that begins at `offset`; `place` is where in the file it is asked for. */
  at(offset: number, place: number): string {
    const known = this.known.get(offset);
    if (known !== undefined) return known;
    const { length } = this.bytes;
    if (offset >= length && !(offset === 0 && length === 0))
      throw new ElfError('ELF002', place, 'a name lies outside its string table');
    const zero = this.bytes.indexOf(0, offset);
    const name = this.bytes.subarray(offset, zero < 0 ? length : zero);
    this.left -= name.length;
    if (this.left < 0) throw new ElfError('ELF002', place, 'names overlap too often');
    const text = this.decoder.decode(name);
    this.known.set(offset, text);
    return text;
  }
}

function readSymbols(sections: readonly RawSection[]): elf.ElfSymbol[] {
  const table = sections.find(({ section }) => section.type === elf.SHT_SYMTAB);
  if (!table) return [];
  if (table.entrySize < 16) throw new ElfError('ELF002', 0, 'symbols are too small');
  const strings = sections[table.link]?.section.bytes;
  if (!strings) throw new ElfError('ELF002', 0, 'the symbol table has no string table');
  const symbols = new ByteReader(table.section.bytes);
  const names = new Names(strings);
  const result: elf.ElfSymbol[] = [];
  for (let at = table.entrySize; at + 16 <= symbols.length; at += table.entrySize) {
    const info = symbols.u8(at + 12);
    const type = info & 15;
    const index = symbols.u16(at + 14);
    result.push({
      name: names.at(symbols.u32(at), at),
      value: symbols.u32(at + 4),
      size: symbols.u32(at + 8),
      type: type === elf.STT_FUNC ? 'function' : type === elf.STT_OBJECT ? 'object' : 'none',
      binding: info >> 4 === elf.STB_LOCAL ? 'local' : 'global',
      ...(sections[index] && index !== 0 ? { section: sections[index].section.name } : {}),
    });
  }
  return result;
}
