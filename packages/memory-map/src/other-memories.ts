/** The memories of a board in which no image has a part: RAM beside the main one, and serial flash on the board. */
import { rangeOf } from '@kickstage/base/ranges';
import type { Board, ExternalFlash } from '@kickstage/chips/board';
import type { RamUnit } from '@kickstage/chips/chip';
import { flashSize } from './board-memories.ts';
import type { LayoutExternalFlash, LayoutMemory, LayoutRam } from './layout.ts';

/** RAM in the order of the chip's facts, then external flash. */
export function otherMemories({ chip, externalFlash }: Board): LayoutMemory[] {
  return [...chip.ram.slice(1).map(layoutRam), ...(externalFlash ? [layoutExternalFlash(externalFlash)] : [])];
}

function layoutRam({ name, start, size, executable, coreCoupled = false }: RamUnit): LayoutRam {
  return { kind: 'ram', name, ...rangeOf(start, size), executable, coreCoupled };
}

function layoutExternalFlash(flash: ExternalFlash): LayoutExternalFlash {
  const { name, start, sectors, writeSize, erasedByte, pageSize, jedecId, connection } = flash;
  return {
    kind: 'external-flash',
    name,
    ...rangeOf(start, flashSize(flash)),
    sectors: sectors.map(({ count, size }) => ({ count, size })),
    writeSize,
    erasedByte,
    pageSize,
    jedecId,
    connection: { port: connection.port, select: connection.select },
  };
}
