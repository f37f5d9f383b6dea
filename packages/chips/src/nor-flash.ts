/**
 * Serial NOR flash of Winbond's W25Q family, for boards that carry one: `{ ...blackpill, externalFlash: w25q64({ port:
 * 'SPI1', select: 'PA4' }) }`. Sectors of 4 KiB, pages of 256 bytes; bits can be programmed from 1 to 0 as often as one
 * likes. `timing.program` is the time of one page; blocks of 32 and 64 KiB can be erased at once as well, so their times
 * stand beside the sector's. Sources: the datasheets W25Q16JV, W25Q32JV, W25Q64JV and W25Q128JV.
 */
import type { ExternalFlash } from './board.ts';

const KIB = 1024;

/** Where the flash is connected: the SPI block (`SPI1`) and the pin that selects it (`PA4`). */
export type NorConnection = ExternalFlash['connection'];

/** Winbond (0xEF), serial NOR (0x40), and the number of address bits. */
const JEDEC_FAMILY = 0xef_4000;

/** Flash of `megabits` (16 to 128, a power of two); `pageTypical`: seconds to program a page, typically. */
function w25q(megabits: number, pageTypical: number, connection: NorConnection): ExternalFlash {
  const size = (megabits / 8) * KIB * KIB;
  const datasheet = `Winbond W25Q${megabits}JV datasheet`;
  const characteristics = `${datasheet}, AC electrical characteristics`;
  return {
    name: `W25Q${megabits}`,
    start: 0,
    sectors: [{ count: size / (4 * KIB), size: 4 * KIB }],
    writeSize: 1,
    writeOnce: false,
    erasedByte: 0xff,
    endurance: 100_000,
    timing: {
      program: { typical: pageTypical, maximum: 3e-3 },
      erase: [
        { sectorSize: 4 * KIB, parallelism: 8, typical: 45e-3, maximum: 0.4 },
        { sectorSize: 32 * KIB, parallelism: 8, typical: 0.12, maximum: 1.6 },
        { sectorSize: 64 * KIB, parallelism: 8, typical: 0.15, maximum: 2 },
      ],
      source: characteristics,
    },
    jedecId: JEDEC_FAMILY + Math.log2(size),
    pageSize: 256,
    connection,
    source: `${datasheet}, features (sectors, endurance), manufacturer and device identification`,
  };
}

/** 2 MiB. */
export const w25q16 = (connection: NorConnection): ExternalFlash => w25q(16, 0.4e-3, connection);

/** 4 MiB. */
export const w25q32 = (connection: NorConnection): ExternalFlash => w25q(32, 0.4e-3, connection);

/** 8 MiB. */
export const w25q64 = (connection: NorConnection): ExternalFlash => w25q(64, 0.4e-3, connection);

/** 16 MiB. */
export const w25q128 = (connection: NorConnection): ExternalFlash => w25q(128, 0.7e-3, connection);
