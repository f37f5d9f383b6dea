/** The flash of a map row by row, as both pictures draw it: runs of whole sectors with one owner are one row where a chip has many. */
import type { MapData, MapPiece } from './map-data.ts';

/** Chips with more pieces of flash than this are drawn with runs of sectors as one row. */
const FOLD_ABOVE = 16;

/** A piece, or several whole sectors with the same owner. */
export interface Row extends MapPiece {
  readonly lastSector: number;
  /** Whether it begins at its sector's start: the row then names the sector. */
  readonly atSectorStart: boolean;
}

/** The rows in order of address; they fill the flash. */
export function foldRows({ flash }: MapData): Row[] {
  const fold = flash.pieces.length > FOLD_ABOVE;
  const rows: Row[] = [];
  flash.pieces.forEach((piece, i) => {
    const atSectorStart = i === 0 || flash.pieces[i - 1].sector !== piece.sector;
    const last = rows[rows.length - 1];
    if (fold && last && atSectorStart && last.image === piece.image && last.region === piece.region) {
      const used = piece.used === undefined ? {} : { used: (last.used ?? 0) + piece.used };
      rows[rows.length - 1] = { ...last, end: piece.end, lastSector: piece.sector, ...used };
    } else rows.push({ ...piece, lastSector: piece.sector, atSectorStart });
  });
  return rows;
}

/** `S4`, `S8-71`; nothing for a row that begins inside its sector. */
export function sectorName({ sector, lastSector, atSectorStart }: Row): string {
  if (!atSectorStart) return '';
  return sector === lastSector ? `S${sector}` : `S${sector}-${lastSector}`;
}
