/** Intel HEX, UF2 and `describeFile` under damage: a value or a diagnostic, never anything else; valid files round trip. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { judgeReader } from '../../../../tools/judge-reader.ts';
import { damaged, fuzzRuns, truncations, withHugeFields } from '../../../../tools/mutate-bytes.ts';
import type { Chunk } from '../chunk.ts';
import { describeFile } from '../inspect.ts';
import { toBin } from './bin.ts';
import { fromHex, toHex } from './hex.ts';
import { fromUf2, toUf2 } from './uf2.ts';

const ERASED = 0xff;

const content = (size: number) => Uint8Array.from({ length: size }, (_, i) => (i * 37 + (i >> 8)) & 0xff);
const CHUNKS: readonly Chunk[] = [
  { address: 0x0800_0000, bytes: content(400) },
  { address: 0x0800_fff0, bytes: content(40) },
  { address: 0x0806_0001, bytes: content(3) },
];
const text = (hex: string) => new TextEncoder().encode(hex);
const HEX_FILES = [toHex(CHUNKS, 0x0800_0041), toHex([], 0), toHex(CHUNKS, 1).replaceAll('\n', '\r\n')].map(text);
const UF2_FAMILY_STM32F4 = 0x57755a57;
const UF2_FILES = [toUf2(CHUNKS, UF2_FAMILY_STM32F4, ERASED), toUf2(CHUNKS.slice(0, 1), 0, ERASED)];

type FlashFile = { readonly chunks: readonly Chunk[] };
const held = ({ chunks }: FlashFile) => chunks.map(({ bytes }) => bytes);
const readHex = (bytes: Uint8Array) => fromHex(new TextDecoder().decode(bytes), 'x.hex');
const readUf2 = (bytes: Uint8Array) => fromUf2(bytes, 'x.uf2');
const inspect = (bytes: Uint8Array) => describeFile(bytes, 'x');

const ALL_CODES = ['ELF001', 'ELF002', 'ELF003', 'LNK010', 'LNK011', 'LNK012'];

/** Chunks are sorted, apart from each other, and within the address space. */
function expectOrder(value: FlashFile | undefined): void {
  let end = -1;
  for (const { address, bytes } of value?.chunks ?? []) {
    expect(bytes.length).toBeGreaterThan(0);
    expect(address).toBeGreaterThan(end);
    end = address + bytes.length;
    expect(end).toBeLessThanOrEqual(2 ** 32);
  }
}

const judgeHex = (bytes: Uint8Array) => expectOrder(judgeReader(readHex, bytes, { codes: ['LNK010'], held }));
const judgeUf2 = (bytes: Uint8Array) => expectOrder(judgeReader(readUf2, bytes, { codes: ['LNK011'], held }));
const judgeFile = (bytes: Uint8Array) => void judgeReader(inspect, bytes, { codes: ALL_CODES });
const same = (a: Uint8Array, b: Uint8Array) => Buffer.compare(a, b) === 0;

/** A record with a right checksum. */
function record(type: number, address: number, data: readonly number[]): string {
  const bytes = [data.length, address >>> 8, address & 0xff, type, ...data];
  const sum = bytes.reduce((total, byte) => total + byte, 0);
  return `:${[...bytes, -sum & 0xff].map((byte) => byte.toString(16).padStart(2, '0')).join('')}\n`;
}

const anyRecord = fc
  .record({
    type: fc.oneof(fc.constantFrom(0, 4, 5, 2, 3), fc.integer({ min: 0, max: 255 })),
    address: fc.oneof(fc.constantFrom(0, 0xfff0, 0xffff), fc.integer({ min: 0, max: 0xffff })),
    data: fc.oneof(
      fc.constantFrom([0x08, 0x00], [0xff, 0xff], [0, 0, 0, 0]),
      fc.array(fc.integer({ min: 0, max: 255 }), { maxLength: 20 }),
    ),
  })
  .map(({ type, address, data }) => record(type, address, data));

describe('Intel HEX', () => {
  test('random bytes', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), judgeHex), fuzzRuns(1000));
  });

  test('records with right checksums and any contents', () => {
    const file = fc.array(anyRecord, { maxLength: 8 }).map((records) => text(`${records.join('')}:00000001FF\n`));
    fc.assert(fc.property(file, judgeHex), fuzzRuns(3000));
  });

  test('damaged files', () => {
    fc.assert(fc.property(damaged(HEX_FILES), judgeHex), fuzzRuns(800));
  });

  test('truncated at each length', () => {
    for (const cut of truncations(HEX_FILES[0])) {
      judgeHex(cut);
      // The last newline may be missing.
      if (cut.length < HEX_FILES[0].length - 1) expect(readHex(cut).value).toBeUndefined();
    }
  });
});

describe('UF2', () => {
  test('random bytes', () => {
    const block = fc.uint8Array({ minLength: 512, maxLength: 512 });
    fc.assert(fc.property(fc.oneof(block, fc.uint8Array({ maxLength: 1100 })), judgeUf2), fuzzRuns(200));
  });

  test('damaged files', () => {
    fc.assert(fc.property(damaged(UF2_FILES), judgeUf2), fuzzRuns(1500));
  });

  test('truncated at each length', () => {
    for (const cut of truncations(UF2_FILES[0])) {
      judgeUf2(cut);
      expect(readUf2(cut).value).toBeUndefined();
    }
  });

  test('huge fields in the first block', () => {
    for (const file of UF2_FILES) for (const changed of withHugeFields(file, 32)) judgeUf2(changed);
  });
});

describe('inspect', () => {
  test('random bytes behind the beginning of each format', () => {
    const head = fc.constantFrom(
      [],
      [0x7f, 0x45, 0x4c, 0x46],
      [0x7f, 0x45, 0x4c, 0x46, 1, 1],
      [0x3a],
      [0x55, 0x46, 0x32, 0x0a],
    );
    const file = fc.tuple(head, fc.uint8Array({ maxLength: 600 })).map(([a, b]) => Uint8Array.of(...a, ...b));
    fc.assert(fc.property(file, judgeFile), fuzzRuns(1500));
  });

  test('damaged files', () => {
    fc.assert(fc.property(damaged([...HEX_FILES, ...UF2_FILES]), judgeFile), fuzzRuns(800));
  });
});

/** Chunks that are sorted and do not touch. */
const chunks = fc
  .array(fc.tuple(fc.integer({ min: 1, max: 0x2_0000 }), fc.uint8Array({ minLength: 1, maxLength: 300 })), {
    maxLength: 5,
  })
  .map((parts) => {
    let at = 0x0800_0000;
    return parts.map(([gap, bytes]): Chunk => {
      const address = at + gap;
      at = address + bytes.length;
      return { address, bytes };
    });
  });

describe('round trips', () => {
  test('Intel HEX', () => {
    const entry = fc.integer({ min: 0, max: 0xffff_ffff });
    fc.assert(
      fc.property(chunks, entry, (before, start) => {
        expect(fromHex(toHex(before, start), 'x.hex')).toEqual({
          value: { chunks: before, entry: start },
          diagnostics: [],
        });
      }),
      fuzzRuns(300),
    );
  });

  test('UF2, in whole pages of 256 bytes', () => {
    fc.assert(
      fc.property(chunks, (before) => {
        if (before.length === 0) return;
        const { value } = fromUf2(toUf2(before, UF2_FAMILY_STM32F4, ERASED), 'x.uf2');
        expect(value!.family).toBe(UF2_FAMILY_STM32F4);
        for (const { address, bytes } of value!.chunks) expect([address % 256, bytes.length % 256]).toEqual([0, 0]);
        const [wanted, got] = [toBin(before, ERASED), toBin(value!.chunks, ERASED)];
        const from = wanted.start - got.start;
        const end = from + wanted.bytes.length;
        expect(same(got.bytes.subarray(from, end), wanted.bytes)).toBe(true);
        const filling = [...got.bytes.subarray(0, from), ...got.bytes.subarray(end)];
        expect(filling.filter((byte) => byte !== ERASED)).toEqual([]);
      }),
      fuzzRuns(60),
    );
  });
});

describe('large files are read in time', () => {
  const SIZE = 2 ** 20;
  const large: readonly Chunk[] = [{ address: 0x0800_0000, bytes: content(SIZE) }];

  test('a mebibyte of Intel HEX', () => {
    const value = judgeReader(readHex, text(toHex(large, 0)), { codes: [], held });
    expect(value!.chunks.map(({ address }) => address)).toEqual([0x0800_0000]);
    expect(same(value!.chunks[0].bytes, large[0].bytes)).toBe(true);
  });

  test('a mebibyte of UF2', () => {
    const value = judgeReader(readUf2, toUf2(large, 0, ERASED), { codes: [], held });
    expect(value!.chunks.map(({ address }) => address)).toEqual([0x0800_0000]);
    expect(same(value!.chunks[0].bytes, large[0].bytes)).toBe(true);
  });

  test('one endless line', () => {
    judgeHex(text(`:${'00'.repeat(8 * SIZE)}\n`));
    judgeHex(text(':'.repeat(SIZE)));
    judgeHex(text('\n'.repeat(SIZE)));
  });
});

describe('what damage seldom makes', () => {
  test('records and blocks with the same addresses', () => {
    const one = record(0, 0x10, [1, 2, 3]);
    const { diagnostics } = fromHex(`${one}${record(0, 0, [0])}${record(0, 0x12, [4])}:00000001FF\n`, 'x.hex');
    expect(diagnostics).toMatchObject([{ code: 'LNK010', at: { file: 'x.hex', line: 3 } }]);
    const block = toUf2(CHUNKS.slice(0, 1), 0, ERASED);
    block.copyWithin(512 + 12, 12, 16);
    expect(fromUf2(block, 'x.uf2').diagnostics).toMatchObject([{ code: 'LNK011', got: 'at offset 0x20c' }]);
  });

  test('bytes beyond the last address', () => {
    const high = record(4, 0, [0xff, 0xff]);
    const end = ':00000001FF\n';
    expect(fromHex(`${high}${record(0, 0xffff, [1])}${end}`, 'x').value?.chunks[0].address).toBe(0xffff_ffff);
    const { diagnostics } = fromHex(`${high}${record(0, 0xffff, [1, 2])}${end}`, 'x.hex');
    expect(diagnostics).toMatchObject([{ code: 'LNK010', at: { line: 2 } }]);
  });
});
