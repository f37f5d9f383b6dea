/** The host's verification of signatures beside Wycheproof's cases, the same files as for the device (e2e/crypto/vectors). */
import { createHash } from 'node:crypto';
import { type KeyKind, makePublicKey } from '@kickstage/image/keys/key';
import { normaliseSignature, verifyMessage } from '@kickstage/image/signature';
import { expect, test } from 'vitest';
import { readWycheproof, type SignatureVector } from '../crypto/vectors.ts';

const sha256 = (message: Uint8Array) => new Uint8Array(createHash('sha256').update(message).digest());

function isAccepted(kind: KeyKind, { key, message, signature }: SignatureVector): boolean {
  // The tables have x and y of a point.
  const publicKey = makePublicKey(kind, kind === 'p256' ? Uint8Array.of(4, ...key) : key);
  return publicKey !== undefined && verifyMessage(publicKey, kind === 'p256' ? sha256(message) : message, signature);
}

/** Cases that are told otherwise, with how. */
const differences = (vectors: readonly SignatureVector[], accepts: (vector: SignatureVector) => boolean) =>
  vectors.filter((vector) => accepts(vector) !== vector.valid).map(({ title }) => title);

const ED25519 = readWycheproof('wycheproof-ed25519.tsv');
const DER = readWycheproof('wycheproof-p256-der.tsv');
const RAW = readWycheproof('wycheproof-p256-raw.tsv');

test(`Ed25519: ${ED25519.length} cases`, () => {
  expect(differences(ED25519, (vector) => isAccepted('ed25519', vector))).toEqual([]);
});

test(`P-256, DER: ${DER.length} cases`, () => {
  expect(differences(DER, (vector) => isAccepted('p256', vector))).toEqual([]);
});

test(`P-256, r and s as a signing device gives them: ${RAW.length} cases`, () => {
  const accepts = (vector: SignatureVector) => {
    const signature = normaliseSignature('p256', vector.signature);
    return signature !== undefined && isAccepted('p256', { ...vector, signature });
  };
  expect(differences(RAW, accepts)).toEqual([]);
});
