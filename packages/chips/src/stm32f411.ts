/** STM32F411xC/xE. Sources: RM0383 Rev 3 (reference manual of the STM32F411xC/E) and DS10314 (its datasheet). */
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

const FLASH_MODULE = 'RM0383 Rev 3, 3.3, flash module organization';

/** Register boundary addresses; clock enables 6.3.9 to 6.3.12; interrupts 10.2. */
const BLOCKS = 'RM0383 Rev 3, 2.3, register boundary addresses';

const SPI5 = `
SPI5     spi     40015000  400    APB2ENR.20  global=85
`;

function stm32f411(name: string, largeSectors: number): ChipFacts {
  return {
    name,
    core: 'cortex-m4f',
    family: 'stm32f4',
    resetAddress: 0x0800_0000,
    flash: f4Flash(largeSectors, { module: FLASH_MODULE, write: '3.5.4', datasheet: 'DS10314, 6.3.12' }),
    ram: [{ name: 'SRAM1', start: 0x2000_0000, size: 0x2_0000, executable: true, source: 'RM0383 Rev 3, 2.3.1' }],
    areas: f4Areas({ module: FLASH_MODULE, uniqueId: 'RM0383 Rev 3, 24.1', flashSize: 'RM0383 Rev 3, 24.2' }),
    // RM0383 Rev 3, 10.2, vector table: positions 0 to 85.
    interruptCount: 86,
    interrupts: parseInterrupts(F4_COMMON, '84 SPI4  85 SPI5'),
    registerBlocks: parseBlocks(
      { enableRegisters: F4_ENABLE_REGISTERS, source: BLOCKS },
      F4_COMMON_BLOCKS,
      F4_I2S_BLOCKS,
      F4_ONE_ADC_BLOCKS,
      F4_SPI4_BLOCKS,
      SPI5,
    ),
    resetFlags: f4ResetFlags('RM0383 Rev 3, 6.3, RCC_CSR'),
    debug: { deviceId: 0x431, source: 'RM0383 Rev 3, 23.6.1, DBGMCU_IDCODE' },
    dfu: f4Dfu('AN2606, STM32F411xx devices bootloader'),
    tools: F4_TOOLS,
    sources: ['RM0383 Rev 3', 'DS10314'],
  };
}

export const stm32f411xc = stm32f411('STM32F411xC', 1);
export const stm32f411xe = stm32f411('STM32F411xE', 3);
