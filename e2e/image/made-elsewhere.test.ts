/**
 * Images made by other tools load here: fixtures/ holds some that a Python script made from the format's description (see
 * fixtures/make-images.py). Both decoders judge them alike, and they are written back as they were.
 */
import { createPublicKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeImage } from '@kickstage/image/decode';
import { describeImage } from '@kickstage/image/describe';
import { readKey } from '@kickstage/image/keys/read-key';
import { reviewImage } from '@kickstage/image/review';
import { verifyImage } from '@kickstage/image/verify';
import { writeImage } from '@kickstage/image/write';
import { describe, expect, test } from 'vitest';
import { judge } from './mcuboot-rules.ts';

const folder = join(import.meta.dirname, 'fixtures');
const read = (name: string) => new Uint8Array(readFileSync(join(folder, name)));
/** By image: whose key signed it; null: nobody; `other`: by what is shown only. */
const IMAGES = Object.entries(
  JSON.parse(readFileSync(join(folder, 'images.json'), 'utf8')) as Record<string, string | null>,
);

const decode = (name: string) => {
  const { value, diagnostics } = decodeImage(read(`${name}.bin`), name);
  expect(diagnostics).toEqual([]);
  return value!;
};
const publicKey = (name: string) => readKey(read(`${name}.pub.pem`), name).value!.publicKey;
const codes = (list: readonly { code: string }[]) => list.map(({ code }) => code);

test.each(IMAGES)('%s loads, and is written back byte for byte', (name) => {
  const image = decode(name);
  expect(writeImage(image.image)).toEqual(read(`${name}.bin`).slice(0, image.size));
  expect(codes(reviewImage(image, name))).toEqual([]);
  expect(describeImage(image)).toMatchObject({ version: '1.2.3+4', bodySize: 400 });
});

describe('signed', () => {
  test.each(IMAGES.filter(([, key]) => key === 'ed25519' || key === 'p256'))('%s, by %s', (name, key) => {
    const slot = { address: 0x0800_8000, size: 8192 };
    const isPure = name === 'ed25519-pure';
    const hash = isPure || name === 'ed25519-sha512' ? 'sha512' : 'sha256';
    const other = key === 'p256' ? 'ed25519' : 'p256';
    const verdict = verifyImage(
      decode(name),
      { keys: [publicKey(key!)], ...(name === 'p256-header-32' ? {} : { slot }) },
      name,
    );
    expect(verdict).toEqual({ diagnostics: [], signedBy: publicKey(key!) });
    const theirs = createPublicKey(readFileSync(join(folder, `${key}.pub.pem`)));
    // Bootloaders that look for a hash of the key pass over a whole one.
    const accepted = name === 'p256-whole-key' ? 'not signed by a known key' : 'ok';
    expect(judge(read(`${name}.bin`), { keys: [theirs], hash, pure: isPure })).toBe(accepted);
    if (name !== 'two-signatures')
      expect(codes(verifyImage(decode(name), { keys: [publicKey(other)] }, name).diagnostics)).toEqual(['IMG022']);
    const damaged = read(`${name}.bin`);
    // In the padding of the header, or where that is short in the body.
    damaged[100] ^= 0x10;
    expect(judge(damaged, { keys: [theirs], hash, pure: isPure })).not.toBe('ok');
    const found = verifyImage(decodeImage(damaged, name).value!, { keys: [publicKey(key!)] }, name);
    expect([found.signedBy, codes(found.diagnostics)[0]]).toEqual([undefined, 'IMG020']);
  });
});

test('the hash alone', () => {
  for (const name of ['hash-only', 'compressed', 'p384', 'rsa2048'])
    expect([name, verifyImage(decode(name), {}, name).diagnostics]).toEqual([name, []]);
});

test('signatures that are shown only', () => {
  const keys = [publicKey('ed25519'), publicKey('p256')];
  for (const name of ['p384', 'rsa2048'])
    expect(codes(verifyImage(decode(name), { keys }, name).diagnostics)).toEqual(['IMG022']);
  expect(codes(verifyImage(decode('encrypted'), { keys }, 'x').diagnostics)).toEqual(['IMG024']);
  expect(codes(readKey(read('p384.pub.pem'), 'x').diagnostics)).toEqual(['KEY003']);
});

test('all entries, as they are', () => {
  const { tlvs } = describeImage(decode('ed25519-all-entries'));
  expect(tlvs.map(({ name, area, size, meaning }) => [name, area, size, meaning])).toEqual([
    ['SEC_CNT', 'protected', 4, 'security counter 9'],
    ['BOOT_RECORD', 'protected', 7, undefined],
    ['DEPENDENCY', 'protected', 12, 'needs image 1 in version 2.0.1 or later'],
    ['DEPENDENCY', 'protected', 12, 'needs image 0 in version 1.0.0+77 or later'],
    ['UUID_VID', 'protected', 16, undefined],
    ['vendor', 'protected', 6, undefined],
    ['vendor', 'protected', 0, undefined],
    ['unknown', 'protected', 7, undefined],
    ['SHA256', 'unprotected', 32, undefined],
    ['KEYHASH', 'unprotected', 32, undefined],
    ['ED25519', 'unprotected', 64, undefined],
    ['vendor', 'unprotected', 6, undefined],
  ]);
});

test('trailers', () => {
  expect(describeImage(decode('slot-confirmed')).trailer).toEqual({ alignment: 8, imageOk: true, copyDone: false });
  expect(describeImage(decode('slot-align-32')).trailer).toEqual({ alignment: 32, imageOk: false, copyDone: false });
});
