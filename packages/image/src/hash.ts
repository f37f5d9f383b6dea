/** Hashes of images, by the TLV that holds them. */
import * as abi from '@kickstage/abi/image';
import { sha256, sha384, sha512 } from '@noble/hashes/sha2.js';
import type { HashName } from './image.ts';

const HASHES = { sha256, sha384, sha512 } as const;

const TLV_OF: Readonly<Record<HashName, number>> = {
  sha256: abi.TLV_SHA256,
  sha384: abi.TLV_SHA384,
  sha512: abi.TLV_SHA512,
};

export const HASH_NAMES = Object.keys(HASHES) as readonly HashName[];

export function computeHash(name: HashName, bytes: Uint8Array): Uint8Array {
  return HASHES[name](bytes);
}

export function hashTlvType(name: HashName): number {
  return TLV_OF[name];
}

/** The hash that a TLV of this type holds; undefined where it holds none. */
export function hashOfTlv(type: number): HashName | undefined {
  return HASH_NAMES.find((name) => TLV_OF[name] === type);
}

/** In the same time wherever they differ. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  let difference = 0;
  for (const [i, byte] of a.entries()) difference |= byte ^ b[i];
  return difference === 0;
}

export function printHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
