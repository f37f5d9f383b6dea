/** STM32L432xC. Sources: RM0394 (reference manual of the STM32L41x to L46x) and DS11451 (datasheet of the L432KB/KC). */
import { parseBlocks } from './block-table.ts';
import type { ChipFacts } from './chip.ts';
import { parseInterrupts } from './interrupt-table.ts';
import { L4_AREAS, L4_RESET_FLAGS, L4_TOOLS, l4Dfu, l4Flash, l4Ram } from './stm32l4.ts';
import { L4_ENABLE_REGISTERS, L43_L45_BLOCKS, L43_L45_INTERRUPTS } from './stm32l4-tables.ts';

const OWN_BLOCKS = `
TIM7     timer    40001400  400   APB1ENR1.5   global=55
SWPMI1   swpmi    40008800  400   APB1ENR2.2   global=76
`;

export const stm32l432xc: ChipFacts = {
  name: 'STM32L432xC',
  core: 'cortex-m4f',
  family: 'stm32l4',
  resetAddress: 0x0800_0000,
  flash: l4Flash(0x4_0000, 'DS11451'),
  ram: l4Ram(0xc000, 0x4000),
  areas: L4_AREAS,
  // RM0394, vector table of the STM32L43x: positions 0 to 82.
  interruptCount: 83,
  interrupts: parseInterrupts(L43_L45_INTERRUPTS, '55 TIM7  76 SWPMI1'),
  registerBlocks: parseBlocks(
    { enableRegisters: L4_ENABLE_REGISTERS, source: 'RM0394, 2.2.2, register boundary addresses' },
    L43_L45_BLOCKS,
    OWN_BLOCKS,
  ),
  resetFlags: L4_RESET_FLAGS,
  debug: { deviceId: 0x435, source: 'RM0394, DBGMCU_IDCODE' },
  dfu: l4Dfu('AN2606, STM32L43xxx/44xxx devices bootloader'),
  tools: L4_TOOLS,
  sources: ['RM0394', 'DS11451'],
};
