/** The decoder under damage: a value or diagnostics, never anything else; and what it takes it gives back byte for byte. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { damaged, fuzzRuns, truncations, withHugeFields } from '../../../tools/mutate-bytes.ts';
import { decodeImage } from './decode.ts';
import { makePrivateKey } from './keys/key.ts';
import { reviewImage } from './review.ts';
import { image, tlv, tlvArea } from './testing/image-bytes.ts';
import { verifyImage } from './verify.ts';
import { writeImage } from './write.ts';

const read = (bytes: Uint8Array) => decodeImage(bytes, 'x.img');
const CODES = ['IMG001', 'IMG002', 'IMG003', 'IMG004', 'IMG005', 'IMG006'];

const KEY = makePrivateKey('ed25519', new Uint8Array(32).fill(7))!.publicKey;
const HASH = tlv(0x10, 32);
const FILES = [
  image({ body: 60, area: tlvArea(0x6907, HASH) }),
  image({
    headerSize: 64,
    body: 60,
    protectedArea: tlvArea(0x6908, tlv(0x50, 4), tlv(0x40, 12), tlv(0x00a0, 9), tlv(0x60, 30)),
    area: tlvArea(0x6907, HASH, tlv(0x01, 32), tlv(0x24, 64), tlv(0x01, 32), tlv(0x22, 70)),
    rest: [1, 2, 3, 4],
  }),
  image({ body: 1, area: tlvArea(0x6907, tlv(0x12, 64), tlv(0x25, 1), tlv(0x01, 64), tlv(0x24, 64)) }),
];

/**
 * Whether the file is taken for an image. One that is is the file's own bytes, and to look at it closer throws nothing; what
 * is wrong with another is said in codes of the decoder. Checked without `expect`, which costs more than the decoder.
 */
function judge(bytes: Uint8Array, isVerified = false): boolean {
  const fail = (what: string): never => {
    throw new Error(`${what}\nfile of ${bytes.length} bytes: ${Buffer.from(bytes).toString('hex')}`);
  };
  const before = bytes.slice();
  const { value, diagnostics } = read(bytes);
  if ((value === undefined) !== diagnostics.length > 0) fail('neither value nor diagnostic, or both');
  for (const { code, severity, got } of diagnostics)
    if (!CODES.includes(code) || severity !== 'error' || !/^at offset 0x/.test(got ?? '')) fail(`${code}: ${got}`);
  if (value) {
    if (Buffer.compare(writeImage(value.image), bytes.subarray(0, value.size)) !== 0) fail('written otherwise');
    if (value.rest.length !== bytes.length - value.size) fail('the rest is not the rest');
    reviewImage(value, 'x.img');
    const options = { keys: [KEY], slot: { address: 0x0800_8000, size: 100 } };
    if (isVerified && verifyImage(value, options, 'x.img').signedBy) fail('accepted');
  }
  if (Buffer.compare(before, bytes) !== 0) fail('the file was changed');
  return value !== undefined;
}

test('random bytes, bare and behind the beginning of an image', () => {
  const head = fc.constantFrom(new Uint8Array(0), ...[4, 8, 32, 92, 96].map((size) => FILES[0].slice(0, size)));
  const file = fc.tuple(head, fc.uint8Array({ maxLength: 200 })).map(([a, b]) => new Uint8Array(Buffer.concat([a, b])));
  fc.assert(
    fc.property(file, (bytes) => void judge(bytes)),
    fuzzRuns(2000),
  );
});

test('damaged images', () => {
  let taken = 0;
  fc.assert(
    fc.property(damaged(FILES), (bytes) => {
      if (judge(bytes, true)) taken++;
    }),
    fuzzRuns(10_000),
  );
  expect(taken).toBeGreaterThan(500);
});

test('truncated at each length', () => {
  for (const file of FILES) {
    const { size } = read(file).value!;
    for (const cut of truncations(file)) expect(judge(cut)).toBe(cut.length >= size);
  }
});

test('each bit flipped', () => {
  for (const file of FILES) {
    for (let bit = 0; bit < 8 * file.length; bit++) {
      const flipped = file.slice();
      flipped[bit >>> 3] ^= 1 << (bit & 7);
      judge(flipped);
    }
  }
});

test('huge fields everywhere', () => {
  for (const file of FILES) for (const changed of withHugeFields(file, file.length)) judge(changed);
});

test('nothing outside is read: what lies around the file does not matter', () => {
  fc.assert(
    fc.property(damaged(FILES), fc.integer({ min: 0, max: 255 }), (bytes, around) => {
      const buffer = new Uint8Array(bytes.length + 128).fill(around);
      buffer.set(bytes, 64);
      expect(read(buffer.subarray(64, 64 + bytes.length))).toEqual(read(bytes));
    }),
    fuzzRuns(500),
  );
});

const data = (maxLength: number) => fc.uint8Array({ maxLength });
const entry = fc.tuple(fc.integer({ min: 0x76, max: 0xfffe }), data(40));
const bytesOf = ([type, content]: readonly [number, Uint8Array]) => {
  const head = [type & 0xff, type >>> 8, content.length & 0xff, content.length >>> 8];
  return [...head, ...content];
};

test('unknown entries and entries of vendors survive, byte for byte, in both areas', () => {
  fc.assert(
    fc.property(fc.array(entry, { maxLength: 8 }), fc.array(entry, { maxLength: 8 }), fc.nat(300), (a, b, body) => {
      const bytes = image({
        body,
        ...(a.length > 0 ? { protectedArea: tlvArea(0x6908, ...a.map(bytesOf)) } : {}),
        area: tlvArea(0x6907, ...b.map(bytesOf)),
      });
      const { value } = read(bytes);
      expect((value!.image.protectedTlvs ?? []).map((t) => [t.type, t.data])).toEqual(a);
      expect(value!.image.unprotectedTlvs.map((t) => [t.type, t.data])).toEqual(b);
      expect(writeImage(value!.image)).toEqual(bytes);
    }),
    fuzzRuns(60),
  );
});
