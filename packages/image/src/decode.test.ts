/** The decoder: each fault with its code and offset, all of them at once, and the bytes given back as they were. */
import { describe, expect, test } from 'vitest';
import { decodeImage, looksLikeImage } from './decode.ts';
import { image, le16, le32, tlv, tlvArea } from './testing/image-bytes.ts';
import { writeImage } from './write.ts';

const decode = (bytes: Uint8Array) => decodeImage(bytes, 'x.img');
const codes = (bytes: Uint8Array) =>
  decode(bytes).diagnostics.map(({ code, got }) => `${code} ${/0x[0-9A-F]+/.exec(got!)![0]}`);

const HASH = tlv(0x10, 32);
const GOOD = image({ body: 100, area: tlvArea(0x6907, HASH) });
const PROTECTED = image({
  body: 100,
  protectedArea: tlvArea(0x6908, tlv(0x50, 4), tlv(0x00a0, 7)),
  area: tlvArea(0x6907, HASH, tlv(0x01, 32), tlv(0x24, 64)),
});
const AREA = 32 + 100;

const changed = (bytes: Uint8Array, offset: number, ...values: readonly number[]) => {
  const copy = bytes.slice();
  copy.set(values, offset);
  return copy;
};

describe('what is read', () => {
  test('all fields', () => {
    const bytes = image({
      loadAddress: 0x0800_8000,
      headerSize: 64,
      body: 12,
      flags: 0x100,
      version: [1, 2, ...le16(0x304), ...le32(0x5060708)],
      reserved: 9,
      padding: 0xaa,
      protectedArea: tlvArea(0x6908, tlv(0x40, 12)),
      area: tlvArea(0x6907, HASH, tlv(0x9999, 3)),
      rest: [1, 2, 3],
    });
    const { value, diagnostics } = decode(bytes);
    expect(diagnostics).toEqual([]);
    expect(value!.image.header).toEqual({
      loadAddress: 0x0800_8000,
      headerSize: 64,
      bodySize: 12,
      protectedSize: 20,
      flags: 0x100,
      version: { major: 1, minor: 2, revision: 0x304, build: 0x5060708 },
      reserved: 9,
    });
    expect(value!.image.padding).toEqual(new Uint8Array(32).fill(0xaa));
    expect(value!.image.body.length).toBe(12);
    expect(value!.image.protectedTlvs!.map(({ type, data }) => [type, data.length])).toEqual([[0x40, 12]]);
    expect(value!.image.unprotectedTlvs.map(({ type, data }) => [type, data.length])).toEqual([
      [0x10, 32],
      [0x9999, 3],
    ]);
    expect(value!.size).toBe(bytes.length - 3);
    expect([...value!.rest]).toEqual([1, 2, 3]);
    expect(writeImage(value!.image)).toEqual(bytes.slice(0, -3));
  });

  test.each([
    ['no entries', image({ body: 1, area: tlvArea(0x6907) })],
    ['no body', image({ body: 0, area: tlvArea(0x6907, HASH) })],
    ['a protected area without entries', image({ body: 5, protectedArea: tlvArea(0x6908), area: tlvArea(0x6907) })],
    ['an entry without data', image({ body: 5, area: tlvArea(0x6907, tlv(0x02, 0), tlv(0x12a0, 0)) })],
  ])('%s', (_, bytes) => {
    const { value, diagnostics } = decode(bytes);
    expect(diagnostics).toEqual([]);
    expect(writeImage(value!.image)).toEqual(bytes);
  });

  test('a view into a larger buffer', () => {
    const buffer = new Uint8Array(GOOD.length + 20).fill(0xee);
    buffer.set(GOOD, 7);
    const { value } = decode(buffer.subarray(7, 7 + GOOD.length));
    expect(writeImage(value!.image)).toEqual(GOOD);
    expect(value!.rest.length).toBe(0);
    expect(decode(buffer.subarray(7, 6 + GOOD.length)).value).toBeUndefined();
  });

  test('whether it looks like one', () => {
    expect(looksLikeImage(GOOD)).toBe(true);
    for (const bytes of [[], [0x3d, 0xb8, 0xf3], [0x3c, 0xb8, 0xf3, 0x96], [0x96, 0xf3, 0xb8, 0x3d]])
      expect(looksLikeImage(Uint8Array.from(bytes))).toBe(false);
  });
});

describe('faults', () => {
  test.each<[title: string, bytes: Uint8Array, codes: string[]]>([
    ['nothing', new Uint8Array(0), ['IMG001 0x0']],
    ['three bytes', GOOD.slice(0, 3), ['IMG001 0x0']],
    ['another magic', changed(GOOD, 0, 0x3e), ['IMG001 0x0']],
    ['format 1', changed(GOOD, 0, 0x3c), ['IMG001 0x0']],
    ['the magic alone', GOOD.slice(0, 4), ['IMG002 0x0']],
    ['half a header', GOOD.slice(0, 31), ['IMG002 0x0']],
    ['a header of 31 bytes', changed(GOOD, 8, 31, 0), ['IMG003 0x8']],
    ['a header of 0 bytes and a protected area of 3', changed(GOOD, 8, 0, 0, 3, 0), ['IMG003 0x8', 'IMG003 0xA']],
    ['a header beyond the file', changed(GOOD, 8, 0xff, 0xff), ['IMG002 0xC']],
    ['a body of 4 GiB', changed(GOOD, 12, 0xff, 0xff, 0xff, 0xff), ['IMG002 0xC']],
    ['a body that ends where the file does', GOOD.slice(0, AREA), [`IMG002 0x84`]],
    ['half an info record', GOOD.slice(0, AREA + 3), ['IMG002 0x84']],
    ['no TLV area', changed(GOOD, AREA, 0), ['IMG004 0x84']],
    ['a protected area that the header does not have', changed(GOOD, AREA, 0x08), ['IMG004 0x84']],
    ['an unprotected area where the protected one should be', changed(GOOD, 10, 40), ['IMG004 0x84']],
    ['an area of 3 bytes', changed(GOOD, AREA + 2, 3), ['IMG004 0x86']],
    ['an area beyond the file', changed(GOOD, AREA + 2, 41), ['IMG002 0x86']],
    ['an area that ends within an entry', changed(GOOD, AREA + 2, 39), ['IMG005 0x8A']],
    ['an area that ends within the beginning of an entry', changed(GOOD, AREA + 2, 7), ['IMG005 0x88']],
    ['an entry that leaves its area', changed(GOOD, AREA + 6, 33), ['IMG005 0x8A']],
    ['a hash of 31 bytes', image({ body: 100, area: tlvArea(0x6907, tlv(0x10, 31)) }), ['IMG006 0x8A']],
    ['the type of any type', image({ body: 100, area: tlvArea(0x6907, tlv(0xffff, 3)) }), ['IMG006 0x88']],
    ['another size in the header', changed(PROTECTED, 10, 24), ['IMG004 0x86']],
    ['a protected entry that ends in the other area', changed(PROTECTED, AREA + 14, 8), ['IMG005 0x92']],
    ['no unprotected area', PROTECTED.slice(0, AREA + 23), ['IMG002 0x9B']],
  ])('%s', (_, bytes, expected) => {
    expect(codes(bytes)).toEqual(expected);
    expect(decode(bytes).value).toBeUndefined();
  });

  test('all at once', () => {
    const bytes = image({
      body: 4,
      protectedArea: tlvArea(0x6908, tlv(0x40, 11), tlv(0x50, 5)),
      area: tlvArea(0x6907, tlv(0x10, 1), tlv(0x24, 63), tlv(0x25, 2)),
    });
    expect(codes(bytes)).toEqual(['IMG006 0x2A', 'IMG006 0x39', 'IMG006 0x46', 'IMG006 0x4B', 'IMG006 0x8E']);
  });

  test('texts', () => {
    expect(decode(changed(GOOD, AREA + 6, 33)).diagnostics).toEqual([
      {
        code: 'IMG005',
        severity: 'error',
        what: 'an entry leaves its TLV area',
        at: { file: 'x.img' },
        got: 'at offset 0x8A: SHA256 (0x0010) of 33 bytes; the area has 32 bytes left',
        why: 'a bootloader that followed it would read elsewhere',
        fix: 'copy the file again, or build it again',
      },
    ]);
  });
});
