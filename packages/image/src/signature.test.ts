/** Signatures against the RFCs' vectors and Node's crypto (OpenSSL), and forms that are none. */
import { createHash, createPrivateKey, createPublicKey, sign, verify } from 'node:crypto';
import { ed25519 } from '@noble/curves/ed25519.js';
import { describe, expect, test } from 'vitest';
import { makePrivateKey, makePublicKey } from './keys/key.ts';
import { writePkcs8 } from './keys/key-structures.ts';
import {
  normaliseSignature,
  readEcdsaSignature,
  signMessage,
  verifyMessage,
  writeEcdsaSignature,
} from './signature.ts';

const hex = (text: string) => new Uint8Array(Buffer.from(text, 'hex'));
const printed = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
const sha256 = (bytes: Uint8Array) => new Uint8Array(createHash('sha256').update(bytes).digest());
const P256_ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
const ED25519_ORDER = 2n ** 252n + 27742317777372353535851937790883648493n;

/** Secret, public key, message, signature. Source: RFC 8032, 7.1. */
const RFC8032 = [
  [
    '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60',
    'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a',
    '',
    'e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b',
  ],
  [
    '4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb',
    '3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c',
    '72',
    '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00',
  ],
  [
    'c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7',
    'fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025',
    'af82',
    '6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a',
  ],
];

test.each(RFC8032)('RFC 8032, secret %s', (secret, point, message, signature) => {
  const key = makePrivateKey('ed25519', hex(secret))!;
  expect(printed(key.publicKey.point)).toBe(point);
  expect(printed(signMessage(key, hex(message)))).toBe(signature);
  expect(verifyMessage(key.publicKey, hex(message), hex(signature))).toBe(true);
});

const RFC6979_KEY = makePrivateKey('p256', hex('c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721'))!;

/** Message, r, s with SHA-256; the first one's s is above half the order. Source: RFC 6979, A.2.5. */
test.each([
  [
    'sample',
    'efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716',
    'f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8',
  ],
  [
    'test',
    'f1abb023518351cd71d881567b1ea663ed3efcf6c5132b354f28d3b0b7d38367',
    '019f4113742a2b14bd25926b49c649155f267e60d3814b4c0cc84250e46f0083',
  ],
])('RFC 6979, P-256, %s', (message, r, s) => {
  expect(printed(RFC6979_KEY.publicKey.point)).toBe(
    '0460fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb67903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299',
  );
  const digest = sha256(new TextEncoder().encode(message));
  const signature = signMessage(RFC6979_KEY, digest);
  const numbers = readEcdsaSignature(signature)!;
  expect([numbers.r, numbers.s]).toEqual([BigInt(`0x${r}`), BigInt(`0x${s}`)]);
  expect(verifyMessage(RFC6979_KEY.publicKey, digest, signature)).toBe(true);
  // The other s is good, too: MCUboot takes both.
  const other = writeEcdsaSignature(numbers.r, P256_ORDER - numbers.s);
  expect(verifyMessage(RFC6979_KEY.publicKey, digest, other)).toBe(true);
});

/** Deterministic bytes. */
const seeded = (text: string) => sha256(new TextEncoder().encode(text));

describe.each(['ed25519', 'p256'] as const)('%s against OpenSSL', (kind) => {
  test('each verifies what the other signed, and neither what was changed', () => {
    for (let i = 0; i < 25; i++) {
      const key = makePrivateKey(kind, seeded(`${kind} ${i}`))!;
      const theirs = createPrivateKey({ key: Buffer.from(writePkcs8(key)), format: 'der', type: 'pkcs8' });
      const message = Buffer.concat([seeded(`message ${i}`), seeded('more')]).subarray(0, i);
      const ours = kind === 'ed25519' ? new Uint8Array(message) : sha256(message);
      const name = kind === 'ed25519' ? null : 'sha256';
      expect(verify(name, message, createPublicKey(theirs), signMessage(key, ours))).toBe(true);
      const signature = new Uint8Array(sign(name, message, theirs));
      expect(verifyMessage(key.publicKey, ours, signature)).toBe(true);
      expect(signMessage(key, ours)).toEqual(signMessage(key, ours));
      if (kind === 'ed25519') expect(signMessage(key, ours)).toEqual(signature);
      for (let k = 0; k < 4; k++) {
        const changed = signature.slice();
        changed[(i * 37 + k * 17) % changed.length] ^= 1 << (k * 2);
        const answer = verifyMessage(key.publicKey, ours, changed);
        expect([printed(changed), answer]).toEqual([
          printed(changed),
          verify(name, message, createPublicKey(theirs), changed),
        ]);
      }
      expect(verifyMessage(key.publicKey, seeded('another'), signature)).toBe(false);
    }
  });

  test('longer digests, by their leftmost bits', () => {
    if (kind === 'ed25519') return;
    const key = makePrivateKey(kind, seeded('long'))!;
    const theirs = createPrivateKey({ key: Buffer.from(writePkcs8(key)), format: 'der', type: 'pkcs8' });
    for (const hash of ['sha384', 'sha512']) {
      const digest = new Uint8Array(createHash(hash).update('x').digest());
      expect(verifyMessage(key.publicKey, digest, new Uint8Array(sign(hash, Buffer.from('x'), theirs)))).toBe(true);
    }
  });
});

describe('Ed25519 signatures that are none', () => {
  const key = makePrivateKey('ed25519', seeded('e'))!;
  const message = seeded('m');
  const good = signMessage(key, message);

  test('s with the order added', () => {
    const s = BigInt(`0x${printed(good.slice(32).reverse())}`) + ED25519_ORDER;
    const more = good.slice();
    more.set(hex(s.toString(16).padStart(64, '0')).reverse(), 32);
    expect(verifyMessage(key.publicKey, message, good)).toBe(true);
    expect(verifyMessage(key.publicKey, message, more)).toBe(false);
  });

  test.each([0, 1, 63, 65, 128])('%i bytes', (size) => {
    const bytes = new Uint8Array(size);
    bytes.set(good.slice(0, size));
    expect(verifyMessage(key.publicKey, message, bytes)).toBe(false);
  });

  test('keys of small order are no keys', () => {
    const small = [
      '0100000000000000000000000000000000000000000000000000000000000000',
      '0000000000000000000000000000000000000000000000000000000000000000',
      'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
      'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
      // Not below the prime.
      'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
      // Not on the curve.
      '0200000000000000000000000000000000000000000000000000000000000000',
    ];
    for (const point of small) expect([point, makePublicKey('ed25519', hex(point))]).toEqual([point, undefined]);
  });

  test('a point of order 8 added to R: refused, as OpenSSL does, though the equation with the cofactor holds', () => {
    const { Point, utils } = ed25519;
    const { scalar } = utils.getExtendedPublicKey(key.secret);
    const nonce = 12345678901234567890n;
    const torsion = Point.fromHex('c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a');
    const r = Point.BASE.multiply(nonce).add(torsion).toBytes();
    const challenge = createHash('sha512').update(r).update(key.publicKey.point).update(message).digest();
    const k = BigInt(`0x${printed(new Uint8Array(challenge).reverse())}`) % ED25519_ORDER;
    const s = (nonce + k * scalar) % ED25519_ORDER;
    const forged = Uint8Array.from([...r, ...hex(s.toString(16).padStart(64, '0')).reverse()]);
    expect(ed25519.verify(forged, message, key.publicKey.point, { zip215: false })).toBe(true);
    expect(verifyMessage(key.publicKey, message, forged)).toBe(false);
    const theirs = createPublicKey({ key: Buffer.from(key.publicKey.spki), format: 'der', type: 'spki' });
    expect(verify(null, message, theirs, forged)).toBe(false);
  });
});

describe('DER of ECDSA signatures', () => {
  const one = [2, 1, 1];
  const big = [2, 33, 0, ...Array<number>(32).fill(0xee)];

  test.each<[string, number[], boolean]>([
    ['the shortest', [0x30, 6, ...one, ...one], true],
    ['zeros behind it', [0x30, 6, ...one, ...one, 0, 0], true],
    ['zeros up to 72 bytes', [0x30, 6, ...one, ...one, ...Array<number>(64).fill(0)], true],
    ['zeros up to 73 bytes', [0x30, 6, ...one, ...one, ...Array<number>(65).fill(0)], false],
    ['something behind it', [0x30, 6, ...one, ...one, 1], false],
    ['the largest', [0x30, 70, ...big, ...big], true],
    ['nothing', [], false],
    ['a tag alone', [0x30], false],
    ['another tag', [0x31, 6, ...one, ...one], false],
    ['one number', [0x30, 3, ...one], false],
    ['three numbers', [0x30, 9, ...one, ...one, ...one], false],
    ['another kind of item', [0x30, 6, ...one, 4, 1, 1], false],
    ['an empty number', [0x30, 5, ...one, 2, 0], false],
    ['0', [0x30, 6, ...one, 2, 1, 0], false],
    ['a negative number', [0x30, 6, ...one, 2, 1, 0x80], false],
    ['a zero too many', [0x30, 7, ...one, 2, 2, 0, 1], false],
    ['a long length', [0x30, 0x81, 6, ...one, ...one], false],
    ['no length', [0x30, 0x80, ...one, ...one, 0, 0], false],
    ['a length beyond the end', [0x30, 7, ...one, ...one], false],
    ['the order', [0x30, 38, ...one, 2, 33, 0, ...hex(P256_ORDER.toString(16))], false],
    ['more than the order', [0x30, 38, ...one, 2, 33, 0, ...Array<number>(32).fill(0xff)], false],
    ['34 bytes', [0x30, 39, ...one, 2, 34, 1, ...Array<number>(33).fill(0)], false],
  ])('%s', (_, bytes, isGood) => {
    expect(readEcdsaSignature(Uint8Array.from(bytes)) !== undefined).toBe(isGood);
  });
});

describe('what signing devices give', () => {
  const key = makePrivateKey('p256', seeded('p'))!;
  const digest = seeded('m');
  const der = signMessage(key, digest);
  const { r, s } = readEcdsaSignature(der)!;
  const raw = hex(r.toString(16).padStart(64, '0') + s.toString(16).padStart(64, '0'));

  test('DER, and r and s one behind the other', () => {
    expect(normaliseSignature('p256', der)).toEqual(der);
    expect(normaliseSignature('p256', raw)).toEqual(der);
    expect(normaliseSignature('ed25519', new Uint8Array(64))).toEqual(new Uint8Array(64));
  });

  test('neither', () => {
    for (const bytes of [
      new Uint8Array(0),
      raw.slice(1),
      new Uint8Array(64),
      new Uint8Array(64).fill(0xff),
      new Uint8Array(65),
    ])
      expect(normaliseSignature('p256', bytes)).toBeUndefined();
    for (const size of [0, 63, 65]) expect(normaliseSignature('ed25519', new Uint8Array(size))).toBeUndefined();
  });
});
