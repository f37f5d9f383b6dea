/** Bytes at an address in flash: what images are made of once they are linked. */
import { formatAddress } from '@kickstage/base/hex';
import { invariant } from '@kickstage/base/invariant';

export interface Chunk {
  readonly address: number;
  readonly bytes: Uint8Array;
}

/** All chunks in order of address, neighbours joined. Chunks never overlap: slots are disjoint. */
export function joinChunks(chunks: readonly Chunk[]): Chunk[] {
  const sorted = chunks.filter((chunk) => chunk.bytes.length > 0).sort((a, b) => a.address - b.address);
  const joined: Chunk[] = [];
  for (const chunk of sorted) {
    const last = joined[joined.length - 1];
    const end = last ? last.address + last.bytes.length : -1;
    invariant(chunk.address >= end, `chunks overlap at ${formatAddress(chunk.address)}`);
    if (chunk.address !== end) {
      joined.push(chunk);
      continue;
    }
    const bytes = new Uint8Array(last.bytes.length + chunk.bytes.length);
    bytes.set(last.bytes);
    bytes.set(chunk.bytes, last.bytes.length);
    joined[joined.length - 1] = { address: last.address, bytes };
  }
  return joined;
}
