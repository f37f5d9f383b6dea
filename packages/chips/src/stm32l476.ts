/**
 * STM32L476xG. Sources: RM0351 Rev 9 (reference manual of the STM32L47xxx, L48xxx, L49xxx and L4Axxx) and DS10198 Rev 8
 * (its datasheet). Interrupts and register blocks are in files of their own.
 *
 * Flash is as it comes from the factory: two banks, at their usual places (option bits DUALBANK and BFB2).
 */
import type { ChipFacts, FlashTiming, SpecialArea } from './chip.ts';
import { L4_RESET_FLAGS, L4_TOOLS, l4Dfu } from './stm32l4.ts';
import { STM32L476_BLOCKS } from './stm32l476-blocks.ts';
import { STM32L476_INTERRUPT_COUNT, STM32L476_INTERRUPTS } from './stm32l476-interrupts.ts';

const KIB = 1024;
const PAGE_SIZE = 2 * KIB;

/** A double word is programmed at once, with 8 bits of ECC beside it (RM0351 Rev 9, 3.3.2, 3.3.7). */
const timing: FlashTiming = {
  program: { typical: 81.69e-6, maximum: 90.76e-6 },
  erase: [{ sectorSize: PAGE_SIZE, parallelism: 64, typical: 22.02e-3, maximum: 24.47e-3 }],
  source: 'DS10198 Rev 8, 6.3.10, flash memory characteristics',
};

const FLASH_MODULE = 'RM0351 Rev 9, 3.3.1, flash memory organization';
const OPTION_BYTES = 'RM0351 Rev 9, 3.4.1, option bytes description';

const areas: readonly SpecialArea[] = [
  { name: 'system memory, bank 1', kind: 'system-memory', start: 0x1fff_0000, size: 28 * KIB, source: FLASH_MODULE },
  { name: 'OTP area', kind: 'otp', start: 0x1fff_7000, size: KIB, source: FLASH_MODULE },
  { name: 'package', kind: 'package', start: 0x1fff_7500, size: 2, source: 'RM0351 Rev 9, 49.3' },
  { name: 'unique device ID', kind: 'unique-id', start: 0x1fff_7590, size: 12, source: 'RM0351 Rev 9, 49.1' },
  { name: 'flash size in KiB', kind: 'flash-size', start: 0x1fff_75e0, size: 2, source: 'RM0351 Rev 9, 49.2' },
  { name: 'option bytes, bank 1', kind: 'option-bytes', start: 0x1fff_7800, size: 40, source: OPTION_BYTES },
  { name: 'system memory, bank 2', kind: 'system-memory', start: 0x1fff_8000, size: 28 * KIB, source: FLASH_MODULE },
  { name: 'option bytes, bank 2', kind: 'option-bytes', start: 0x1fff_f800, size: 40, source: OPTION_BYTES },
];

export const stm32l476xg: ChipFacts = {
  name: 'STM32L476xG',
  core: 'cortex-m4f',
  family: 'stm32l4',
  resetAddress: 0x0800_0000,
  flash: {
    name: 'FLASH',
    start: 0x0800_0000,
    sectors: [
      { count: 256, size: PAGE_SIZE, bank: 1 },
      { count: 256, size: PAGE_SIZE, bank: 2 },
    ],
    writeSize: 8,
    writeOnce: true,
    erasedByte: 0xff,
    endurance: 10_000,
    timing,
    source: `${FLASH_MODULE} (pages, banks); 3.3.7 (write unit); DS10198 Rev 8, 6.3.10 (endurance)`,
  },
  ram: [
    { name: 'SRAM1', start: 0x2000_0000, size: 96 * KIB, executable: true, source: 'RM0351 Rev 9, 2.3' },
    { name: 'SRAM2', start: 0x1000_0000, size: 32 * KIB, executable: true, source: 'RM0351 Rev 9, 2.3' },
  ],
  areas,
  interruptCount: STM32L476_INTERRUPT_COUNT,
  interrupts: STM32L476_INTERRUPTS,
  registerBlocks: STM32L476_BLOCKS,
  resetFlags: { ...L4_RESET_FLAGS, source: 'RM0351 Rev 9, 6.4.30, RCC_CSR' },
  debug: { deviceId: 0x415, source: 'RM0351 Rev 9, 48.6.1, DBGMCU_IDCODE' },
  dfu: l4Dfu('AN2606, STM32L47xxx/48xxx devices bootloader'),
  tools: L4_TOOLS,
  sources: ['RM0351 Rev 9', 'DS10198'],
};
