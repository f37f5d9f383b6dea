/**
 * Keys that sign images: Ed25519 (RFC 8032) and ECDSA on P-256 (FIPS 186-5). A public key is held as what MCUboot hashes for
 * KEYHASH: a SubjectPublicKeyInfo in DER. A key's id is the SHA-256 of that, in hexadecimal.
 */
import { ed25519 } from '@noble/curves/ed25519.js';
import { p256 } from '@noble/curves/nist.js';
import { computeHash, printHex } from '../hash.ts';
import { DER_BIT_STRING, DER_OID, DER_SEQUENCE, writeDer } from './der.ts';

export type KeyKind = 'ed25519' | 'p256';

export const KEY_KINDS: readonly KeyKind[] = ['ed25519', 'p256'];

/** How kinds of keys are called in texts. */
export const KEY_NAMES: Readonly<Record<KeyKind, string>> = { ed25519: 'Ed25519', p256: 'ECDSA P-256' };

export interface PublicKey {
  readonly kind: KeyKind;
  /** Ed25519: 32 bytes. P-256: 04, x, y: 65 bytes. */
  readonly point: Uint8Array;
  /** SubjectPublicKeyInfo in DER: 44 or 91 bytes. */
  readonly spki: Uint8Array;
}

export interface PrivateKey {
  readonly kind: KeyKind;
  /** Ed25519: the seed. P-256: the scalar, big-endian. 32 bytes both. */
  readonly secret: Uint8Array;
  readonly publicKey: PublicKey;
}

/** Object identifiers as DER writes them, without tag and length. Source: RFC 8410, RFC 5480. */
export const OID_ED25519 = Uint8Array.of(0x2b, 0x65, 0x70);
export const OID_EC_PUBLIC_KEY = Uint8Array.of(0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01);
export const OID_P256 = Uint8Array.of(0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07);

/** AlgorithmIdentifier of the kind. */
export function writeAlgorithm(kind: KeyKind): Uint8Array {
  if (kind === 'ed25519') return writeDer(DER_SEQUENCE, writeDer(DER_OID, OID_ED25519));
  return writeDer(DER_SEQUENCE, writeDer(DER_OID, OID_EC_PUBLIC_KEY), writeDer(DER_OID, OID_P256));
}

/** The public key of that point; undefined where it is none of the curve. Compressed points of P-256 are taken, too. */
export function makePublicKey(kind: KeyKind, encoded: Uint8Array): PublicKey | undefined {
  const point = normalisePoint(kind, encoded);
  if (!point) return undefined;
  const spki = writeDer(DER_SEQUENCE, writeAlgorithm(kind), writeDer(DER_BIT_STRING, Uint8Array.of(0), point));
  return { kind, point, spki };
}

function normalisePoint(kind: KeyKind, encoded: Uint8Array): Uint8Array | undefined {
  try {
    if (kind === 'ed25519') {
      // A point of small order verifies signatures that nobody made.
      return encoded.length === 32 && !ed25519.Point.fromBytes(encoded).isSmallOrder() ? encoded : undefined;
    }
    const point = p256.Point.fromBytes(encoded);
    point.assertValidity();
    return point.toBytes(false);
  } catch {
    return undefined;
  }
}

/** The private key with that secret; undefined where it is no number of the curve (P-256: 0, or not below the order). */
export function makePrivateKey(kind: KeyKind, secret: Uint8Array): PrivateKey | undefined {
  if (secret.length !== 32) return undefined;
  if (kind === 'p256' && !p256.utils.isValidSecretKey(secret)) return undefined;
  const point = kind === 'ed25519' ? ed25519.getPublicKey(secret) : p256.getPublicKey(secret, false);
  const publicKey = makePublicKey(kind, point);
  return publicKey && { kind, secret, publicKey };
}

/** SHA-256 of the key's SubjectPublicKeyInfo in hexadecimal: what KEYHASH holds in images hashed with SHA-256. */
export function keyId({ spki }: PublicKey): string {
  return printHex(computeHash('sha256', spki));
}
