/**
 * UF2 (Microsoft, USB Flashing Format): blocks of 512 bytes with 256 bytes of payload each. The family says which boards
 * take the file: a chip's facts name it, as the format's own list has it.
 */
import { ByteReader, ByteWriter } from '@kickstage/base/bytes';
import type { Checked, Diagnostic } from '@kickstage/base/diagnostic';
import { type Chunk, findOverlap, joinChunks } from '../chunk.ts';

const MAGIC_START_0 = 0x0a324655;
const MAGIC_START_1 = 0x9e5d5157;
const MAGIC_END = 0x0ab16f30;
const FLAG_FAMILY = 0x2000;
const BLOCK_SIZE = 512;
const PAYLOAD_SIZE = 256;
const ADDRESS_END = 2 ** 32;

/** Payloads are whole, aligned to their size; gaps within one are filled as erased flash is. */
export function toUf2(chunks: readonly Chunk[], family: number, erasedByte: number): Uint8Array {
  const pages = new Map<number, Uint8Array>();
  for (const { address, bytes } of chunks) {
    bytes.forEach((byte, i) => {
      const at = address + i;
      const page = at - (at % PAYLOAD_SIZE);
      if (!pages.has(page)) pages.set(page, new Uint8Array(PAYLOAD_SIZE).fill(erasedByte));
      pages.get(page)![at - page] = byte;
    });
  }
  const sorted = [...pages].sort(([a], [b]) => a - b);
  const out = new ByteWriter(sorted.length * BLOCK_SIZE);
  sorted.forEach(([address, payload], i) => {
    const start = out.length;
    out.u32(MAGIC_START_0).u32(MAGIC_START_1).u32(FLAG_FAMILY).u32(address).u32(PAYLOAD_SIZE).u32(i).u32(sorted.length);
    out.u32(family).append(payload);
    while (out.length < start + BLOCK_SIZE - 4) out.u8(0);
    out.u32(MAGIC_END);
  });
  return out.toBytes();
}

export function looksLikeUf2(bytes: Uint8Array): boolean {
  return bytes.length >= 8 && new ByteReader(bytes).u32(0) === MAGIC_START_0;
}

export function fromUf2(bytes: Uint8Array, name: string): Checked<{ chunks: Chunk[]; family?: number }> {
  const reader = new ByteReader(bytes);
  const malformed = (offset: number, what: string): { diagnostics: Diagnostic[] } => ({
    diagnostics: [
      {
        code: 'LNK011',
        severity: 'error',
        what: `malformed UF2 file: ${what}`,
        at: { file: name },
        got: `at offset 0x${offset.toString(16)}`,
        fix: 'make the file again',
      },
    ],
  });
  if (bytes.length === 0 || bytes.length % BLOCK_SIZE !== 0) return malformed(0, 'its size is no multiple of 512');
  const chunks: Chunk[] = [];
  let family: number | undefined;
  for (let at = 0; at < bytes.length; at += BLOCK_SIZE) {
    if (reader.u32(at) !== MAGIC_START_0 || reader.u32(at + 4) !== MAGIC_START_1)
      return malformed(at, 'no block begins here');
    if (reader.u32(at + 508) !== MAGIC_END) return malformed(at + 508, 'the block has no end');
    const size = reader.u32(at + 16);
    if (size > 476) return malformed(at + 16, 'the payload is larger than a block');
    if (reader.u32(at + 20) !== at / BLOCK_SIZE || reader.u32(at + 24) !== bytes.length / BLOCK_SIZE) {
      return malformed(at + 20, 'blocks are missing or out of order');
    }
    if (reader.u32(at + 8) & FLAG_FAMILY) family = reader.u32(at + 28);
    const address = reader.u32(at + 12);
    if (address + size > ADDRESS_END) return malformed(at + 12, 'its bytes lie beyond the last address');
    chunks.push({ address, bytes: reader.slice(at + 32, size).slice() });
  }
  const overlap = findOverlap(chunks);
  if (overlap) return malformed(chunks.indexOf(overlap) * BLOCK_SIZE + 12, 'two blocks have the same addresses');
  return { value: { chunks: joinChunks(chunks), ...(family === undefined ? {} : { family }) }, diagnostics: [] };
}
