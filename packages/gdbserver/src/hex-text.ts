/** Hex as the protocol writes it: numbers with the most significant digit first, memory and registers byte by byte. */

/** A number of up to 32 bits from hex digits; undefined where `text` is anything else. */
export function parseHex(text: string | undefined): number | undefined {
  if (text === undefined || !/^[0-9a-f]+$/i.test(text)) return undefined;
  const value = Number.parseInt(text, 16);
  return value <= 0xffff_ffff ? value : undefined;
}

export const hex = (value: number): string => (value >>> 0).toString(16);

export function hexOfBytes(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += byte.toString(16).padStart(2, '0');
  return text;
}

/** Undefined where `text` is not pairs of hex digits. */
export function bytesOfHex(text: string): Uint8Array | undefined {
  if (text.length % 2 !== 0 || !/^[0-9a-f]*$/i.test(text)) return undefined;
  return Uint8Array.from({ length: text.length / 2 }, (_, i) => Number.parseInt(text.slice(2 * i, 2 * i + 2), 16));
}

/** A 32-bit word in the order of its bytes in memory. */
export function hexOfWord(value: number): string {
  const bytes = Uint8Array.of(value, value >>> 8, value >>> 16, value >>> 24);
  return hexOfBytes(bytes);
}

/** The word of four bytes at `offset`; unsigned. */
export function wordOfBytes(bytes: Uint8Array, offset = 0): number {
  return (bytes[offset] | (bytes[offset + 1] << 8) | (bytes[offset + 2] << 16) | (bytes[offset + 3] << 24)) >>> 0;
}

/** The bytes of a binary body. */
export const bytesOfBinary = (text: string): Uint8Array => Uint8Array.from(text, (c) => c.charCodeAt(0) & 0xff);

/** UTF-8 of a text, in hex: console output and answers of monitor commands. */
export const hexOfText = (text: string): string => hexOfBytes(new TextEncoder().encode(text));

/** Two hex numbers with a comma between, as in `m`: undefined where they are not. */
export function parsePair(text: string): readonly [number, number] | undefined {
  const [first, second, more] = text.split(',');
  const a = parseHex(first);
  const b = parseHex(second);
  return a === undefined || b === undefined || more !== undefined ? undefined : [a, b];
}
