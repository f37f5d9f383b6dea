/** Ed25519 of the firmware library, and what others say of the same signatures. */
import { createPrivateKey, createPublicKey, sign, verify } from 'node:crypto';
import type { Random } from '@kickstage/codegen/testing/random';
import { ed25519 } from '@noble/curves/ed25519.js';
import type { Runner } from './code.ts';
import { randomBytes } from './random-bytes.ts';
import type { SignatureVector } from './vectors.ts';

export const ENTRY = `export { ed25519Confirm, ed25519Verify } from 'kickstage/firmware/crypto/ed25519';`;
export const [KEY, SIGNATURE, SCRATCH, MESSAGE] = [0x0, 0x20, 0x100, 0x2000].map((at) => ({ at }));

/** Order of the base point. */
const L = 2n ** 252n + 27742317777372353535851937790883648493n;

type Case = Pick<SignatureVector, 'key' | 'message' | 'signature'>;

/** The status word of a signature of 64 bytes. */
export function check(runner: Runner, { key, message, signature }: Case): number {
  runner.write(KEY.at, key);
  runner.write(SIGNATURE.at, signature);
  runner.write(MESSAGE.at, message);
  return runner.call('ed25519Verify', KEY, MESSAGE, message.length, SIGNATURE, SCRATCH);
}

export function nodeSays({ key, message, signature }: Case): boolean {
  const jwk = { kty: 'OKP', crv: 'Ed25519', x: Buffer.from(key).toString('base64url') };
  return verify(null, message, createPublicKey({ format: 'jwk', key: jwk }), signature);
}

/** By RFC 8032, not by ZIP 215. */
export function nobleSays({ key, message, signature }: Case): boolean {
  return ed25519.verify(signature, message, key, { zip215: false });
}

export function signedCase(secret: Uint8Array, message: Uint8Array): Case {
  const prefix = Buffer.from('302e020100300506032b657004220420', 'hex');
  const privateKey = createPrivateKey({ format: 'der', type: 'pkcs8', key: Buffer.concat([prefix, secret]) });
  const { x } = createPublicKey(privateKey).export({ format: 'jwk' });
  const key = Uint8Array.from(Buffer.from(x!, 'base64url'));
  return { key, message, signature: Uint8Array.from(sign(null, message, privateKey)) };
}

const numberOf = (bytes: Uint8Array) => bytes.reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
const bytesOf = (number: bigint) => Uint8Array.from({ length: 32 }, (_, i) => Number((number >> BigInt(8 * i)) & 255n));

function flipped(random: Random, bytes: Uint8Array, start = 0, end = bytes.length): Uint8Array {
  const copy = bytes.slice();
  copy[start + random.below(end - start)] ^= 1 << random.below(8);
  return copy;
}

/** What may be done to a signed case. */
const CHANGES: readonly ((random: Random, one: Case) => Case)[] = [
  (_, one) => one,
  (_, one) => one,
  (random, one) => ({ ...one, signature: flipped(random, one.signature, 0, 32) }),
  (random, one) => ({ ...one, signature: flipped(random, one.signature, 32, 64) }),
  (random, one) => ({ ...one, key: flipped(random, one.key) }),
  (random, one) => ({ ...one, message: flipped(random, Uint8Array.of(...one.message, 1)) }),
  (random, one) => ({ ...one, key: randomBytes(random, 32) }),
  (_, one) => {
    const s = bytesOf(numberOf(one.signature.subarray(32)) + L);
    return { ...one, signature: Uint8Array.of(...one.signature.subarray(0, 32), ...s) };
  },
];

/** A signed message, in most cases changed. */
export function randomCase(random: Random): Case {
  const message = randomBytes(random, random.chance(50) ? 32 : random.below(300));
  return random.pick(CHANGES)(random, signedCase(randomBytes(random, 32), message));
}
