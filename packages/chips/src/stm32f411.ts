/**
 * STM32F411xC/xE. Sources: RM0383 Rev 3 (reference manual of the STM32F411xC/E) and DS10314 (its datasheet). Interrupts
 * and register blocks are in files of their own.
 */
import type { ChipFacts, EraseTime, FlashTiming, SpecialArea } from './chip.ts';
import { STM32F411_BLOCKS } from './stm32f411-blocks.ts';
import { STM32F411_INTERRUPT_COUNT, STM32F411_INTERRUPTS } from './stm32f411-interrupts.ts';

const KIB = 1024;

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
const timing: FlashTiming = {
  program: { typical: 16e-6, maximum: 100e-6 },
  erase: ERASE.flatMap(([sectorSize, ...times]) =>
    times.map(([typical, maximum], i): EraseTime => ({ sectorSize, parallelism: 8 << i, typical, maximum })),
  ),
  source: 'DS10314, 6.3.12, flash memory programming',
};

const FLASH_MODULE = 'RM0383 Rev 3, 3.3, flash module organization';

const areas: readonly SpecialArea[] = [
  { name: 'system memory', kind: 'system-memory', start: 0x1fff_0000, size: 30 * KIB, source: FLASH_MODULE },
  { name: 'OTP area', kind: 'otp', start: 0x1fff_7800, size: 528, source: FLASH_MODULE },
  { name: 'unique device ID', kind: 'unique-id', start: 0x1fff_7a10, size: 12, source: 'RM0383 Rev 3, 24.1' },
  { name: 'flash size in KiB', kind: 'flash-size', start: 0x1fff_7a22, size: 2, source: 'RM0383 Rev 3, 24.2' },
  { name: 'option bytes', kind: 'option-bytes', start: 0x1fff_c000, size: 16, source: FLASH_MODULE },
];

export const stm32f411xe: ChipFacts = {
  name: 'STM32F411xE',
  core: 'cortex-m4f',
  family: 'stm32f4',
  resetAddress: 0x0800_0000,
  flash: {
    name: 'FLASH',
    start: 0x0800_0000,
    sectors: [
      { count: 4, size: 16 * KIB },
      { count: 1, size: 64 * KIB },
      { count: 3, size: 128 * KIB },
    ],
    writeSize: 1,
    writeOnce: false,
    erasedByte: 0xff,
    endurance: 10_000,
    timing,
    source: `${FLASH_MODULE} (sectors); 3.5.4 (write unit); DS10314, 6.3.12 (endurance)`,
  },
  ram: [{ name: 'SRAM1', start: 0x2000_0000, size: 128 * KIB, executable: true, source: 'RM0383 Rev 3, 2.3.1' }],
  areas,
  interruptCount: STM32F411_INTERRUPT_COUNT,
  interrupts: STM32F411_INTERRUPTS,
  registerBlocks: STM32F411_BLOCKS,
  resetFlags: {
    register: 0x4002_3874,
    clear: 1 << 24,
    powerOn: 1 << 27,
    brownOut: 1 << 25,
    pin: 1 << 26,
    software: 1 << 28,
    watchdog: 1 << 29,
    windowWatchdog: 1 << 30,
    lowPower: 0x8000_0000,
    source: 'RM0383 Rev 3, 6.3, RCC_CSR',
  },
  debug: { deviceId: 0x431, source: 'RM0383 Rev 3, 23.6.1, DBGMCU_IDCODE' },
  dfu: {
    vendor: 0x0483,
    product: 0xdf11,
    entry: 'hold BOOT0 high, press and let go of NRST, then let go of BOOT0',
    source: 'AN2606, STM32F411xx devices bootloader',
  },
  tools: { openocdTarget: 'stm32f4x', uf2Family: 0x5775_5a57 },
  sources: ['RM0383 Rev 3', 'DS10314'],
};
