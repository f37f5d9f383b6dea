/**
 * A second decoder of images, for tests: written from the byte table of docs/formats/image.md with Node's crypto, sharing no
 * code with packages/image. It accepts what MCUboot's image validation accepts: the header's magic, TLV areas that agree with
 * the header, a hash that matches, and a signature by a key whose hash a KEYHASH names. It reads no more than a bootloader
 * does, and leniently: entries it does not look for are passed over.
 */
import { createHash, type KeyObject, verify } from 'node:crypto';

export interface Rules {
  /** The hash that the bootloader is built for. */
  readonly hash?: 'sha256' | 'sha384' | 'sha512';
  /** Its public keys; none: the hash alone decides. */
  readonly keys?: readonly KeyObject[];
  /** Whether it is built for pure signatures. */
  readonly pure?: boolean;
  readonly slotSize?: number;
}

const HASH_TYPES = { sha256: 0x10, sha384: 0x11, sha512: 0x12 } as const;

interface Entry {
  readonly type: number;
  readonly data: Buffer;
  readonly isProtected: boolean;
}

/** `ok`, or why the image is refused. */
export function judge(image: Uint8Array, rules: Rules): string {
  const bytes = Buffer.from(image);
  if (bytes.length < 32) return 'no header';
  if (bytes.readUInt32LE(0) !== 0x96f3b83d) return 'wrong magic';
  const headerSize = bytes.readUInt16LE(8);
  const protectedSize = bytes.readUInt16LE(10);
  const bodyEnd = headerSize + bytes.readUInt32LE(12);
  const signedEnd = bodyEnd + protectedSize;
  const found = entries(bytes, bodyEnd, protectedSize);
  if (typeof found === 'string') return found;
  if (rules.slotSize !== undefined && found.end > rules.slotSize) return 'too large';
  if (bytes.readUInt32LE(16) & 0x10) return 'not bootable';
  return check(bytes.subarray(0, signedEnd), found.list, rules);
}

function entries(bytes: Buffer, start: number, protectedSize: number): { list: Entry[]; end: number } | string {
  let unprotected = start;
  if (start + 4 > bytes.length) return 'no TLV area';
  if (bytes.readUInt16LE(start) === 0x6908) {
    if (bytes.readUInt16LE(start + 2) !== protectedSize) return 'protected size differs';
    unprotected += protectedSize;
  } else if (protectedSize !== 0) return 'no protected area';
  if (unprotected + 4 > bytes.length || bytes.readUInt16LE(unprotected) !== 0x6907) return 'no unprotected area';
  const end = unprotected + bytes.readUInt16LE(unprotected + 2);
  if (end > bytes.length) return 'TLV area beyond the end';
  const list: Entry[] = [];
  for (let at = start + 4; at < end; ) {
    if (protectedSize > 0 && at === unprotected) {
      at += 4;
      continue;
    }
    if (at + 4 > end) return 'half an entry';
    const size = bytes.readUInt16LE(at + 2);
    if (at + 4 + size > end) return 'an entry beyond its area';
    const data = bytes.subarray(at + 4, at + 4 + size);
    list.push({ type: bytes.readUInt16LE(at), data, isProtected: at < unprotected });
    at += 4 + size;
  }
  return { list, end };
}

function check(signed: Buffer, list: readonly Entry[], { hash = 'sha256', keys, pure = false }: Rules): string {
  const digest = createHash(hash).update(signed).digest();
  const hashes = list.filter(({ type }) => type === HASH_TYPES[hash]);
  if (!pure && hashes.length === 0) return 'no hash';
  if (!pure && hashes.some(({ data }) => !data.equals(digest))) return 'wrong hash';
  if (pure && !list.some(({ type, data }) => type === 0x25 && data.length === 1 && data[0] === 1)) return 'not pure';
  if (!keys) return 'ok';
  let key: KeyObject | undefined;
  let answer = 'not signed by a known key';
  for (const { type, data } of list) {
    if (type === 0x01) key = keys.find((candidate) => keyHash(candidate, hash).equals(data));
    if (key === undefined || type !== (key.asymmetricKeyType === 'ed25519' ? 0x24 : 0x22)) continue;
    answer = isSignature(key, { signed, digest, signature: data, pure, hash }) ? 'ok' : 'wrong signature';
    key = undefined;
  }
  return answer;
}

function keyHash(key: KeyObject, hash: string): Buffer {
  return createHash(hash)
    .update(key.export({ format: 'der', type: 'spki' }))
    .digest();
}

interface Signed {
  readonly signed: Buffer;
  readonly digest: Buffer;
  readonly signature: Buffer;
  readonly pure: boolean;
  readonly hash: string;
}

function isSignature(key: KeyObject, { signed, digest, signature, pure, hash }: Signed): boolean {
  if (key.asymmetricKeyType === 'ed25519') return verify(null, pure ? signed : digest, key, signature);
  // Padding of old tools: the sequence says how long it is.
  return verify(hash, signed, key, signature.subarray(0, signature[1] + 2));
}

/** The entries of an image, in order: type and data in hexadecimal. */
export function listEntries(
  image: Uint8Array,
): { readonly type: number; readonly hex: string; isProtected: boolean }[] {
  const bytes = Buffer.from(image);
  const found = entries(bytes, bytes.readUInt16LE(8) + bytes.readUInt32LE(12), bytes.readUInt16LE(10));
  if (typeof found === 'string') throw new Error(found);
  return found.list.map(({ type, data, isProtected }) => ({ type, hex: data.toString('hex'), isProtected }));
}
