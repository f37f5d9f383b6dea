/**
 * What is handed to a tool: runs of bytes that begin where a sector begins (st-flash takes no other address) and end
 * behind the last byte that is not erased. Each becomes a program file. A run is never longer than the sectors of one
 * region, so that progress can be told region by region.
 */
import { formatAddress } from '@kickstage/base/hex';
import type { Layout } from '@kickstage/memory-map/layout';
import type { SectorPlan } from './sector-plan.ts';

/** Tools program words; st-flash fills up an odd rest with zeros if we do not. */
const PIECE_ALIGNMENT = 8;

export interface ProgramPiece {
  /** What is in it, for people: `app1`, or `app1+app2` for a shared sector. */
  readonly label: string;
  /** Name without its ending, for files: `app1-08020000`. */
  readonly fileName: string;
  readonly start: number;
  /** Bytes, whether they are known or not. Of a piece that is not known, the whole sector's. */
  readonly size: number;
  /** Undefined as long as kept bytes are not known. */
  readonly bytes?: Uint8Array;
  /** Indices of the sectors that are erased for it. */
  readonly sectors: readonly number[];
}

export function piecesOf(layout: Layout, plans: readonly SectorPlan[]): ProgramPiece[] {
  const pieces: ProgramPiece[] = [];
  for (const plan of plans.filter(({ action }) => action === 'write')) {
    const piece = pieceOf(layout, plan);
    const last = pieces.at(-1);
    const joined = last && join(last, piece);
    if (joined) pieces[pieces.length - 1] = joined;
    else pieces.push(piece);
  }
  return pieces;
}

function pieceOf(layout: Layout, { sector, written, kept, content }: SectorPlan): ProgramPiece {
  const owners = [...written.map(({ image }) => image), ...kept.flatMap(({ owner }) => (owner ? [owner] : []))];
  const label = [...new Set(owners)].join('+');
  const bytes = content && trim(content, layout.flash.erasedByte);
  const size = bytes?.length ?? sector.end - sector.start;
  return {
    label,
    fileName: nameOf(label, sector.start),
    start: sector.start,
    size,
    ...(bytes ? { bytes } : {}),
    sectors: [sector.index],
  };
}

const nameOf = (label: string, start: number) =>
  `${label}-${formatAddress(start).slice(2).replace('_', '').toLowerCase()}`;

/** Without the erased bytes at the end, but whole words, and never empty: what is not written is not erased either. */
function trim(content: Uint8Array, erasedByte: number): Uint8Array {
  let end = content.length;
  while (end > 1 && content[end - 1] === erasedByte) end--;
  return content.subarray(0, Math.min(content.length, Math.ceil(end / PIECE_ALIGNMENT) * PIECE_ALIGNMENT));
}

/** Two pieces of one region without a gap as one. */
function join(a: ProgramPiece, b: ProgramPiece): ProgramPiece | undefined {
  if (a.label !== b.label || !a.bytes || !b.bytes || a.start + a.bytes.length !== b.start) return undefined;
  const bytes = new Uint8Array(a.bytes.length + b.bytes.length);
  bytes.set(a.bytes);
  bytes.set(b.bytes, a.bytes.length);
  return { ...a, size: bytes.length, bytes, sectors: [...a.sectors, ...b.sectors] };
}
