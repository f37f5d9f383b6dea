/** Images made here are accepted by MCUboot's rules, as a decoder has them that shares no code with packages/image. */
import { createPublicKey, type KeyObject } from 'node:crypto';
import { decodeImage } from '@kickstage/image/decode';
import { encodeImage, type FinishOptions, type ImageInput } from '@kickstage/image/encode';
import type { HashName } from '@kickstage/image/image';
import { type KeyKind, makePrivateKey, type PrivateKey } from '@kickstage/image/keys/key';
import { localSigner, signImage } from '@kickstage/image/sign';
import { padToSlot, trailerSize } from '@kickstage/image/trailer';
import { verifyImage } from '@kickstage/image/verify';
import { parseVersion } from '@kickstage/image/version';
import { writeImage } from '@kickstage/image/write';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fuzzRuns } from '../../tools/mutate-bytes.ts';
import { judge, listEntries } from './mcuboot-rules.ts';

const key = (kind: KeyKind, fill: number) => makePrivateKey(kind, new Uint8Array(32).fill(fill))!;
const theirs = ({ publicKey }: PrivateKey): KeyObject =>
  createPublicKey({ key: Buffer.from(publicKey.spki), format: 'der', type: 'spki' });

const ALICE = { ed25519: key('ed25519', 1), p256: key('p256', 1) };
const BOB = { ed25519: key('ed25519', 2), p256: key('p256', 2) };
const BODY = Uint8Array.from({ length: 1000 }, (_, i) => (i * 31) & 0xff);
const FULL: ImageInput = {
  body: BODY,
  headerSize: 512,
  version: parseVersion('1.2.3+4')!,
  securityCounter: 7,
  softwareType: 'NSPE',
  dependencies: [{ image: 1, version: parseVersion('2.0.1')! }],
  protectedTlvs: [{ type: 0x00a0, data: Uint8Array.of(1, 2, 3) }],
};

async function make(input: ImageInput, kinds: readonly KeyKind[], options: FinishOptions = {}): Promise<Uint8Array> {
  const { value: unsigned, diagnostics } = encodeImage(input, 'app.bin');
  expect(diagnostics).toEqual([]);
  const signed = await signImage(
    unsigned!,
    kinds.map((kind) => localSigner(ALICE[kind])),
    options,
    'app.bin',
  );
  expect(signed.diagnostics).toEqual([]);
  return signed.value!;
}

/** What our own verification says: codes. */
function ours(image: Uint8Array, ...keys: readonly PrivateKey[]): string[] {
  const { value, diagnostics } = decodeImage(image, 'x');
  if (!value) return diagnostics.map(({ code }) => code);
  const options = keys.length === 0 ? {} : { keys: keys.map(({ publicKey }) => publicKey) };
  return verifyImage(value, options, 'x').diagnostics.map(({ code }) => code);
}

describe('accepted, and refused with another key', () => {
  test.each<[string, KeyKind, HashName, boolean]>([
    ['Ed25519', 'ed25519', 'sha256', false],
    ['Ed25519 over SHA-384', 'ed25519', 'sha384', false],
    ['Ed25519 over SHA-512', 'ed25519', 'sha512', false],
    ['pure Ed25519', 'ed25519', 'sha512', true],
    ['pure Ed25519 with SHA-256', 'ed25519', 'sha256', true],
    ['P-256', 'p256', 'sha256', false],
  ])('%s', async (_, kind, hash, pure) => {
    for (const input of [
      { ...FULL, hash },
      { body: BODY, headerSize: 32 * 4, version: FULL.version, hash },
    ]) {
      const image = await make(input, [kind], { pure });
      expect(await make(input, [kind], { pure })).toEqual(image);
      expect(judge(image, { keys: [theirs(ALICE[kind])], hash, pure })).toBe('ok');
      expect(judge(image, { keys: [theirs(BOB[kind]), theirs(ALICE[kind])], hash, pure })).toBe('ok');
      expect(judge(image, { keys: [theirs(BOB[kind])], hash, pure })).toBe('not signed by a known key');
      expect(ours(image, ALICE[kind])).toEqual([]);
      expect(ours(image, BOB[kind])).toEqual(['IMG022']);
      expect(judge(image, { hash })).toBe('ok');
    }
  });

  test('no signature: the hash alone', async () => {
    const image = await make(FULL, []);
    expect(judge(image, {})).toBe('ok');
    expect(judge(image, { keys: [theirs(ALICE.p256)] })).toBe('not signed by a known key');
    expect(ours(image)).toEqual([]);
    expect(ours(image, ALICE.p256)).toEqual(['IMG022']);
  });

  test('two signatures: each key accepts it', async () => {
    const image = await make(FULL, ['p256', 'ed25519']);
    for (const kind of ['p256', 'ed25519'] as const) {
      expect(judge(image, { keys: [theirs(ALICE[kind])] })).toBe('ok');
      expect(ours(image, ALICE[kind])).toEqual([]);
    }
  });
});

test('entries, in the order and with the data of the byte table', async () => {
  const image = await make({ ...FULL, signer: ALICE.ed25519.publicKey }, ['ed25519']);
  const [counter, record, dependency, vendor, hash, keyHash, signature] = listEntries(image);
  expect(counter).toEqual({ type: 0x50, hex: '07000000', isProtected: true });
  // {1: "NSPE", 4: "1.2.3", 5: 32 bytes, 6: "SHA256", 2: 32 zeros}, as an encoder of CBOR writes it.
  expect(record).toEqual({
    type: 0x60,
    hex: `a5${'01'}644e535045${'04'}65312e322e33${'05'}5820${keyHash.hex}${'06'}66534841323536${'02'}5820${'00'.repeat(32)}`,
    isProtected: true,
  });
  expect(dependency).toEqual({ type: 0x40, hex: '010000000200010000000000', isProtected: true });
  expect(vendor).toEqual({ type: 0xa0, hex: '010203', isProtected: true });
  expect([hash, keyHash, signature].map(({ type, isProtected }) => [type, isProtected])).toEqual([
    [0x10, false],
    [0x01, false],
    [0x24, false],
  ]);
});

/** The stride of a sweep: each bit in the long campaign. */
const STRIDE = fuzzRuns(1).numRuns > 1 ? 1 : 13;

test.each(['ed25519', 'p256'] as const)('%s: flipped bits and every length are refused by both', async (kind) => {
  const image = await make({ body: BODY.slice(0, 8), headerSize: 128, version: FULL.version, securityCounter: 1 }, [
    kind,
  ]);
  const rules = { keys: [theirs(ALICE[kind])] };
  for (let size = 0; size < image.length; size++) {
    expect(judge(image.slice(0, size), rules)).not.toBe('ok');
    expect(ours(image.slice(0, size), ALICE[kind])).not.toEqual([]);
  }
  for (let bit = 0; bit < 8 * image.length; bit += STRIDE) {
    const flipped = image.slice();
    flipped[bit >>> 3] ^= 1 << (bit & 7);
    expect([bit, judge(flipped, rules)]).not.toEqual([bit, 'ok']);
    expect([bit, ours(flipped, ALICE[kind])]).not.toEqual([bit, []]);
  }
});

const version = fc.record({
  major: fc.nat(255),
  minor: fc.nat(255),
  revision: fc.nat(65535),
  build: fc.integer({ min: 0, max: 0xffff_ffff }),
});
const word = fc.integer({ min: 0, max: 0xffff_ffff });
const input: fc.Arbitrary<ImageInput> = fc.record(
  {
    body: fc.uint8Array({ minLength: 1, maxLength: 300 }),
    headerSize: fc.integer({ min: 1, max: 8 }).map((n) => 128 * n),
    version,
    hash: fc.constantFrom('sha256', 'sha384', 'sha512' as const) as fc.Arbitrary<HashName>,
    securityCounter: word,
    loadAddress: word,
    flags: fc.constantFrom(0, 0x20, 0x100),
    dependencies: fc.array(fc.record({ image: fc.nat(255), version }), { maxLength: 3 }),
    softwareType: fc.stringMatching(/^[A-Z]{0,12}$/),
    protectedTlvs: fc.array(
      fc.record({ type: fc.integer({ min: 0xa0, max: 0xfe }), data: fc.uint8Array({ maxLength: 50 }) }),
      { maxLength: 4 },
    ),
    erasedByte: fc.constantFrom(0, 0xff),
  },
  { requiredKeys: ['body', 'headerSize', 'version'] },
);

test('whatever is encoded is decoded as it was, and accepted', () => {
  return fc.assert(
    fc.asyncProperty(input, async (given) => {
      const image = await make(given, ['ed25519']);
      const { value } = decodeImage(image, 'x');
      expect(writeImage(value!.image)).toEqual(image);
      expect(value!.image.body).toEqual(given.body);
      expect(value!.image.header).toMatchObject({
        version: given.version,
        headerSize: given.headerSize,
        loadAddress: given.loadAddress ?? 0,
        flags: given.flags ?? 0,
      });
      expect(judge(image, { keys: [theirs(ALICE.ed25519)], hash: given.hash ?? 'sha256' })).toBe('ok');
      expect(ours(image, ALICE.ed25519)).toEqual([]);
    }),
    fuzzRuns(40),
  );
});

test('padded to its slot', async () => {
  const image = await make(FULL, ['p256']);
  const slot = padToSlot(image, { slotSize: 8192, writeSize: 8, confirm: true });
  expect(slot.length).toBe(8192);
  expect(judge(slot, { keys: [theirs(ALICE.p256)], slotSize: 8192 - trailerSize({ writeSize: 8 }) })).toBe('ok');
  expect(Buffer.from(slot.slice(-16)).toString('hex')).toBe('77c295f360d2ef7f3552500f2cb67980');
  expect(slot.at(-24)).toBe(1);
});
