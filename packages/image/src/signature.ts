/**
 * Signatures. Ed25519 as RFC 8032, 5.1.6 and 5.1.7, without the cofactor, as MCUboot verifies. ECDSA P-256 as FIPS 186-5,
 * the nonce by RFC 6979 with SHA-256 and nothing changed after it: s is not made low, so that each tool that follows the
 * RFC gives the same bytes; verification takes both values of s, as MCUboot does. In images ECDSA signatures are DER.
 */
import * as abi from '@kickstage/abi/image';
import { ed25519 } from '@noble/curves/ed25519.js';
import { p256 } from '@noble/curves/nist.js';
import { sha512 } from '@noble/hashes/sha2.js';
import { equalBytes } from './hash.ts';
import {
  DER_INTEGER,
  DER_SEQUENCE,
  readDerItem,
  readDerItems,
  readDerUnsigned,
  writeDer,
  writeDerUnsigned,
} from './keys/der.ts';
import type { KeyKind, PrivateKey, PublicKey } from './keys/key.ts';

const SCALAR_SIZE = 32;

/** TLV that holds a signature of this kind. */
export function signatureTlvType(kind: KeyKind): number {
  return kind === 'ed25519' ? abi.TLV_ED25519 : abi.TLV_ECDSA_SIG;
}

/** The signature as an image holds it. For P-256 `message` is the digest; Ed25519 signs any message. */
export function signMessage({ kind, secret }: PrivateKey, message: Uint8Array): Uint8Array {
  if (kind === 'ed25519') return ed25519.sign(message, secret);
  const { r, s } = p256.sign(message, secret, { prehash: false, lowS: false });
  return writeEcdsaSignature(r, s);
}

/** Whether `signature`, as an image holds it, is the key's over `message` (for P-256 the digest). */
export function verifyMessage({ kind, point }: PublicKey, message: Uint8Array, signature: Uint8Array): boolean {
  if (kind === 'ed25519') return verifyEd25519(point, message, signature);
  const numbers = readEcdsaSignature(signature);
  if (!numbers) return false;
  return p256.verify(rawSignature(numbers), message, point, { prehash: false, lowS: false, format: 'compact' });
}

function verifyEd25519(point: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  if (signature.length !== abi.ED25519_SIGNATURE_SIZE) return false;
  const { Point } = ed25519;
  const order = Point.Fn.ORDER;
  const r = signature.subarray(0, SCALAR_SIZE);
  const s = littleEndian(signature.subarray(SCALAR_SIZE));
  if (s >= order) return false;
  const k = littleEndian(sha512.create().update(r).update(point).update(message).digest()) % order;
  const expected = Point.BASE.multiplyUnsafe(s).subtract(Point.fromBytes(point).multiplyUnsafe(k));
  return equalBytes(expected.toBytes(), r);
}

function littleEndian(bytes: Uint8Array): bigint {
  return bytes.reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n);
}

export interface EcdsaNumbers {
  readonly r: bigint;
  readonly s: bigint;
}

export function writeEcdsaSignature(r: bigint, s: bigint): Uint8Array {
  return writeDer(DER_SEQUENCE, writeDerUnsigned(r), writeDerUnsigned(s));
}

/**
 * The numbers of a DER signature, if they are numbers of P-256. Zeros behind it are taken, up to 72 bytes in all: tools for
 * MCUboot before 1.5 padded with them.
 */
export function readEcdsaSignature(bytes: Uint8Array): EcdsaNumbers | undefined {
  const item = readDerItem(bytes);
  if (item?.tag !== DER_SEQUENCE || !isPadding(bytes, item.size)) return undefined;
  const numbers = readDerItems(item.content);
  if (numbers?.length !== 2 || numbers.some(({ tag }) => tag !== DER_INTEGER)) return undefined;
  const [r, s] = numbers.map(({ content }) => readDerUnsigned(content));
  return inRange(r) && inRange(s) ? { r, s } : undefined;
}

function isPadding(bytes: Uint8Array, from: number): boolean {
  return (
    from === bytes.length || (bytes.length <= abi.P256_SIGNATURE_MAX_SIZE && bytes.subarray(from).every((b) => b === 0))
  );
}

const inRange = (value: bigint | undefined): value is bigint =>
  value !== undefined && value > 0n && value < p256.Point.Fn.ORDER;

/** r and s, 32 bytes each, big-endian. */
function rawSignature({ r, s }: EcdsaNumbers): Uint8Array {
  const digits = [r, s].map((value) => value.toString(16).padStart(2 * SCALAR_SIZE, '0')).join('');
  return Uint8Array.from(digits.match(/../g)!, (pair) => Number.parseInt(pair, 16));
}

/**
 * What a signing device gave as an image holds it: Ed25519's 64 bytes; for P-256 DER, or r and s of 32 bytes each as
 * PKCS #11 has them. Undefined where it is neither.
 */
export function normaliseSignature(kind: KeyKind, bytes: Uint8Array): Uint8Array | undefined {
  if (kind === 'ed25519') return bytes.length === abi.ED25519_SIGNATURE_SIZE ? bytes : undefined;
  const numbers = readEcdsaSignature(bytes) ?? (bytes.length === 2 * SCALAR_SIZE ? readRaw(bytes) : undefined);
  return numbers && writeEcdsaSignature(numbers.r, numbers.s);
}

function readRaw(bytes: Uint8Array): EcdsaNumbers | undefined {
  const bigEndian = (part: Uint8Array) => part.reduce((value, byte) => (value << 8n) | BigInt(byte), 0n);
  const r = bigEndian(bytes.subarray(0, SCALAR_SIZE));
  const s = bigEndian(bytes.subarray(SCALAR_SIZE));
  return inRange(r) && inRange(s) ? { r, s } : undefined;
}
