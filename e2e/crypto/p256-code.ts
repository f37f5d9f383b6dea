/** ECDSA on P-256 of the firmware library, and what others say of the same signatures. */
import { createHash, createPrivateKey, createPublicKey, sign, verify } from 'node:crypto';
import type { Random } from '@kickstage/codegen/testing/random';
import { p256 } from '@noble/curves/nist.js';
import type { Runner } from './code.ts';
import { randomBytes } from './random-bytes.ts';
import type { SignatureVector } from './vectors.ts';

export const ENTRY = `
export { p256Confirm, p256Verify } from 'kickstage/firmware/crypto/p256';
export { p256ConfirmDer, p256VerifyDer } from 'kickstage/firmware/crypto/p256-der';
`;
export const [KEY, DIGEST, SIGNATURE, SCRATCH] = [0x1, 0x63, 0xa2, 0x400].map((at) => ({ at }));

/** Order of the base point. */
export const N = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

export type Case = Pick<SignatureVector, 'key' | 'message' | 'signature'>;

export const digestOf = (message: Uint8Array) => Uint8Array.from(createHash('sha256').update(message).digest());

/** The status word of a signature; raw ones have 64 bytes. */
export function check(
  runner: Runner,
  { key, message, signature }: Case,
  form: 'raw' | 'der',
  digest = digestOf(message),
): number {
  runner.write(KEY.at, key);
  runner.write(DIGEST.at, digest);
  runner.write(SIGNATURE.at, signature);
  if (form === 'raw') return runner.call('p256Verify', KEY, DIGEST, SIGNATURE, SCRATCH);
  return runner.call('p256VerifyDer', KEY, DIGEST, SIGNATURE, signature.length, SCRATCH);
}

/** False for what is no key, too. */
export function nodeSays({ key, message, signature }: Case): boolean {
  const [x, y] = [key.subarray(0, 32), key.subarray(32)].map((half) => Buffer.from(half).toString('base64url'));
  try {
    const publicKey = createPublicKey({ format: 'jwk', key: { kty: 'EC', crv: 'P-256', x, y } });
    return verify('sha256', message, { key: publicKey, dsaEncoding: 'ieee-p1363' }, signature);
  } catch {
    return false;
  }
}

export function nobleSays({ key, message, signature }: Case): boolean {
  try {
    return p256.verify(signature, digestOf(message), Uint8Array.of(4, ...key), { prehash: false, lowS: false });
  } catch {
    return false;
  }
}

export const bytesOf = (number: bigint) =>
  Uint8Array.from({ length: 32 }, (_, i) => Number((number >> BigInt(8 * (31 - i))) & 255n));
const numberOf = (bytes: Uint8Array) => bytes.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);

export function signedCase(secret: bigint, message: Uint8Array): Case {
  const d = bytesOf((secret % (N - 1n)) + 1n);
  const key = p256.getPublicKey(d, false).slice(1);
  const part = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64url');
  const jwk = { kty: 'EC', crv: 'P-256', d: part(d), x: part(key.subarray(0, 32)), y: part(key.subarray(32)) };
  const privateKey = createPrivateKey({ format: 'jwk', key: jwk });
  const signature = Uint8Array.from(sign('sha256', message, { key: privateKey, dsaEncoding: 'ieee-p1363' }));
  return { key, message, signature };
}

function flipped(random: Random, bytes: Uint8Array, start = 0, end = bytes.length): Uint8Array {
  const copy = bytes.slice();
  copy[start + random.below(end - start)] ^= 1 << random.below(8);
  return copy;
}

const withS = (one: Case, change: (s: bigint) => bigint): Case => ({
  ...one,
  signature: Uint8Array.of(...one.signature.subarray(0, 32), ...bytesOf(change(numberOf(one.signature.subarray(32))))),
});

/** What may be done to a signed case. */
const CHANGES: readonly ((random: Random, one: Case) => Case)[] = [
  (_, one) => one,
  (_, one) => one,
  (_, one) => withS(one, (s) => N - s),
  (_, one) => withS(one, (s) => s + N),
  (random, one) => ({ ...one, signature: flipped(random, one.signature, 0, 32) }),
  (random, one) => ({ ...one, signature: flipped(random, one.signature, 32, 64) }),
  (random, one) => ({ ...one, key: flipped(random, one.key) }),
  (random, one) => ({ ...one, message: flipped(random, Uint8Array.of(...one.message, 1)) }),
];

/** A signed message, in most cases changed. The signature itself is not the same on each run: it has a random part. */
export function randomCase(random: Random): Case {
  const message = randomBytes(random, random.below(100));
  return random.pick(CHANGES)(random, signedCase(numberOf(randomBytes(random, 32)), message));
}

/** DER of a raw signature (X.690, 8.3). */
export function derOf(raw: Uint8Array): Uint8Array {
  const integer = (bytes: Uint8Array) => {
    const start = bytes.findIndex((byte) => byte !== 0);
    const digits = start < 0 ? Uint8Array.of(0) : bytes.subarray(start);
    const body = digits[0] >= 0x80 ? [0, ...digits] : [...digits];
    return [2, body.length, ...body];
  };
  const body = [...integer(raw.subarray(0, 32)), ...integer(raw.subarray(32))];
  return Uint8Array.of(0x30, body.length, ...body);
}
