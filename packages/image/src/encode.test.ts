/** What no image can be made of: every rule with its code, all at once; and signers that are not to be trusted. */
import { describe, expect, test } from 'vitest';
import { decodeImage } from './decode.ts';
import { encodeImage, finishImage, type ImageInput } from './encode.ts';
import { makePrivateKey } from './keys/key.ts';
import { localSigner, type Signer, signImage } from './sign.ts';

const VERSION = { major: 1, minor: 0, revision: 0, build: 0 };
const GOOD: ImageInput = { body: new Uint8Array(64), headerSize: 512, version: VERSION };
const codes = (input: Partial<ImageInput>) =>
  encodeImage({ ...GOOD, ...input }, 'a.bin').diagnostics.map(({ code, severity }) => `${code} ${severity}`);

describe('rules', () => {
  const image = finishImage(encodeImage(GOOD, 'a.bin').value!, []);

  test.each<[string, Partial<ImageInput>, string[]]>([
    ['all is well', {}, []],
    ['no body', { body: new Uint8Array(0) }, ['IMG042 error']],
    ['a header smaller than its fields', { headerSize: 28 }, ['IMG041 error']],
    ['a header that does not fit 16 bits', { headerSize: 65536 }, ['IMG041 error']],
    ['a header of no whole words', { headerSize: 514 }, ['IMG041 error']],
    ['a header behind which no vector table lies', { headerSize: 32 }, ['IMG041 warning']],
    ['a header size that is no number', { headerSize: Number.NaN }, ['IMG041 error']],
    ['a version without room', { version: { ...VERSION, major: 256 } }, ['IMG043 error']],
    ['a security counter of 33 bits', { securityCounter: 2 ** 32 }, ['IMG043 error']],
    ['a negative security counter', { securityCounter: -1 }, ['IMG043 error']],
    ['a load address of 33 bits', { loadAddress: 2 ** 32 }, ['IMG043 error']],
    ['an image number of 9 bits', { dependencies: [{ image: 256, version: VERSION }] }, ['IMG043 error']],
    ['a software type of 13 letters', { softwareType: 'abcdefghijklm' }, ['IMG043 error']],
    ['a software type of 13 bytes', { softwareType: 'äöüäöüä' }, ['IMG043 error']],
    ['a hash among the protected', { protectedTlvs: [{ type: 0x10, data: new Uint8Array(32) }] }, ['IMG045 error']],
    ['a type that is unknown', { protectedTlvs: [{ type: 0x99, data: new Uint8Array(1) }] }, ['IMG045 error']],
    ['the type of any type', { protectedTlvs: [{ type: 0xffff, data: new Uint8Array(1) }] }, ['IMG045 error']],
    ['a counter of 3 bytes', { protectedTlvs: [{ type: 0x50, data: new Uint8Array(3) }] }, ['IMG045 error']],
    ['65536 bytes of entries', { protectedTlvs: [{ type: 0xa0, data: new Uint8Array(65536) }] }, ['IMG045 error']],
    ['a vendor type of two bytes', { protectedTlvs: [{ type: 0x01fe, data: new Uint8Array(9) }] }, []],
    ['an image', { body: image }, ['IMG044 error']],
    [
      'all of it',
      { body: new Uint8Array(0), headerSize: 1, securityCounter: 0.5, softwareType: 'x'.repeat(99) },
      ['IMG042 error', 'IMG041 error', 'IMG043 error', 'IMG043 error'],
    ],
  ])('%s', (_, input, expected) => {
    expect(codes(input)).toEqual(expected);
  });
});

describe('signing', () => {
  const ed25519 = makePrivateKey('ed25519', new Uint8Array(32).fill(1))!;
  const p256 = makePrivateKey('p256', new Uint8Array(32).fill(1))!;
  const unsigned = encodeImage(GOOD, 'a.bin').value!;

  test('a signer asked for the digest, and for the whole', async () => {
    const asked: [string, number][] = [];
    const signer: Signer = {
      publicKey: ed25519.publicKey,
      sign: (request) => {
        asked.push([request.content, request.message.length]);
        return localSigner(ed25519).sign(request);
      },
    };
    for (const pure of [false, true]) {
      const { value, diagnostics } = await signImage(unsigned, [signer], { pure }, 'a.bin');
      expect(diagnostics).toEqual([]);
      expect(decodeImage(value!, 'x').value!.image.unprotectedTlvs.some(({ type }) => type === 0x25)).toBe(pure);
    }
    expect(asked).toEqual([
      ['digest', 32],
      ['image', 512 + 64],
    ]);
  });

  test.each([
    ['another key', localSigner(makePrivateKey('ed25519', new Uint8Array(32).fill(2))!).sign],
    ['zeros', () => ({ value: new Uint8Array(64), diagnostics: [] })],
    ['nothing', () => ({ value: new Uint8Array(0), diagnostics: [] })],
  ])('a signer that gives the signature of %s', async (_, sign) => {
    const result = await signImage(unsigned, [{ publicKey: ed25519.publicKey, sign }], {}, 'a.bin');
    expect(result.value).toBeUndefined();
    expect(result.diagnostics).toMatchObject([{ code: 'IMG047', severity: 'error' }]);
  });

  test('what a signer says is passed on', async () => {
    const refusal = { code: 'CLI042', severity: 'error', what: 'no' } as const;
    const signer = { publicKey: p256.publicKey, sign: async () => ({ diagnostics: [refusal] }) };
    expect(await signImage(unsigned, [signer], {}, 'a.bin')).toEqual({ diagnostics: [refusal] });
  });

  test('P-256 neither pure nor over other hashes', async () => {
    const other = encodeImage({ ...GOOD, hash: 'sha512' }, 'a.bin').value!;
    const pure = await signImage(unsigned, [localSigner(p256)], { pure: true }, 'a.bin');
    const hashed = await signImage(other, [localSigner(p256)], {}, 'a.bin');
    for (const { diagnostics } of [pure, hashed]) expect(diagnostics).toMatchObject([{ code: 'IMG046' }]);
  });
});
