/**
 * What the members of the STM32F4 family have in common: flash of mixed sectors and its times, the areas of system
 * memory, the reset flags, the names that tools give it. Each member's file says where its own manual has them; the
 * numbers are the same in RM0090, RM0368, RM0383 and RM0390.
 */
import type {
  DfuFacts,
  EraseTime,
  FlashTiming,
  FlashUnit,
  ResetFlags,
  SectorRun,
  SpecialArea,
  ToolNames,
} from './chip.ts';

const KIB = 1024;

/** Sectors of 16, 64 and 128 KiB; smaller members end earlier. */
export function f4Sectors(largeCount: number): readonly SectorRun[] {
  return [
    { count: 4, size: 16 * KIB },
    { count: 1, size: 64 * KIB },
    { count: largeCount, size: 128 * KIB },
  ];
}

/** Seconds to erase a sector, typical and at most, by PSIZE: 8, 16, 32 bits. */
const ERASE: readonly (readonly [size: number, ...times: (readonly [typical: number, maximum: number])[]])[] = [
  [16 * KIB, [0.4, 0.8], [0.3, 0.6], [0.25, 0.5]],
  [64 * KIB, [1.2, 2.4], [0.7, 1.4], [0.55, 1.1]],
  [128 * KIB, [2, 4], [1.3, 2.6], [1, 2]],
];

/**
 * 32 bits at once need 2.7 to 3.6 V, 16 bits 2.1 V, 8 bits 1.7 V (RM0383 Rev 3, 3.5.2). 64 bits need an external voltage
 * of 8 to 9 V at a pin and are left out.
 */
function f4FlashTiming(datasheet: string): FlashTiming {
  return {
    program: { typical: 16e-6, maximum: 100e-6 },
    erase: ERASE.flatMap(([sectorSize, ...times]) =>
      times.map(([typical, maximum], i): EraseTime => ({ sectorSize, parallelism: 8 << i, typical, maximum })),
    ),
    source: `${datasheet}, flash memory programming`,
  };
}

export interface F4FlashSources {
  /** Sectors, and the areas beside them. */
  readonly module: string;
  /** Smallest programmable unit. */
  readonly write: string;
  /** Document, and section of the flash memory's characteristics. */
  readonly datasheet: string;
}

/** The flash: 4 sectors of 16 KiB, one of 64 KiB and `largeCount` of 128 KiB. */
export function f4Flash(largeCount: number, { module, write, datasheet }: F4FlashSources): FlashUnit {
  return {
    name: 'FLASH',
    start: 0x0800_0000,
    sectors: f4Sectors(largeCount),
    writeSize: 1,
    writeOnce: false,
    erasedByte: 0xff,
    endurance: 10_000,
    timing: f4FlashTiming(datasheet),
    source: `${module} (sectors); ${write} (write unit); ${datasheet} (endurance)`,
  };
}

export interface F4AreaSources {
  readonly module: string;
  readonly uniqueId: string;
  readonly flashSize: string;
}

export function f4Areas({ module, uniqueId, flashSize }: F4AreaSources): readonly SpecialArea[] {
  return [
    { name: 'system memory', kind: 'system-memory', start: 0x1fff_0000, size: 30 * KIB, source: module },
    { name: 'OTP area', kind: 'otp', start: 0x1fff_7800, size: 528, source: module },
    { name: 'unique device ID', kind: 'unique-id', start: 0x1fff_7a10, size: 12, source: uniqueId },
    { name: 'flash size in KiB', kind: 'flash-size', start: 0x1fff_7a22, size: 2, source: flashSize },
    { name: 'option bytes', kind: 'option-bytes', start: 0x1fff_c000, size: 16, source: module },
  ];
}

/** RCC_CSR. */
export function f4ResetFlags(source: string): ResetFlags {
  return {
    register: 0x4002_3874,
    clear: 1 << 24,
    powerOn: 1 << 27,
    brownOut: 1 << 25,
    pin: 1 << 26,
    software: 1 << 28,
    watchdog: 1 << 29,
    windowWatchdog: 1 << 30,
    lowPower: 0x8000_0000,
    source,
  };
}

export function f4Dfu(source: string): DfuFacts {
  return {
    vendor: 0x0483,
    product: 0xdf11,
    entry: 'hold BOOT0 high, press and let go of NRST, then let go of BOOT0',
    source,
  };
}

export const F4_TOOLS: ToolNames = { openocdTarget: 'stm32f4x', uf2Family: 0x5775_5a57 };
