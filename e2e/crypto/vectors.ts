/** Reads the tables of vectors/: what they are and where they come from stands in their first lines. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface SignatureVector {
  /** Number and comment. */
  readonly title: string;
  readonly valid: boolean;
  readonly key: Uint8Array;
  readonly message: Uint8Array;
  readonly signature: Uint8Array;
}

const bytes = (hex: string) => (hex === '-' ? new Uint8Array(0) : Uint8Array.from(Buffer.from(hex, 'hex')));

function rowsOf(name: string): string[][] {
  return readFileSync(join(import.meta.dirname, 'vectors', name), 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => line.split('\t'));
}

export function readWycheproof(name: string): SignatureVector[] {
  let key = '';
  return rowsOf(name).map(([id, result, keyText, message, signature, comment]) => {
    if (keyText !== '=') key = keyText;
    const title = `${id} ${comment}`;
    return { title, valid: result === 'valid', key: bytes(key), message: bytes(message), signature: bytes(signature) };
  });
}

export function readNist(name: string): SignatureVector[] {
  return rowsOf(name).map(([result, key, message, signature], i) => ({
    title: `${i}`,
    valid: result === 'valid',
    key: bytes(key),
    message: bytes(message),
    signature: bytes(signature),
  }));
}
