/** What is sent to examples/signed-update, and what its app says to it. */
import { decodeImage } from '@kickstage/image/decode';
import { encodeImage } from '@kickstage/image/encode';
import type { ImageVersion } from '@kickstage/image/image';
import { makePrivateKey, type PrivateKey } from '@kickstage/image/keys/key';
import { localSigner, signImage } from '@kickstage/image/sign';

export interface UpdateCase {
  readonly name: string;
  readonly image: Uint8Array;
  /** The line that the console says next. */
  readonly says: string;
}

/** Built images of app1 (version 1.0.0) and app2, and the key that the board trusts; `mark`: what app1 says behind its version. */
export async function updateCases(
  app1: Uint8Array,
  app2: Uint8Array,
  key: PrivateKey,
  mark = '',
): Promise<readonly UpdateCase[]> {
  const stranger = makePrivateKey('ed25519', new Uint8Array(32).fill(0x66))!;
  const newer = await resign(app1, version(1, 1, 0), key);
  const flipped = newer.slice();
  flipped[0x400] ^= 0x10;
  const goesOn = (why: string) => `app1 1.1.0${mark}: the last update: refused, ${why}`;
  return [
    { name: 'a signed update', image: newer, says: `app1 1.1.0${mark}: the update works, and stays` },
    {
      name: 'signed with a foreign key',
      image: await resign(app1, version(1, 2, 0), stranger),
      says: goesOn('not signed by a trusted key'),
    },
    { name: 'one bit flipped', image: flipped, says: goesOn('damaged or changed') },
    { name: 'cut off', image: newer.subarray(0, newer.length - 100), says: goesOn('no image') },
    { name: 'an older version', image: await resign(app1, version(1, 0, 9), key), says: goesOn('older version') },
    { name: 'the image of another app', image: app2, says: 'app1 goes on: made for another slot' },
    {
      name: 'garbage',
      image: Uint8Array.from({ length: 3000 }, (_, i) => (i * 151 + (i >> 3)) & 0xff),
      says: 'app1 goes on: nothing that can be started',
    },
    {
      name: 'a newer one',
      image: await resign(app1, version(2, 0, 0), key),
      says: `app1 2.0.0${mark}: the update works, and stays`,
    },
  ];
}

const version = (major: number, minor: number, revision: number): ImageVersion => ({
  major,
  minor,
  revision,
  build: 0,
});

/** The same firmware in another version, signed with a key. */
async function resign(bytes: Uint8Array, newVersion: ImageVersion, key: PrivateKey): Promise<Uint8Array> {
  const { image } = decodeImage(bytes, 'app1').value!;
  const { headerSize, loadAddress, flags } = image.header;
  const unsigned = encodeImage({ body: image.body, headerSize, loadAddress, flags, version: newVersion }, 'app1')
    .value!;
  return (await signImage(unsigned, [localSigner(key)], {}, 'app1')).value!;
}
