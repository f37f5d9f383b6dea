/** Raw binary: the bytes from the first address to the last, gaps filled as erased flash is. */
import type { Chunk } from '../chunk.ts';

export interface BinFile {
  readonly start: number;
  readonly bytes: Uint8Array;
}

/** `chunks` are sorted and do not overlap. */
export function toBin(chunks: readonly Chunk[], erasedByte: number): BinFile {
  if (chunks.length === 0) return { start: 0, bytes: new Uint8Array(0) };
  const start = chunks[0].address;
  const last = chunks[chunks.length - 1];
  const bytes = new Uint8Array(last.address + last.bytes.length - start).fill(erasedByte);
  for (const { address, bytes: content } of chunks) bytes.set(content, address - start);
  return { start, bytes };
}
