/** STM32F446xC/xE. Sources: RM0390 (reference manual of the STM32F446xx) and DS10693 (its datasheet). */
import { parseBlocks } from './block-table.ts';
import type { ChipFacts } from './chip.ts';
import { parseInterrupts } from './interrupt-table.ts';
import { F4_TOOLS, f4Areas, f4Dfu, f4Flash, f4ResetFlags } from './stm32f4.ts';
import { F4_COMMON_BLOCKS, F4_ENABLE_REGISTERS, F4_LARGE_BLOCKS, F4_SPI4_BLOCKS } from './stm32f4-blocks.ts';
import { F4_COMMON, F4_LARGE } from './stm32f4-interrupts.ts';

const FLASH_MODULE = 'RM0390, 3.3, embedded flash memory, flash module organization';

const OWN_INTERRUPTS = `
48 FMC  78 DCMI  84 SPI4  87 SAI1  91 SAI2  92 QUADSPI  93 CEC  94 SPDIF_RX  95 FMPI2C1_EV  96 FMPI2C1_ER
`;

const OWN_BLOCKS = `
SPDIFRX  spdif   40004000  400    APB1ENR.16  global=94
FMPI2C1  fmpi2c  40006000  400    APB1ENR.24  event=95 error=96
CEC      cec     40006C00  400    APB1ENR.27  global=93
SAI1     sai     40015800  400    APB2ENR.22  global=87
SAI2     sai     40015C00  400    APB2ENR.23  global=91
DCMI     dcmi    50050000  400    AHB2ENR.0   global=78
FMC      fmc     A0000000  1000   AHB3ENR.0   global=48
QUADSPI  quadspi A0001000  1000   AHB3ENR.1   global=92
`;

function stm32f446(name: string, largeSectors: number): ChipFacts {
  return {
    name,
    core: 'cortex-m4f',
    family: 'stm32f4',
    resetAddress: 0x0800_0000,
    flash: f4Flash(largeSectors, {
      module: FLASH_MODULE,
      write: '3.5, erase and program operations',
      datasheet: 'DS10693, 6.3, memory characteristics',
    }),
    ram: [
      {
        // Two memories without a gap, for two masters at once: 112 KiB from 0x2000_0000, 16 KiB from 0x2001_C000.
        name: 'SRAM1 and SRAM2',
        start: 0x2000_0000,
        size: 0x2_0000,
        executable: true,
        source: 'RM0390, 2.2, embedded SRAM',
      },
    ],
    areas: f4Areas({
      module: FLASH_MODULE,
      uniqueId: 'RM0390, unique device ID register',
      flashSize: 'RM0390, flash size register',
    }),
    // RM0390, vector table: positions 0 to 96.
    interruptCount: 97,
    interrupts: parseInterrupts(F4_COMMON, F4_LARGE, OWN_INTERRUPTS),
    registerBlocks: parseBlocks(
      { enableRegisters: F4_ENABLE_REGISTERS, source: 'RM0390, 2.2, register boundary addresses' },
      F4_COMMON_BLOCKS,
      F4_SPI4_BLOCKS,
      F4_LARGE_BLOCKS,
      OWN_BLOCKS,
    ),
    resetFlags: f4ResetFlags('RM0390, 6.3, RCC_CSR'),
    debug: { deviceId: 0x421, source: 'RM0390, DBGMCU_IDCODE' },
    dfu: f4Dfu('AN2606, STM32F446xx devices bootloader'),
    tools: F4_TOOLS,
    sources: ['RM0390', 'DS10693'],
  };
}

export const stm32f446xc = stm32f446('STM32F446xC', 1);
export const stm32f446xe = stm32f446('STM32F446xE', 3);
