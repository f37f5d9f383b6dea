/**
 * What the bootloader's check says to images of every kind: one line for each rule. Then mutated images: whatever the
 * device takes the host's verification takes, too, and nothing outside the slot is read.
 */
import * as abi from '@kickstage/abi/image';
import * as status from '@kickstage/abi/status';
import { hasErrors } from '@kickstage/base/diagnostic';
import { rangeSize } from '@kickstage/base/ranges';
import { blackpill } from '@kickstage/chips/boards/blackpill';
import { Random } from '@kickstage/codegen/testing/random';
import { decodeImage } from '@kickstage/image/decode';
import { encodeImage, finishImage, type ImageInput } from '@kickstage/image/encode';
import { computeHash } from '@kickstage/image/hash';
import type { Tlv } from '@kickstage/image/image';
import type { PrivateKey } from '@kickstage/image/keys/key';
import { signMessage } from '@kickstage/image/signature';
import { verifyImage } from '@kickstage/image/verify';
import { writeImage, writeSignedPart } from '@kickstage/image/write';
import type { Layout } from '@kickstage/memory-map/layout';
import { resolve } from '@kickstage/memory-map/resolve';
import { beforeAll, expect, test } from 'vitest';
import { expectNoErrors } from '../firmware/firmware-files.ts';
import { DeviceCheck } from './device-check.ts';
import { factsOf, keyOf } from './verified-project.ts';

const MAIN = keyOf('ed25519', 0x42);
const OLD = keyOf('p256', 0x43);
const STRANGER = keyOf('ed25519', 0x66);

let layout: Layout;
let device: DeviceCheck;

beforeAll(async () => {
  const keys = { main: MAIN, old: OLD } as const;
  const app = { entry: 'a.ts', size: '16K', verify: 'signature' } as const;
  const { value, diagnostics } = resolve(
    {
      board: blackpill,
      bootloader: { entry: 'b.ts', size: '16K' },
      keys: { main: 'main', old: { public: 'old', revokedAt: 9 } },
      apps: {
        app1: { ...app, securityCounter: 3, update: { strategy: 'overwrite' } },
        other: { ...app, keys: ['old'] },
      },
      boot: { default: 'app1' },
    },
    { readKey: (path) => ({ value: factsOf(keys[path as keyof typeof keys]), diagnostics: [] }) },
  );
  expectNoErrors(diagnostics);
  layout = value!;
  device = await DeviceCheck.of(layout);
}, 600_000);

interface Parts extends Partial<ImageInput> {
  readonly signers?: readonly PrivateKey[];
  /** In place of what belongs behind the signed part. */
  readonly tlvs?: (digest: Uint8Array, usual: readonly Tlv[]) => readonly Tlv[];
}

const BODY = Uint8Array.from({ length: 77 }, (_, i) => i);
const SLOT = () => layout.apps[0].slot;

function make({ signers = [MAIN], tlvs, ...input }: Parts = {}): Uint8Array {
  const { value, diagnostics } = encodeImage(
    {
      body: BODY,
      headerSize: 512,
      version: { major: 1, minor: 2, revision: 3, build: 4 },
      securityCounter: 5,
      flags: abi.IMAGE_FLAG_ROM_FIXED,
      loadAddress: SLOT().start,
      ...input,
    },
    'image',
  );
  expectNoErrors(diagnostics);
  const { image, digest } = value!;
  const usual = decodeImage(
    finishImage(
      value!,
      signers.map((key) => ({ publicKey: key.publicKey, bytes: signMessage(key, digest) })),
    ),
    'image',
  ).value!.image.unprotectedTlvs;
  return writeImage({ ...image, unprotectedTlvs: tlvs ? tlvs(digest, usual) : usual });
}

function check(bytes: Uint8Array, app = 0): number {
  const { slot, vectorTable } = layout.apps[app];
  device.fill(slot.start, rangeSize(slot), bytes);
  const answer = device.check(app, slot.start);
  expect(answer.table === vectorTable).toBe(answer.status === status.STATUS_OK);
  return answer.status;
}

/** The image with a number in its header changed, and signed again. */
function withHeader(offset: number, bytes: readonly number[]): Uint8Array {
  const image = make();
  image.set(bytes, offset);
  return image;
}

const keyHash = (key: PrivateKey): Tlv => ({ type: abi.TLV_KEYHASH, data: computeHash('sha256', key.publicKey.spki) });
const empty = (size: number) => new Uint8Array(size);

const CASES: readonly (readonly [title: string, wanted: number, image: () => Uint8Array])[] = [
  ['signed by a trusted key', status.STATUS_OK, () => make()],
  ['signed by another one', status.STATUS_OK, () => make({ signers: [OLD] })],
  ['by both', status.STATUS_OK, () => make({ signers: [OLD, MAIN] })],
  ['by a stranger and by a trusted key', status.STATUS_OK, () => make({ signers: [STRANGER, MAIN] })],
  ['by a stranger', status.STATUS_UNTRUSTED_KEY, () => make({ signers: [STRANGER] })],
  ['by nobody', status.STATUS_UNTRUSTED_KEY, () => make({ signers: [] })],
  [
    'by a key that is revoked at its counter',
    status.STATUS_UNTRUSTED_KEY,
    () => make({ signers: [OLD], securityCounter: 9 }),
  ],
  ['by that key, one below', status.STATUS_OK, () => make({ signers: [OLD], securityCounter: 8 })],
  ["a counter below the bootloader's", status.STATUS_OLDER_COUNTER, () => make({ securityCounter: 2 })],
  ['no counter', status.STATUS_OLDER_COUNTER, () => make({ securityCounter: undefined })],
  ['for another slot', status.STATUS_OTHER_SLOT, () => make({ loadAddress: 0x0800_8000 })],
  ['for any slot', status.STATUS_OK, () => make({ flags: 0, loadAddress: 0 })],
  ['loaded to RAM', status.STATUS_NO_IMAGE, () => make({ flags: abi.IMAGE_FLAG_RAM_LOAD, loadAddress: 0x2000_0000 })],
  ['encrypted', status.STATUS_NO_IMAGE, () => withHeader(abi.IMAGE_HEADER_FLAGS, [4, 1, 0, 0])],
  ['an unknown flag', status.STATUS_NO_IMAGE, () => withHeader(abi.IMAGE_HEADER_FLAGS, [0, 1, 0, 0x80])],
  ['another header size', status.STATUS_NO_IMAGE, () => make({ headerSize: 256 })],
  ['format 1', status.STATUS_NO_IMAGE, () => withHeader(0, [0x3c])],
  ['a body of 4 GiB', status.STATUS_NO_IMAGE, () => withHeader(abi.IMAGE_HEADER_BODY_SIZE, [0xff, 0xff, 0xff, 0xff])],
  [
    'a body that ends with the slot',
    status.STATUS_NO_IMAGE,
    () => withHeader(abi.IMAGE_HEADER_BODY_SIZE, [0, 0x3e, 0, 0]),
  ],
  ['another body size', status.STATUS_NO_IMAGE, () => withHeader(abi.IMAGE_HEADER_BODY_SIZE, [76, 0, 0, 0])],
  [
    'no protected area where the header has one',
    status.STATUS_NO_IMAGE,
    () => withHeader(abi.IMAGE_HEADER_PROTECTED_SIZE, [0, 0]),
  ],
  ['a larger one', status.STATUS_NO_IMAGE, () => withHeader(abi.IMAGE_HEADER_PROTECTED_SIZE, [0xff, 0xff])],
  ['two hashes', status.STATUS_NO_IMAGE, () => make({ tlvs: (_, usual) => [usual[0], ...usual] })],
  ['no hash', status.STATUS_NO_IMAGE, () => make({ tlvs: (_, usual) => usual.slice(1) })],
  [
    'a hash that is too short',
    status.STATUS_NO_IMAGE,
    () => make({ tlvs: (digest, usual) => [{ type: abi.TLV_SHA256, data: digest.slice(1) }, ...usual.slice(1)] }),
  ],
  [
    'another hash',
    status.STATUS_WRONG_HASH,
    () => make({ tlvs: (_, usual) => [{ type: abi.TLV_SHA256, data: empty(32) }, ...usual.slice(1)] }),
  ],
  ['SHA-512', status.STATUS_NO_IMAGE, () => make({ hash: 'sha512' })],
  [
    'a pure signature',
    status.STATUS_NO_IMAGE,
    () => make({ tlvs: (_, usual) => [...usual, { type: abi.TLV_SIG_PURE, data: Uint8Array.of(1) }] }),
  ],
  [
    'a counter that nothing protects',
    status.STATUS_NO_IMAGE,
    () => make({ tlvs: (_, usual) => [...usual, { type: abi.TLV_SEC_CNT, data: empty(4) }] }),
  ],
  ['two counters', status.STATUS_NO_IMAGE, () => make({ protectedTlvs: [{ type: abi.TLV_SEC_CNT, data: empty(4) }] })],
  [
    'entries that nobody knows',
    status.STATUS_OK,
    () =>
      make({
        protectedTlvs: [{ type: 0xa1, data: empty(3) }],
        tlvs: (_, usual) => [{ type: 0xa0, data: empty(5) }, ...usual],
      }),
  ],
  [
    'a signature of a trusted key that is none',
    status.STATUS_WRONG_SIGNATURE,
    () => make({ tlvs: (_, usual) => [...usual.slice(0, 2), { type: abi.TLV_ED25519, data: empty(64) }] }),
  ],
  [
    'one that is too short',
    status.STATUS_WRONG_SIGNATURE,
    () => make({ tlvs: (_, usual) => [...usual.slice(0, 2), { type: abi.TLV_ED25519, data: usual[2].data.slice(1) }] }),
  ],
  [
    'one of another kind of key',
    status.STATUS_WRONG_SIGNATURE,
    () =>
      make({
        tlvs: (digest, usual) => [...usual.slice(0, 2), { type: abi.TLV_ECDSA_SIG, data: signMessage(OLD, digest) }],
      }),
  ],
  [
    'a good one and a bad one',
    status.STATUS_WRONG_SIGNATURE,
    () => make({ tlvs: (_, usual) => [...usual, usual[1], { type: abi.TLV_ED25519, data: empty(64) }] }),
  ],
  [
    'a signature without the hash of its key',
    status.STATUS_UNTRUSTED_KEY,
    () => make({ tlvs: (_, usual) => [usual[0], usual[2]] }),
  ],
  [
    'a key hash that is too short',
    status.STATUS_UNTRUSTED_KEY,
    () =>
      make({ tlvs: (_, usual) => [usual[0], { ...keyHash(MAIN), data: keyHash(MAIN).data.slice(0, 31) }, usual[2]] }),
  ],
  [
    'a key hash for two signatures',
    status.STATUS_OK,
    () => make({ tlvs: (_, usual) => [...usual, { type: abi.TLV_ED25519, data: empty(64) }] }),
  ],
  [
    'DER with zeros behind it',
    status.STATUS_OK,
    () =>
      make({
        signers: [OLD],
        tlvs: (_, usual) => [
          ...usual.slice(0, 2),
          { ...usual[2], data: Uint8Array.of(...usual[2].data, ...empty(72 - usual[2].data.length)) },
        ],
      }),
  ],
  [
    'DER with something else behind it',
    status.STATUS_WRONG_SIGNATURE,
    () =>
      make({
        signers: [OLD],
        tlvs: (_, usual) => [...usual.slice(0, 2), { ...usual[2], data: Uint8Array.of(...usual[2].data, 1) }],
      }),
  ],
  ['erased', status.STATUS_NO_IMAGE, () => new Uint8Array(0)],
  [
    'an image that ends with the slot',
    status.STATUS_OK,
    () => make({ body: empty(0x4000 - 512 - 12 - 4 - 36 - 36 - 68) }),
  ],
  [
    'one that ends a byte behind it',
    status.STATUS_NO_IMAGE,
    () => make({ body: empty(0x4000 - 512 - 12 - 4 - 36 - 36 - 68 + 1) }),
  ],
];

test.each(CASES)('%s', (_title, wanted, image) => {
  expect(check(image())).toBe(wanted);
});

test('a key is trusted for its own apps only', () => {
  const image = make({ signers: [MAIN], loadAddress: layout.apps[1].slot.start });
  expect(check(image, 1)).toBe(status.STATUS_UNTRUSTED_KEY);
  expect(check(make({ signers: [OLD], loadAddress: layout.apps[1].slot.start }), 1)).toBe(status.STATUS_OK);
});

const version = (major: number, minor = 0, revision = 0, build = 0) => ({ major, minor, revision, build });

test.each([
  ['the same again', {}, status.STATUS_OK],
  ['a higher build', { version: version(1, 2, 3, 5) }, status.STATUS_OK],
  ['a lower build', { version: version(1, 2, 3, 3) }, status.STATUS_OLDER_VERSION],
  ['a lower revision, a higher build', { version: version(1, 2, 2, 9) }, status.STATUS_OLDER_VERSION],
  ['a lower minor', { version: version(1, 1, 9) }, status.STATUS_OLDER_VERSION],
  ['a lower major', { version: version(0, 255, 65535) }, status.STATUS_OLDER_VERSION],
  ['a higher major', { version: version(128) }, status.STATUS_OK],
  ['a higher counter', { securityCounter: 6 }, status.STATUS_OK],
  ['a lower counter, a higher version', { securityCounter: 4, version: version(9) }, status.STATUS_OLDER_COUNTER],
])('a download, beside 1.2.3+4 with counter 5: %s', (_title, parts, wanted) => {
  const { slot } = layout.apps[0];
  const download = layout.apps[0].update!.downloads[0].start;
  device.fill(slot.start, rangeSize(slot), make());
  device.fill(download, rangeSize(slot), make(parts));
  expect(device.checkDownload(0).status).toBe(wanted);
});

test('what the device takes the host takes; nothing outside the slot is read', () => {
  const random = new Random(20261121);
  const { slot } = layout.apps[0];
  const size = rangeSize(slot);
  const good = [make(), make({ signers: [OLD] }), make({ signers: [STRANGER, MAIN] })];
  let taken = 0;
  for (let n = 0; n < 4000; n++) {
    const bytes = random.pick(good).slice();
    // Where sizes, types and entries are.
    const places = random.chance(50) ? [abi.IMAGE_HEADER_SIZE, 0] : [bytes.length - 512 - 77, 512 + 77];
    for (let count = 1 + random.below(3); count > 0; count--) {
      const at = places[1] + random.below(places[0]);
      bytes[at] = random.chance(50) ? random.pick([0, 1, 4, 0x20, 0x7f, 0xff]) : bytes[at] ^ (1 << random.below(8));
    }
    if (check(bytes) !== status.STATUS_OK) continue;
    taken++;
    const decoded = decodeImage(bytes, 'image');
    if (!decoded.value) {
      // The host knows the sizes of entries that the device passes over, such as signatures of RSA.
      expect(decoded.diagnostics.map(({ code }) => code)).toEqual(['IMG006']);
      continue;
    }
    const keys = [MAIN.publicKey, OLD.publicKey];
    const verdict = verifyImage(decoded.value, { keys, slot: { size } }, 'image');
    expect(hasErrors(verdict.diagnostics)).toBe(false);
    expect(writeSignedPart(decoded.value.image)).toEqual(bytes.slice(0, writeSignedPart(decoded.value.image).length));
  }
  expect(taken).toBeGreaterThan(0);
});
