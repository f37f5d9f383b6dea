/** Keys as other programs write them: Node (OpenSSL) makes them, each form is read, and what is none is told. */
import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { printHex } from '../hash.ts';
import { DEVELOPMENT_COMMENT, developmentReason } from './development.ts';
import { keyId, makePrivateKey, makePublicKey } from './key.ts';
import { writePkcs8 } from './key-structures.ts';
import { writePem } from './pem.ts';
import { isEncryptedKey, readKey } from './read-key.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const read = (content: string | Uint8Array) => readKey(typeof content === 'string' ? bytes(content) : content, 'k.pem');
const codes = (content: string | Uint8Array) => read(content).diagnostics.map(({ code }) => code);

const ed25519 = generateKeyPairSync('ed25519');
const p256 = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
const spki = ({ publicKey }: { publicKey: KeyObject }) =>
  new Uint8Array(publicKey.export({ format: 'der', type: 'spki' }));
const pem = (key: KeyObject, type: 'pkcs8' | 'sec1' | 'spki') => key.export({ format: 'pem', type } as never) as string;

describe('forms', () => {
  test.each([
    ['Ed25519, PKCS#8', pem(ed25519.privateKey, 'pkcs8'), ed25519, true],
    ['P-256, PKCS#8', pem(p256.privateKey, 'pkcs8'), p256, true],
    ['P-256, SEC 1', pem(p256.privateKey, 'sec1'), p256, true],
    ['Ed25519, public', pem(ed25519.publicKey, 'spki'), ed25519, false],
    ['P-256, public', pem(p256.publicKey, 'spki'), p256, false],
  ] as const)('%s, as PEM and as DER', (_, text, pair, isPrivate) => {
    const der = Uint8Array.from(Buffer.from(text.replace(/-----.*-----|\s/g, ''), 'base64'));
    for (const form of [text, text.replaceAll('\n', '\r\n'), `a comment\n${text}and more\n`, der]) {
      const { value, diagnostics } = read(form);
      expect(diagnostics).toEqual([]);
      expect(value!.publicKey.spki).toEqual(spki(pair));
      expect(value!.privateKey !== undefined).toBe(isPrivate);
      expect(isEncryptedKey(typeof form === 'string' ? bytes(form) : form)).toBe(false);
    }
  });

  test('what is written is read by OpenSSL and by us', () => {
    for (const kind of ['ed25519', 'p256'] as const) {
      const key = makePrivateKey(kind, new Uint8Array(32).fill(0x42))!;
      const text = writePem('PRIVATE KEY', writePkcs8(key), DEVELOPMENT_COMMENT);
      const theirs = createPrivateKey(text);
      expect(spki({ publicKey: createPublicKey(theirs) })).toEqual(key.publicKey.spki);
      expect(new Uint8Array(theirs.export({ format: 'der', type: 'pkcs8' }))).toEqual(writePkcs8(key));
      expect(read(text).value).toEqual({ privateKey: key, publicKey: key.publicKey, isMarked: true });
      const shown = writePem('PUBLIC KEY', key.publicKey.spki);
      expect(spki({ publicKey: createPublicKey(shown) })).toEqual(key.publicKey.spki);
    }
  });

  test('parameters in a block of their own, as `openssl ecparam` writes them', () => {
    const parameters = writePem('EC PARAMETERS', Uint8Array.of(6, 8, 0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 7));
    expect(read(parameters + pem(p256.privateKey, 'sec1')).value!.publicKey.spki).toEqual(spki(p256));
  });

  test('a compressed point', () => {
    const point = spki(p256).slice(-65);
    const compressed = Uint8Array.from([2 + (point[64] & 1), ...point.slice(1, 33)]);
    expect(makePublicKey('p256', compressed)!.spki).toEqual(spki(p256));
  });

  test('a PKCS#8 of version 1 with its public half', () => {
    const key = makePrivateKey('ed25519', new Uint8Array(32).fill(1))!;
    const old = writePkcs8(key);
    const body = [...old.slice(2), 0x81, 33, 0, ...key.publicKey.point];
    body[2] = 1;
    expect(read(Uint8Array.from([0x30, body.length, ...body])).value!.publicKey).toEqual(key.publicKey);
    body[body.length - 1] ^= 1;
    expect(codes(Uint8Array.from([0x30, body.length, ...body]))).toEqual(['KEY002']);
  });
});

describe('encrypted', () => {
  const options = { format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' } as const;
  const pkcs8 = ed25519.privateKey.export({ ...options, type: 'pkcs8' }) as string;
  const sec1 = p256.privateKey.export({ ...options, type: 'sec1' }) as string;
  const der = new Uint8Array(p256.privateKey.export({ ...options, format: 'der', type: 'pkcs8' }) as Buffer);

  test.each([
    ['PKCS#8', bytes(pkcs8)],
    ['SEC 1 with headers', bytes(sec1)],
    ['DER', der],
  ])('%s', (_, content) => {
    expect(isEncryptedKey(content)).toBe(true);
    expect(codes(content)).toEqual(['KEY004']);
  });
});

describe('none', () => {
  const rsa = generateKeyPairSync('rsa', { modulusLength: 1024 });
  const p384 = generateKeyPairSync('ec', { namedCurve: 'secp384r1' });
  const ed448 = generateKeyPairSync('ed448');
  const x25519 = generateKeyPairSync('x25519');
  const whole = pem(ed25519.privateKey, 'pkcs8');
  const der = new Uint8Array(p256.privateKey.export({ format: 'der', type: 'pkcs8' }));

  test.each([
    ['an RSA key', pem(rsa.privateKey, 'pkcs8'), 'KEY003', /^RSA$/],
    ['an RSA key, PKCS#1', rsa.privateKey.export({ format: 'pem', type: 'pkcs1' }) as string, 'KEY003', /RSA/],
    ['a public RSA key', pem(rsa.publicKey, 'spki'), 'KEY003', /^RSA$/],
    ['P-384', pem(p384.privateKey, 'pkcs8'), 'KEY003', /P-384/],
    ['P-384, SEC 1', pem(p384.privateKey, 'sec1'), 'KEY003', /P-384/],
    ['Ed448', pem(ed448.privateKey, 'pkcs8'), 'KEY003', /Ed448/],
    ['X25519', pem(x25519.publicKey, 'spki'), 'KEY003', /does not sign/],
    ['an OpenSSH key', writePem('OPENSSH PRIVATE KEY', bytes('openssh-key-v1')), 'KEY003', /OPENSSH/],
    ['a certificate', writePem('CERTIFICATE', Uint8Array.of(0x30, 0)), 'KEY001', /CERTIFICATE/],
    ['an empty file', '', 'KEY001', undefined],
    ['a text', 'no key at all', 'KEY001', /6e6f/],
    ['a PEM file cut short', whole.slice(0, 80), 'KEY001', /no whole block/],
    ['a PEM file with a letter that is none', whole.replace(/\nMC4/, '\nM€4'), 'KEY001', /Base64/],
    ['two keys', whole + pem(p256.privateKey, 'pkcs8'), 'KEY001', /PRIVATE KEY, PRIVATE KEY/],
    ['a block that holds something else', writePem('PRIVATE KEY', bytes('something else')), 'KEY002', undefined],
    ['an empty block', writePem('PUBLIC KEY', new Uint8Array(0)), 'KEY002', undefined],
  ])('%s', (_, content, code, got) => {
    const { value, diagnostics } = read(content);
    expect(value).toBeUndefined();
    expect(diagnostics).toMatchObject([{ code, severity: 'error', at: { file: 'k.pem' } }]);
    if (got) expect(diagnostics[0].got).toMatch(got);
  });

  test('a P-256 scalar of 0, and the order', () => {
    for (const secret of ['00'.repeat(32), 'ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551'])
      expect(makePrivateKey('p256', Uint8Array.from(Buffer.from(secret, 'hex')))).toBeUndefined();
  });

  test('cut at each length, and with each bit flipped: a key or a diagnostic', () => {
    for (let size = 0; size < der.length; size++) expect(read(der.slice(0, size)).value).toBeUndefined();
    for (let bit = 0; bit < 8 * der.length; bit += 3) {
      const changed = der.slice();
      changed[bit >>> 3] ^= 1 << (bit & 7);
      const { value, diagnostics } = read(changed);
      expect(diagnostics.length).toBe(value ? 0 : 1);
    }
  });
});

describe('ids and development keys', () => {
  test('the id is the SHA-256 of the SubjectPublicKeyInfo', async () => {
    const { value } = read(pem(p256.publicKey, 'spki'));
    const digest = await crypto.subtle.digest('SHA-256', spki(p256));
    expect(keyId(value!.publicKey)).toBe(printHex(new Uint8Array(digest)));
  });

  test('a mark in front of the block, and nowhere else', () => {
    const text = pem(ed25519.privateKey, 'pkcs8');
    expect(developmentReason(read(text).value!)).toBeUndefined();
    expect(developmentReason(read(`${DEVELOPMENT_COMMENT}${text}`).value!)).toMatch(/marked/);
    expect(developmentReason(read(`Not Kickstage-Key: development\n${text}`).value!)).toBeUndefined();
  });

  test("MCUboot's sample key is known, whatever its file says", () => {
    const seed = '28c970c9a1a8a8bc77786862d2e76d0d430a2b57c87cfc37904bcbaac874cbd8';
    const key = makePrivateKey('ed25519', Uint8Array.from(Buffer.from(seed, 'hex')))!;
    expect(developmentReason({ publicKey: key.publicKey, isMarked: false })).toMatch(/MCUboot root-ed25519\.pem/);
  });
});
