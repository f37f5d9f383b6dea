/**
 * What the STM32L43x and STM32L45x have in common, of RM0394: flash of equal pages with ECC, the areas of system memory,
 * the reset flags, the names that tools give the family.
 */
import type { DfuFacts, FlashUnit, RamUnit, ResetFlags, SpecialArea, ToolNames } from './chip.ts';

const KIB = 1024;
const PAGE = 2 * KIB;
const FLASH_MODULE = 'RM0394, 3.3.1, flash memory organization';

/**
 * One bank of pages. A double word is programmed with its 8 bits of ECC at once, so it cannot be programmed again before
 * its erase; only all zeroes may be written over anything (RM0394, 3.3, main memory programming sequences).
 */
export function l4Flash(size: number, datasheet: string): FlashUnit {
  const characteristics = `${datasheet}, 6.3, flash memory characteristics`;
  return {
    name: 'FLASH',
    start: 0x0800_0000,
    sectors: [{ count: size / PAGE, size: PAGE }],
    writeSize: 8,
    writeOnce: true,
    erasedByte: 0xff,
    endurance: 10_000,
    timing: {
      program: { typical: 81.69e-6, maximum: 90.76e-6 },
      erase: [{ sectorSize: PAGE, parallelism: 64, typical: 22.02e-3, maximum: 24.47e-3 }],
      source: characteristics,
    },
    source: `${FLASH_MODULE} (pages); main memory programming sequences (write unit); ${characteristics} (endurance)`,
  };
}

/** SRAM2 keeps its contents in Standby and has a parity check; its second address follows SRAM1's end. */
export function l4Ram(sram1Size: number, sram2Size: number): readonly RamUnit[] {
  const source = 'RM0394, 2, embedded SRAM';
  const mirror = (0x2000_0000 + sram1Size).toString(16).toUpperCase();
  return [
    { name: 'SRAM1', start: 0x2000_0000, size: sram1Size, executable: true, source },
    {
      name: 'SRAM2',
      start: 0x1000_0000,
      size: sram2Size,
      executable: true,
      source: `${source}; the same memory is at 0x${mirror.slice(0, 4)}_${mirror.slice(4)}`,
    },
  ];
}

const SIGNATURE = 'RM0394, device electronic signature';

export const L4_AREAS: readonly SpecialArea[] = [
  { name: 'system memory', kind: 'system-memory', start: 0x1fff_0000, size: 28 * KIB, source: FLASH_MODULE },
  { name: 'OTP area', kind: 'otp', start: 0x1fff_7000, size: KIB, source: FLASH_MODULE },
  { name: 'package', kind: 'package', start: 0x1fff_7500, size: 2, source: SIGNATURE },
  { name: 'unique device ID', kind: 'unique-id', start: 0x1fff_7590, size: 12, source: SIGNATURE },
  { name: 'flash size in KiB', kind: 'flash-size', start: 0x1fff_75e0, size: 2, source: SIGNATURE },
  // Five double words, each a word and its complement.
  {
    name: 'option bytes',
    kind: 'option-bytes',
    start: 0x1fff_7800,
    size: 40,
    source: 'RM0394, 3.4.1, option bytes description',
  },
];

/**
 * RCC_CSR. BORRSTF stands for power-on and brown-out alike. The firewall's flag (bit 24) and the option-byte loader's
 * (bit 25) have no name here.
 */
export const L4_RESET_FLAGS: ResetFlags = {
  register: 0x4002_1094,
  clear: 1 << 23,
  powerOn: 1 << 27,
  brownOut: 0,
  pin: 1 << 26,
  software: 1 << 28,
  watchdog: 1 << 29,
  windowWatchdog: 1 << 30,
  lowPower: 0x8000_0000,
  source: 'RM0394, 6.4, RCC_CSR',
};

export function l4Dfu(source: string): DfuFacts {
  return {
    vendor: 0x0483,
    product: 0xdf11,
    entry: 'hold BOOT0 (PH3) high while the option bit nBOOT1 is 1, press and let go of NRST, then let go of BOOT0',
    source,
  };
}

export const L4_TOOLS: ToolNames = { openocdTarget: 'stm32l4x', uf2Family: 0x00ff_6919 };
