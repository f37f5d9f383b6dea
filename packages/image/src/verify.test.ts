/** Verdicts on images with one thing wrong each; and what a review says against images that are well-formed. */
import * as abi from '@kickstage/abi/image';
import { describe, expect, test } from 'vitest';
import { type DecodedImage, decodeImage } from './decode.ts';
import { encodeImage, finishImage, type ImageInput } from './encode.ts';
import { computeHash } from './hash.ts';
import type { Image, Tlv } from './image.ts';
import { makePrivateKey } from './keys/key.ts';
import { reviewImage } from './review.ts';
import { signMessage } from './signature.ts';
import { type VerifyOptions, verifyImage } from './verify.ts';
import { tlvAreaSize, writeImage } from './write.ts';

const SLOT = 0x0800_8000;
const alice = makePrivateKey('ed25519', new Uint8Array(32).fill(1))!;
const bob = makePrivateKey('p256', new Uint8Array(32).fill(2))!;
const KEYS = { keys: [alice.publicKey] };

/** A body with a vector table for a header of 512 bytes in the slot. */
function body(stack = 0x2002_0000, reset = SLOT + 512 + 9): Uint8Array {
  const bytes = new Uint8Array(64);
  new DataView(bytes.buffer).setUint32(0, stack, true);
  new DataView(bytes.buffer).setUint32(4, reset, true);
  return bytes;
}

const INPUT: ImageInput = {
  body: body(),
  headerSize: 512,
  version: { major: 1, minor: 0, revision: 0, build: 0 },
  securityCounter: 3,
};

const decoded = (image: Image): DecodedImage => decodeImage(writeImage(image), 'x').value!;

function signed(input: Partial<ImageInput> = {}, key = alice): DecodedImage {
  const unsigned = encodeImage({ ...INPUT, ...input }, 'x').value!;
  const bytes = signMessage(key, unsigned.digest);
  return decodeImage(finishImage(unsigned, [{ publicKey: key.publicKey, bytes }]), 'x').value!;
}

const GOOD = signed();
const [HASH, KEYHASH, SIGNATURE] = GOOD.image.unprotectedTlvs;
const withTlvs = (...unprotectedTlvs: readonly Tlv[]) => decoded({ ...GOOD.image, unprotectedTlvs });
const damaged = ({ type, data }: Tlv): Tlv => ({ type, data: data.map((byte, i) => (i === 5 ? byte ^ 1 : byte)) });
const codes = (image: DecodedImage, options: VerifyOptions = KEYS) =>
  verifyImage(image, options, 'x').diagnostics.map(({ code, got }) => `${code} ${/0x[0-9A-F]+/.exec(got!)![0]}`);

test('a good image, and who signed it', () => {
  expect(verifyImage(GOOD, KEYS, 'x')).toEqual({ diagnostics: [], signedBy: alice.publicKey });
  expect(verifyImage(signed({}, bob), { keys: [alice.publicKey, bob.publicKey] }, 'x').signedBy).toBe(bob.publicKey);
  expect(verifyImage(GOOD, {}, 'x')).toEqual({ diagnostics: [] });
});

/** Of the unprotected area: header, body, counter. */
const AREA = 512 + 64 + 12;

test.each<[string, DecodedImage, string[]]>([
  ['a byte of the body changed', decoded({ ...GOOD.image, body: body(0x2001_0000) }), ['IMG020 0x254']],
  ['a byte of the hash changed', withTlvs(damaged(HASH), KEYHASH, SIGNATURE), ['IMG020 0x254', 'IMG023 0x29C']],
  ['a byte of the signature changed', withTlvs(HASH, KEYHASH, damaged(SIGNATURE)), ['IMG023 0x29C']],
  ['a byte of the key hash changed', withTlvs(HASH, damaged(KEYHASH), SIGNATURE), ['IMG022 0x24C']],
  ['no entries', withTlvs(), ['IMG021 0x24C', 'IMG022 0x24C']],
  ['no hash', withTlvs(KEYHASH, SIGNATURE), ['IMG021 0x24C', 'IMG023 0x278']],
  ['no signature', withTlvs(HASH, KEYHASH), ['IMG022 0x24C']],
  ['no key named', withTlvs(HASH, SIGNATURE), ['IMG022 0x24C']],
  ['the key named behind the signature', withTlvs(HASH, SIGNATURE, KEYHASH), ['IMG022 0x24C']],
  ['another kind of signature', withTlvs(HASH, KEYHASH, { ...SIGNATURE, type: 0x22 }), ['IMG023 0x29C']],
  ['a good signature and a bad one', withTlvs(HASH, KEYHASH, SIGNATURE, KEYHASH, damaged(SIGNATURE)), ['IMG023 0x304']],
  ['said to be pure', withTlvs(HASH, { type: 0x25, data: Uint8Array.of(1) }, KEYHASH, SIGNATURE), ['IMG023 0x2A1']],
  ['signed by somebody else', signed({}, bob), ['IMG022 0x24C']],
  ['encrypted', signed({ flags: abi.IMAGE_FLAG_ENCRYPTED_AES128 }), ['IMG024 0x10']],
])('%s', (_, image, expected) => {
  expect(AREA).toBe(0x24c);
  expect(codes(image)).toEqual(expected);
  expect(verifyImage(image, KEYS, 'x').signedBy).toBeUndefined();
});

test('a bad signature of somebody unknown does not matter', () => {
  const foreign = { type: abi.TLV_KEYHASH, data: computeHash('sha256', bob.publicKey.spki) };
  expect(codes(withTlvs(HASH, foreign, damaged(SIGNATURE), KEYHASH, SIGNATURE))).toEqual([]);
});

test('a whole public key in place of its hash', () => {
  expect(codes(withTlvs(HASH, { type: abi.TLV_PUBKEY, data: alice.publicKey.spki }, SIGNATURE))).toEqual([]);
});

describe('slots', () => {
  const at = (address: number) => ({ slot: { address } });

  test.each<[string, DecodedImage, VerifyOptions, string[]]>([
    ['its own', GOOD, { slot: { address: SLOT, size: GOOD.size } }, []],
    ['a byte too small', GOOD, { slot: { size: GOOD.size - 1 } }, ['IMG025 0xC']],
    ['too small with its trailer', GOOD, { slot: { size: GOOD.size + 47, trailerSize: 48 } }, ['IMG025 0xC']],
    ['another one', GOOD, at(0x0804_0000), ['IMG027 0x204']],
    ['made for another one', signed({ flags: 0x100, loadAddress: 0x0804_0000 }), at(SLOT), ['IMG026 0x4']],
    ['a stack in flash', signed({ body: body(0x0800_0000) }), at(SLOT), ['IMG027 0x200']],
    ['a stack that is not aligned', signed({ body: body(0x2000_0004) }), at(SLOT), ['IMG027 0x200']],
    ['an even reset handler', signed({ body: body(undefined, SLOT + 520) }), at(SLOT), ['IMG027 0x204']],
    ['no room for the header', signed({ body: body(undefined, SLOT + 9) }), at(SLOT), ['IMG027 0x204']],
    ['a body of four bytes', signed({ body: body().slice(0, 4) }), at(SLOT), ['IMG027 0x200']],
    ['loaded into RAM', signed({ flags: 0x20, loadAddress: 0x2000_0000 }), at(0x0804_0000), []],
  ])('%s', (_, image, options, expected) => {
    expect(codes(image, options)).toEqual(expected);
  });

  test('the sum is shown', () => {
    const { diagnostics } = verifyImage(GOOD, { slot: { size: 600, trailerSize: 48 } }, 'x');
    expect(diagnostics[0].got).toBe(
      `at offset 0xC: header 512 + body 64 + TLVs 156 = 732 bytes; the slot has 600 bytes, of which the trailer takes 48 bytes`,
    );
  });
});

describe('review', () => {
  const tlv = (type: number, size: number): Tlv => ({ type, data: new Uint8Array(size) });
  const review = (image: DecodedImage) =>
    reviewImage(image, 'x').map(({ code, severity, got }) => `${code} ${severity} ${/0x[0-9A-F]+/.exec(got!)![0]}`);
  const header = (part: Partial<Image['header']>) =>
    decoded({ ...GOOD.image, header: { ...GOOD.image.header, ...part } });

  function withProtected(...protectedTlvs: readonly Tlv[]): DecodedImage {
    const protectedSize = tlvAreaSize(protectedTlvs);
    return decoded({ ...GOOD.image, header: { ...GOOD.image.header, protectedSize }, protectedTlvs });
  }

  test.each<[string, DecodedImage, string[]]>([
    ['nothing', GOOD, []],
    [
      'a second counter, that nothing protects',
      withTlvs(HASH, tlv(0x50, 4)),
      ['IMG007 warning 0x274', 'IMG008 error 0x274'],
    ],
    ['a protected hash', withProtected(tlv(0x10, 32)), ['IMG007 error 0x244', 'IMG008 error 0x26C']],
    ['two counters', withProtected(tlv(0x50, 4), tlv(0x50, 4)), ['IMG008 error 0x24C']],
    ['two dependencies', withProtected(tlv(0x40, 12), tlv(0x40, 12)), []],
    ['two hashes of a kind', withTlvs(HASH, HASH), ['IMG008 error 0x274']],
    ['two hashes of two kinds', withTlvs(HASH, tlv(0x12, 64)), []],
    ['two vendor entries in both areas', withTlvs(HASH, tlv(0xa0, 4), tlv(0xa0, 4)), []],
    ['SIG_PURE of 0', withTlvs(HASH, tlv(0x25, 1)), ['IMG009 error 0x278']],
    ['two ciphers', header({ flags: 0xc }), ['IMG009 error 0x10']],
    ['RAM_LOAD and ROM_FIXED', header({ flags: 0x120 }), ['IMG009 error 0x10']],
    ['unknown flags', header({ flags: 0x8000_1000 }), ['IMG009 warning 0x10']],
    ['a reserved word', header({ reserved: 1 }), ['IMG009 warning 0x1C']],
    ['erased flash behind it', { ...GOOD, rest: new Uint8Array(99).fill(0xff) }, []],
    ['something behind it', { ...GOOD, rest: new Uint8Array(99).fill(0xfe) }, ['IMG010 warning 0x2DC']],
  ])('%s', (_, image, expected) => {
    expect(review(image)).toEqual(expected);
  });
});
