/**
 * STM32F401xB/xC and xD/xE. Sources: RM0368 (reference manual of the STM32F401xB/C and xD/E), DS9716 (datasheet of the
 * xB/xC) and DS10086 (of the xD/xE).
 */
import { parseBlocks } from './block-table.ts';
import type { ChipFacts } from './chip.ts';
import { parseInterrupts } from './interrupt-table.ts';
import { F4_TOOLS, f4Areas, f4Dfu, f4Flash, f4ResetFlags } from './stm32f4.ts';
import {
  F4_COMMON_BLOCKS,
  F4_ENABLE_REGISTERS,
  F4_I2S_BLOCKS,
  F4_ONE_ADC_BLOCKS,
  F4_SPI4_BLOCKS,
} from './stm32f4-blocks.ts';
import { F4_COMMON } from './stm32f4-interrupts.ts';

const FLASH_MODULE = 'RM0368, 3.3, embedded flash memory, flash module organization';

interface Variant {
  readonly name: string;
  /** Sectors of 128 KiB. */
  readonly largeSectors: number;
  readonly ramSize: number;
  readonly deviceId: number;
  readonly datasheet: string;
  readonly dfu: string;
}

function stm32f401({ name, largeSectors, ramSize, deviceId, datasheet, dfu }: Variant): ChipFacts {
  const flashSources = {
    module: FLASH_MODULE,
    write: '3.5, erase and program operations',
    datasheet: `${datasheet}, 6.3, memory characteristics`,
  };
  return {
    name,
    core: 'cortex-m4f',
    family: 'stm32f4',
    resetAddress: 0x0800_0000,
    flash: f4Flash(largeSectors, flashSources),
    ram: [
      {
        name: 'SRAM1',
        start: 0x2000_0000,
        size: ramSize,
        executable: true,
        source: `RM0368, 2.3.1, embedded SRAM; ${datasheet}`,
      },
    ],
    areas: f4Areas({ module: FLASH_MODULE, uniqueId: 'RM0368, 24.1', flashSize: 'RM0368, 24.2' }),
    // RM0368, vector table: positions 0 to 84.
    interruptCount: 85,
    interrupts: parseInterrupts(F4_COMMON, '84 SPI4'),
    registerBlocks: parseBlocks(
      { enableRegisters: F4_ENABLE_REGISTERS, source: 'RM0368, 2.3, register boundary addresses' },
      F4_COMMON_BLOCKS,
      F4_I2S_BLOCKS,
      F4_ONE_ADC_BLOCKS,
      F4_SPI4_BLOCKS,
    ),
    resetFlags: f4ResetFlags('RM0368, 6.3, RCC_CSR'),
    debug: { deviceId, source: 'RM0368, 23.6.1, DBGMCU_IDCODE' },
    dfu: f4Dfu(dfu),
    tools: F4_TOOLS,
    sources: ['RM0368', datasheet],
  };
}

export const stm32f401xc = stm32f401({
  name: 'STM32F401xC',
  largeSectors: 1,
  ramSize: 0x1_0000,
  deviceId: 0x423,
  datasheet: 'DS9716',
  dfu: 'AN2606, STM32F401xB(C) devices bootloader',
});

export const stm32f401xe = stm32f401({
  name: 'STM32F401xE',
  largeSectors: 3,
  ramSize: 0x1_8000,
  deviceId: 0x433,
  datasheet: 'DS10086',
  dfu: 'AN2606, STM32F401xD(E) devices bootloader',
});
