/**
 * STM32F405xG and STM32F407xE/xG. Sources: RM0090 (reference manual of the STM32F405/415, 407/417, 427/437, 429/439) and
 * DS8626 (datasheet of the STM32F405xx and STM32F407xx).
 */
import { parseBlocks } from './block-table.ts';
import type { ChipFacts, RamUnit } from './chip.ts';
import { parseInterrupts } from './interrupt-table.ts';
import { F4_TOOLS, f4Areas, f4Dfu, f4Flash, f4ResetFlags } from './stm32f4.ts';
import { F4_COMMON_BLOCKS, F4_ENABLE_REGISTERS, F4_I2S_BLOCKS, F4_LARGE_BLOCKS } from './stm32f4-blocks.ts';
import { F4_COMMON, F4_LARGE } from './stm32f4-interrupts.ts';

const FLASH_MODULE = 'RM0090, 3.3, embedded flash memory in STM32F405xx/07xx';

/** The STM32F415 and F417 have a hash processor on the random number generator's interrupt: hence its name. */
const INTERRUPTS = '48 FSMC  80 HASH_RNG';

const BLOCKS = `
GPIOI    gpio    40022000  400    AHB1ENR.8
RNG      rng     50060800  400    AHB2ENR.6   global=80
FSMC     fsmc    A0000000  1000   AHB3ENR.0   global=48
`;

/** Ethernet and camera: the STM32F407 only. ETH is clocked by three bits; 25 is the MAC's. */
const F407_INTERRUPTS = '61 ETH  62 ETH_WKUP  78 DCMI';

const F407_BLOCKS = `
ETH      eth     40028000  1400   AHB1ENR.25  global=61 wakeup=62
DCMI     dcmi    50050000  400    AHB2ENR.0   global=78
`;

const ram: readonly RamUnit[] = [
  {
    // Two memories without a gap, for two masters at once: 112 KiB from 0x2000_0000, 16 KiB from 0x2001_C000.
    name: 'SRAM1 and SRAM2',
    start: 0x2000_0000,
    size: 0x2_0000,
    executable: true,
    source: 'RM0090, 2.3.1, embedded SRAM',
  },
  {
    name: 'CCM',
    start: 0x1000_0000,
    size: 0x1_0000,
    executable: false,
    coreCoupled: true,
    source: 'RM0090, 2.3.1, embedded SRAM',
  },
];

interface Variant {
  readonly name: string;
  /** Sectors of 128 KiB. */
  readonly largeSectors: number;
  readonly interrupts: readonly string[];
  readonly blocks: readonly string[];
}

function stm32f407({ name, largeSectors, interrupts, blocks }: Variant): ChipFacts {
  return {
    name,
    core: 'cortex-m4f',
    family: 'stm32f4',
    resetAddress: 0x0800_0000,
    flash: f4Flash(largeSectors, {
      module: FLASH_MODULE,
      write: '3.6, erase and program operations',
      datasheet: 'DS8626, 5.3, memory characteristics',
    }),
    ram,
    areas: f4Areas({ module: FLASH_MODULE, uniqueId: 'RM0090, 39.1', flashSize: 'RM0090, 39.2' }),
    // RM0090, 12, vector table of the STM32F405xx/07xx: positions 0 to 81.
    interruptCount: 82,
    interrupts: parseInterrupts(F4_COMMON, F4_LARGE, INTERRUPTS, ...interrupts),
    registerBlocks: parseBlocks(
      { enableRegisters: F4_ENABLE_REGISTERS, source: 'RM0090, 2.3, register boundary addresses' },
      F4_COMMON_BLOCKS,
      F4_I2S_BLOCKS,
      F4_LARGE_BLOCKS,
      BLOCKS,
      ...blocks,
    ),
    resetFlags: f4ResetFlags('RM0090, 7.3, RCC_CSR'),
    // Revision A of the silicon answers 0x411: ES0182, MCU device ID is incorrect.
    debug: { deviceId: 0x413, source: 'RM0090, 38.6.1, DBGMCU_IDCODE' },
    dfu: f4Dfu('AN2606, STM32F40xxx/41xxx devices bootloader'),
    tools: F4_TOOLS,
    sources: ['RM0090', 'DS8626'],
  };
}

export const stm32f405xg = stm32f407({ name: 'STM32F405xG', largeSectors: 7, interrupts: [], blocks: [] });

const f407 = { interrupts: [F407_INTERRUPTS], blocks: [F407_BLOCKS] };
export const stm32f407xe = stm32f407({ name: 'STM32F407xE', largeSectors: 3, ...f407 });
export const stm32f407xg = stm32f407({ name: 'STM32F407xG', largeSectors: 7, ...f407 });
