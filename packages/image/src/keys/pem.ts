/** PEM: Base64 between `-----BEGIN X-----` and `-----END X-----`; text around it is a comment. Source: RFC 7468. */

export interface PemBlock {
  /** Such as `PRIVATE KEY`. */
  readonly label: string;
  readonly bytes: Uint8Array;
  /** Headers between the first line and the Base64, as RFC 1421 has them: `Proc-Type: 4,ENCRYPTED`. */
  readonly headers: string;
}

const BLOCK = /-----BEGIN ([A-Z0-9 ]+)-----[ \t]*\r?\n([\s\S]*?)-----END \1-----/g;
const HEADERS = /^(?:[\w-]+:[^\n]*\n(?:[ \t]+[^\n]*\n)*)+\r?\n/;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** All blocks of a text; undefined where what stands in one is not Base64. */
export function readPem(text: string): PemBlock[] | undefined {
  const blocks: PemBlock[] = [];
  for (const [, label, inside] of text.matchAll(BLOCK)) {
    const headers = HEADERS.exec(inside)?.[0] ?? '';
    const base64 = inside.slice(headers.length).replace(/\s/g, '');
    if (!BASE64.test(base64)) return undefined;
    blocks.push({ label, headers, bytes: decodeBase64(base64) });
  }
  return blocks;
}

/** With lines of 64 characters, `comment` in front of it. */
export function writePem(label: string, bytes: Uint8Array, comment = ''): string {
  const lines = encodeBase64(bytes).match(/.{1,64}/g) ?? [];
  return `${comment}-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
}

function decodeBase64(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}

function encodeBase64(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes));
}
