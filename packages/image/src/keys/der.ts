/**
 * DER, as much as keys and signatures need: definite lengths in their shortest form, tags of one byte. Source: ITU-T X.690,
 * 8.1 and 10. Readers return undefined for what is not DER; they never read outside.
 */

export const DER_INTEGER = 0x02;
export const DER_BIT_STRING = 0x03;
export const DER_OCTET_STRING = 0x04;
export const DER_NULL = 0x05;
export const DER_OID = 0x06;
export const DER_SEQUENCE = 0x30;
/** Context-specific and constructed, number 0: the curve of an ECPrivateKey, the attributes of a PKCS#8 key. */
export const DER_CONTEXT_0 = 0xa0;
/** Context-specific and constructed, number 1. */
export const DER_CONTEXT_1 = 0xa1;

export interface DerItem {
  readonly tag: number;
  readonly content: Uint8Array;
  /** Bytes of tag, length and content. */
  readonly size: number;
}

/** The item at the beginning of `bytes`; more may follow. */
export function readDerItem(bytes: Uint8Array): DerItem | undefined {
  if (bytes.length < 2 || (bytes[0] & 0x1f) === 0x1f) return undefined;
  const first = bytes[1];
  const lengthBytes = first < 0x80 ? 0 : first & 0x7f;
  if (first === 0x80 || lengthBytes > 4 || bytes.length < 2 + lengthBytes) return undefined;
  let length = lengthBytes === 0 ? first : 0;
  for (let i = 0; i < lengthBytes; i++) length = length * 256 + bytes[2 + i];
  const isShortest = lengthBytes === 0 || (length >= 0x80 && bytes[2] !== 0);
  const start = 2 + lengthBytes;
  if (!isShortest || length > bytes.length - start) return undefined;
  return { tag: bytes[0], content: bytes.subarray(start, start + length), size: start + length };
}

/** All items of `bytes`, which they fill; undefined where they do not. */
export function readDerItems(bytes: Uint8Array): DerItem[] | undefined {
  const items: DerItem[] = [];
  for (let at = 0; at < bytes.length; ) {
    const item = readDerItem(bytes.subarray(at));
    if (!item) return undefined;
    items.push(item);
    at += item.size;
  }
  return items;
}

/** The items of the only item in `bytes`, a sequence. */
export function readDerSequence(bytes: Uint8Array): DerItem[] | undefined {
  const item = readDerItem(bytes);
  return item?.tag === DER_SEQUENCE && item.size === bytes.length ? readDerItems(item.content) : undefined;
}

/** The number of an INTEGER's content, big-endian; undefined where it is negative or longer than it must be. */
export function readDerUnsigned(content: Uint8Array): bigint | undefined {
  if (content.length === 0 || content[0] >= 0x80) return undefined;
  if (content.length > 1 && content[0] === 0 && content[1] < 0x80) return undefined;
  return content.reduce((value, byte) => (value << 8n) | BigInt(byte), 0n);
}

export function writeDer(tag: number, ...parts: readonly Uint8Array[]): Uint8Array {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const lengthBytes: number[] = [];
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) lengthBytes.unshift(rest % 256);
  const head = length < 0x80 ? [tag, length] : [tag, 0x80 | lengthBytes.length, ...lengthBytes];
  const bytes = new Uint8Array(head.length + length);
  bytes.set(head);
  let at = head.length;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** An INTEGER of a number that is not negative. */
export function writeDerUnsigned(value: bigint): Uint8Array {
  const digits = value.toString(16);
  const even = digits.length % 2 === 0 ? digits : `0${digits}`;
  const bytes = even.match(/../g)!.map((pair) => Number.parseInt(pair, 16));
  return writeDer(DER_INTEGER, Uint8Array.from(bytes[0] >= 0x80 ? [0, ...bytes] : bytes));
}
