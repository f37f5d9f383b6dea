/**
 * Erases and programmed bytes of one update by MCUboot's algorithms, counted from their published description (MCUboot,
 * docs/design.md, "Image swapping", release 2.2): uniform sectors, two images of one size, the download included, no
 * encryption. Whole sectors are copied. The trailer lies at the slot's end, in a sector of its own where the image does
 * not reach it; write unit `unit`.
 */
import type { Work } from '@kickstage/memory-map/updates/figures';

export interface Slots {
  /** Bytes of a slot, of a sector, of an image. */
  readonly slot: number;
  readonly sector: number;
  readonly image: number;
  readonly unit: number;
}

export type Algorithm = 'scratch' | 'move' | 'offset' | 'overwrite' | 'direct-XIP';

/** Undefined where the algorithm cannot be used: move and offset need more than two sectors in a slot. */
export function mcuboot(algorithm: Algorithm, { slot, sector, image, unit }: Slots): Work | undefined {
  const n = Math.ceil(image / sector);
  const inSlot = slot / sector;
  if ((algorithm === 'move' || algorithm === 'offset') && inSlot <= 2) return undefined;
  // The trailers' sectors are erased with the image's where it reaches them.
  const trailers = n < inSlot ? 1 : 0;
  const download = { erases: n + trailers, programmed: image };
  const add = (erases: number, programmed: number): Work => ({
    erases: download.erases + erases,
    programmed: download.programmed + programmed,
  });
  // Magic, image_ok, copy_done, swap info and swap size of both trailers.
  const info = 2 * (16 + 4 * Math.max(unit, 8));
  switch (algorithm) {
    case 'direct-XIP':
      return download;
    case 'overwrite':
      // The download's header and trailer are erased behind it.
      return add(n + 1 + trailers, n * sector);
    case 'scratch':
      // For each sector: scratch, secondary, primary; scratch is erased once more at the end, trailers before.
      return add(3 * n + 1 + 2 * trailers, 3 * n * sector + 3 * n * unit + info);
    case 'move':
      return add(3 * n + 2 * trailers, 3 * n * sector + 3 * n * unit + info);
    default:
      return add(2 * n + 2 * trailers, 2 * n * sector + 2 * n * unit + info);
  }
}
