/** The memories of a board by the paths of their keys in the config: what the board rules look at. */
import { type AddressRange, rangeOf } from '@kickstage/base/ranges';
import type { Board } from '@kickstage/chips/board';
import type { FlashUnit } from '@kickstage/chips/chip';

/** Behind the last address: addresses have 32 bits. */
export const ADDRESS_LIMIT = 2 ** 32;

/** Something that has addresses of the processor. */
export interface BoardMemory {
  readonly name: string;
  readonly kind: 'flash' | 'ram' | 'area' | 'registers';
  /** `board.chip.ram.1`. */
  readonly path: string;
  readonly range: AddressRange;
}

/** A flash unit: the microcontroller's, or the board's, whose addresses are its own. */
export interface BoardFlash {
  /** `board.chip.flash` or `board.externalFlash`. */
  readonly path: string;
  readonly flash: FlashUnit;
}

/** Bytes of all its sectors. */
export function flashSize({ sectors }: Pick<FlashUnit, 'sectors'>): number {
  return sectors.reduce((sum, { count, size }) => sum + count * size, 0);
}

export function flashesOf({ chip, externalFlash }: Board): BoardFlash[] {
  return [
    { path: 'board.chip.flash', flash: chip.flash },
    ...(externalFlash ? [{ path: 'board.externalFlash', flash: externalFlash }] : []),
  ];
}

/** All memories and blocks of registers in the processor's address space, in the order of the facts. */
export function addressedMemories({ chip }: Board): BoardMemory[] {
  const { flash, ram, areas = [], registerBlocks } = chip;
  const listed = (kind: BoardMemory['kind'], key: string, units: readonly Unit[]) =>
    units.map(({ name, start, size }, i) => ({
      name,
      kind,
      path: `board.chip.${key}.${i}`,
      range: rangeOf(start, size),
    }));
  return [
    { name: 'flash', kind: 'flash', path: 'board.chip.flash', range: rangeOf(flash.start, flashSize(flash)) },
    ...listed('ram', 'ram', ram),
    ...listed('area', 'areas', areas),
    ...listed('registers', 'registerBlocks', registerBlocks),
  ];
}

interface Unit {
  readonly name: string;
  readonly start: number;
  readonly size: number;
}
