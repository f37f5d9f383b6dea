/** STM32L452xE. Sources: RM0394 (reference manual of the STM32L41x to L46x) and DS11912 (datasheet of the L452xx). */
import { parseBlocks } from './block-table.ts';
import type { ChipFacts } from './chip.ts';
import { parseInterrupts } from './interrupt-table.ts';
import { L4_AREAS, L4_RESET_FLAGS, L4_TOOLS, l4Dfu, l4Flash, l4Ram } from './stm32l4.ts';
import { L4_ENABLE_REGISTERS, L43_L45_BLOCKS, L43_L45_INTERRUPTS } from './stm32l4-tables.ts';

const OWN_INTERRUPTS = `
29 TIM3  33 I2C2_EV  34 I2C2_ER  36 SPI2  39 USART3  49 SDMMC1  52 UART4  61 DFSDM1_FLT0  62 DFSDM1_FLT1
83 I2C4_EV  84 I2C4_ER
`;

const OWN_BLOCKS = `
TIM3     timer    40000400  400   APB1ENR1.1   global=29
SPI2     spi      40003800  400   APB1ENR1.14  global=36
USART3   usart    40004800  400   APB1ENR1.18  global=39
UART4    usart    40004C00  400   APB1ENR1.19  global=52
I2C2     i2c      40005800  400   APB1ENR1.22  event=33 error=34
I2C4     i2c      40008400  400   APB1ENR2.1   event=83 error=84
VREFBUF  vrefbuf  40010030  1D0   APB2ENR.0
SDMMC1   sdmmc    40012800  400   APB2ENR.10   global=49
DFSDM1   dfsdm    40016000  400   APB2ENR.24   filter0=61 filter1=62
GPIOD    gpio     48000C00  400   AHB2ENR.3
GPIOE    gpio     48001000  400   AHB2ENR.4
`;

export const stm32l452xe: ChipFacts = {
  name: 'STM32L452xE',
  core: 'cortex-m4f',
  family: 'stm32l4',
  resetAddress: 0x0800_0000,
  flash: l4Flash(0x8_0000, 'DS11912'),
  ram: l4Ram(0x2_0000, 0x8000),
  areas: L4_AREAS,
  // RM0394, vector table of the STM32L45x: positions 0 to 84.
  interruptCount: 85,
  interrupts: parseInterrupts(L43_L45_INTERRUPTS, OWN_INTERRUPTS),
  registerBlocks: parseBlocks(
    { enableRegisters: L4_ENABLE_REGISTERS, source: 'RM0394, 2.2.2, register boundary addresses' },
    L43_L45_BLOCKS,
    OWN_BLOCKS,
  ),
  resetFlags: L4_RESET_FLAGS,
  debug: { deviceId: 0x462, source: 'RM0394, DBGMCU_IDCODE' },
  dfu: l4Dfu('AN2606, STM32L45xxx/46xxx devices bootloader'),
  tools: L4_TOOLS,
  sources: ['RM0394', 'DS11912'],
};
