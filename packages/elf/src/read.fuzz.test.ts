/** The ELF reader under damage: a value or a diagnostic, never anything else; what we write reads as it was. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { judgeReader } from '../../../tools/judge-reader.ts';
import { damaged, fuzzRuns, truncations, withHugeFields } from '../../../tools/mutate-bytes.ts';
import { readElf } from './read.ts';
import { type ElfFile, type ElfSection, type ElfSymbol, SHT_NOBITS, SHT_PROGBITS } from './types.ts';
import { type ElfInput, writeElf } from './write.ts';

const read = (bytes: Uint8Array) => readElf(bytes, 'x.elf');
const CODES = ['ELF001', 'ELF002', 'ELF003'];
const held = ({ sections, segments }: ElfFile) => [...sections, ...segments].map(({ bytes }) => bytes);
const judge = (bytes: Uint8Array) => void judgeReader(read, bytes, { codes: CODES, held });

function section(name: string, address: number, size: number, more: Partial<ElfSection> = {}): ElfSection {
  const bytes = Uint8Array.from({ length: size }, (_, i) => (i * 7) & 0xff);
  return { name, type: SHT_PROGBITS, flags: 2, address, loadAddress: address, bytes, size, alignment: 4, ...more };
}

const SECTIONS: readonly ElfSection[] = [
  section('.vector_table', 0x0800_0000, 64),
  section('.text', 0x0800_0040, 30, { flags: 6 }),
  section('.data', 0x2000_0000, 8, { flags: 3, loadAddress: 0x0800_0060 }),
  section('.bss', 0x2000_0008, 100, { type: SHT_NOBITS, flags: 3, bytes: new Uint8Array(0) }),
];
const SYMBOLS: readonly ElfSymbol[] = [
  { name: '$t', value: 0x0800_0040, size: 0, type: 'none', binding: 'local', section: '.text' },
  { name: 'Reset_Handler', value: 0x0800_0041, size: 30, type: 'function', binding: 'global', section: '.text' },
  { name: 'räusch', value: 0x2000_0008, size: 4, type: 'object', binding: 'global', section: '.bss' },
  { name: '__stack_top', value: 0x2001_0000, size: 0, type: 'none', binding: 'global' },
];
const FILE = writeElf({ entry: 0x0800_0041, sections: SECTIONS, symbols: SYMBOLS });
const FILES = [FILE, writeElf({ entry: 0, sections: [], symbols: [] })];

const HEADER = 52;

test('random bytes, bare and behind the beginning of an ELF file', () => {
  const head = fc.constantFrom(new Uint8Array(0), ...[4, 16, 20, HEADER, 200].map((size) => FILE.slice(0, size)));
  const file = fc.tuple(head, fc.uint8Array({ maxLength: 400 })).map(([a, b]) => new Uint8Array(Buffer.concat([a, b])));
  fc.assert(fc.property(file, judge), fuzzRuns(2000));
});

test('damaged files', () => {
  fc.assert(fc.property(damaged(FILES), judge), fuzzRuns(3000));
});

test('truncated at each length', () => {
  for (const cut of truncations(FILE)) {
    judge(cut);
    expect(read(cut).value).toBeUndefined();
  }
});

test('huge fields in the file header and the program headers', () => {
  for (const changed of withHugeFields(FILE, HEADER + 4 * 32)) judge(changed);
});

test('huge fields in the section headers and the symbol table', () => {
  const sectionHeaders = new DataView(FILE.buffer).getUint32(32, true);
  for (const start of [sectionHeaders, sectionHeaders - 300]) {
    const tail = FILE.slice(start);
    for (const changed of withHugeFields(tail, tail.length)) {
      judge(new Uint8Array(Buffer.concat([FILE.subarray(0, start), changed])));
    }
  }
});

/** `count` section headers, which are the program headers too: each names the whole file. Names are `A`s without an end. */
function wholeFileManyTimes(count: number): Uint8Array {
  const headers = HEADER + count * 40;
  const bytes = new Uint8Array(2 * headers).fill(0x41);
  bytes.set(FILE.subarray(0, HEADER));
  const view = new DataView(bytes.buffer);
  for (const offset of [28, 32]) view.setUint32(offset, HEADER, true);
  // e_phentsize, e_phnum, e_shentsize, e_shnum, e_shstrndx.
  [40, count, 40, count, 0].forEach((value, i) => void view.setUint16(42 + 2 * i, value, true));
  for (let i = 0; i < count; i++) {
    // A section's name, type, flags, address, offset and size; a segment's type, offset and file size at 0, 4 and 16.
    const [offset, size] = i === 0 ? [headers, headers] : [0, bytes.length];
    const fields = [i, 1, 0, 0, offset, size, 0, 0, 1, 0];
    fields.forEach((value, k) => void view.setUint32(HEADER + 40 * i + 4 * k, value, true));
  }
  return bytes;
}

test('thousands of sections that each hold the whole file, and as many endless names', () => {
  const file = wholeFileManyTimes(20_000);
  judge(file);
  expect(read(file).diagnostics).toMatchObject([{ code: 'ELF002', what: expect.stringContaining('names') }]);
  // With one name for all of them it is a good file.
  for (let i = 0; i < 20_000; i++) new DataView(file.buffer).setUint32(HEADER + 40 * i, 0, true);
  expect(judgeReader(read, file, { codes: CODES, held })!.sections.length).toBe(20_000);
});

test('symbols with endless names', () => {
  const symbols = Array.from(
    { length: 4000 },
    (_, i): ElfSymbol => ({ ...SYMBOLS[3], name: `${i}${'x'.repeat(400)}` }),
  );
  const file = writeElf({ entry: 0, sections: [], symbols });
  expect(judgeReader(read, file, { codes: CODES, held })!.symbols.length).toBe(4000);
  // Each name now reaches to the table's end.
  const from = Buffer.from(file).indexOf('x'.repeat(400));
  const end = Buffer.from(file).lastIndexOf('x'.repeat(400));
  for (let i = from; i < end; i++) if (file[i] === 0) file[i] = 0x78;
  judge(file);
  expect(read(file).diagnostics).toMatchObject([{ code: 'ELF002', what: 'names overlap too often' }]);
});

const name = fc.string({ minLength: 1, maxLength: 30, unit: 'grapheme' }).filter((text) => !text.includes('\0'));
const word = fc.integer({ min: 0, max: 0xffff_ffff });

/** Sections one behind the other, symbols in them or absolute. */
const program: fc.Arbitrary<ElfInput> = fc
  .record({
    entry: word,
    parts: fc.uniqueArray(
      fc.record({ name, size: fc.integer({ min: 1, max: 80 }), isZeroed: fc.boolean(), gap: fc.nat(1000) }),
      { maxLength: 6, selector: (part) => part.name },
    ),
    symbols: fc.array(
      fc.record({
        name,
        value: word,
        size: word,
        type: fc.constantFrom('function' as const, 'object' as const, 'none' as const),
        binding: fc.constantFrom('local' as const, 'global' as const),
        within: fc.option(fc.nat(5)),
      }),
      { maxLength: 12 },
    ),
  })
  .map(({ entry, parts, symbols }) => {
    let address = 0x0800_0000;
    const sections = parts.map(({ name: title, size, isZeroed, gap }): ElfSection => {
      address += gap + 80;
      const zeroed = { type: SHT_NOBITS, bytes: new Uint8Array(0) };
      return section(title, address, size, isZeroed ? zeroed : { loadAddress: address + 0x10_0000 });
    });
    return {
      entry,
      sections,
      symbols: symbols.map(({ within, ...symbol }): ElfSymbol => {
        const home = within === null ? undefined : sections[within];
        return home ? { ...symbol, section: home.name } : symbol;
      }),
    };
  });

test('what is written reads as it was', () => {
  fc.assert(
    fc.property(program, (input) => {
      const { value, diagnostics } = read(writeElf(input));
      expect(diagnostics).toEqual([]);
      const made = ['', '.ARM.attributes', '.symtab', '.strtab', '.shstrtab'];
      const sections = value!.sections.slice(1, 1 + input.sections.length);
      expect(sections).toEqual(input.sections);
      expect([value!.sections[0], ...value!.sections.slice(1 + sections.length)].map((s) => s.name)).toEqual(made);
      // Local symbols come first, otherwise in the order given.
      const sorted = [...input.symbols].sort((a, b) => Number(a.binding === 'global') - Number(b.binding === 'global'));
      expect(value!.symbols).toEqual(sorted);
      expect(value!.entry).toBe(input.entry);
      expect(value!.segments.map(({ address, memorySize }) => [address, memorySize])).toEqual(
        input.sections.map(({ address, size }) => [address, size]),
      );
    }),
    fuzzRuns(200),
  );
});
