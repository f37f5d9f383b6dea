/** The memory of a microcontroller as gdb is told of it: what is not in the map, gdb does not touch. */
import type { ChipFacts } from '@kickstage/chips/chip';
import type { MemoryRegion } from '@kickstage/gdbserver/target';

/** Peripherals, and the core's own registers: DDI 0403E B3.1, table B3-1. The bit-band alias of RAM is at 0x2200_0000. */
const REGISTERS: readonly MemoryRegion[] = [
  { kind: 'ram', start: 0x2200_0000, size: 0x0200_0000 },
  { kind: 'ram', start: 0x4000_0000, size: 0x2000_0000 },
  { kind: 'ram', start: 0xe000_0000, size: 0x0010_0000 },
];

/** A region for each run of equal sectors. */
export function flashRegions({ flash }: ChipFacts): Extract<MemoryRegion, { kind: 'flash' }>[] {
  let { start } = flash;
  return flash.sectors.map(({ count, size: sectorSize }) => {
    const region = { kind: 'flash' as const, start, size: count * sectorSize, sectorSize };
    start += region.size;
    return region;
  });
}

export function memoryRegions(chip: ChipFacts): readonly MemoryRegion[] {
  const flash = flashRegions(chip);
  const alias: MemoryRegion = { kind: 'rom', start: 0, size: flash.reduce((sum, { size }) => sum + size, 0) };
  const areas = (chip.areas ?? []).map(({ start, size }) => ({ kind: 'rom' as const, start, size }));
  const ram = chip.ram.map(({ start, size }) => ({ kind: 'ram' as const, start, size }));
  return [alias, ...flash, ...areas, ...ram, ...REGISTERS].sort((a, b) => a.start - b.start);
}
