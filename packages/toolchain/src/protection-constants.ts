/** What `kickstage/layout` says of how the bootloader protects itself. Declared in firmware/types/layout.d.ts. */
import { rangeSize } from '@kickstage/base/ranges';
import type { Layout } from '@kickstage/memory-map/layout';
import { type Constant, hex } from './chip-constants.ts';

/**
 * MPU_RASR (DDI 0403E, B3.5.9): not executable, full access, normal memory with write-through (S and C), as SRAM is in
 * the default map. A region's size is a power of two, and RAM begins at a multiple of it on all chips that there are.
 */
const RASR = { XN: 1 << 28, FULL_ACCESS: 3 << 24, SRAM: 6 << 16, ENABLE: 1 };

export function protectionConstants({ bootloader, ram }: Layout): Constant[] {
  const { protect = {}, sectors } = bootloader;
  // SIZE holds the exponent less one.
  const size = Math.ceil(Math.log2(rangeSize(ram))) - 1;
  const region = RASR.XN | RASR.FULL_ACCESS | RASR.SRAM | (size << 1) | RASR.ENABLE;
  return [
    ['RAM_REGION', 'u32', hex(protect.ram ? region : 0)],
    ['PROTECTS_FLASH', 'bool', String(protect.flash === true)],
    ['BOOT_FIRST_SECTOR', 'u32', String(sectors[0] ?? 0)],
    ['BOOT_LAST_SECTOR', 'u32', String(sectors[sectors.length - 1] ?? 0)],
  ];
}
