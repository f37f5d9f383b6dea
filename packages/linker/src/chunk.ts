/** Bytes at an address in flash: what images are made of once they are linked. */
import { formatAddress } from '@kickstage/base/hex';
import { invariant } from '@kickstage/base/invariant';

export interface Chunk {
  readonly address: number;
  readonly bytes: Uint8Array;
}

/** All chunks in order of address, neighbours joined. Chunks never overlap: slots are disjoint. */
export function joinChunks(chunks: readonly Chunk[]): Chunk[] {
  const runs: Chunk[][] = [];
  let end = -1;
  for (const chunk of inOrder(chunks)) {
    invariant(chunk.address >= end, `chunks overlap at ${formatAddress(chunk.address)}`);
    if (chunk.address === end) runs[runs.length - 1].push(chunk);
    else runs.push([chunk]);
    end = chunk.address + chunk.bytes.length;
  }
  return runs.map((run) => (run.length === 1 ? run[0] : { address: run[0].address, bytes: concatenate(run) }));
}

/** A chunk that lies in part where another one does: what files of others may have, and `joinChunks` does not take. */
export function findOverlap(chunks: readonly Chunk[]): Chunk | undefined {
  let end = -1;
  return inOrder(chunks).find((chunk) => {
    const overlaps = chunk.address < end;
    end = chunk.address + chunk.bytes.length;
    return overlaps;
  });
}

function inOrder(chunks: readonly Chunk[]): Chunk[] {
  return chunks.filter((chunk) => chunk.bytes.length > 0).sort((a, b) => a.address - b.address);
}

function concatenate(run: readonly Chunk[]): Uint8Array {
  const { address } = run[0];
  const last = run[run.length - 1];
  const bytes = new Uint8Array(last.address + last.bytes.length - address);
  for (const chunk of run) bytes.set(chunk.bytes, chunk.address - address);
  return bytes;
}
