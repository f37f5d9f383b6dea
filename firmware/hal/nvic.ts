/** Nested Vectored Interrupt Controller: enables and pendings of the external interrupts (DDI 0403E, B3.4). */

import { INTERRUPT_COUNT } from 'kickstage/layout';
import { st32 } from '../intrinsics/mmio';

/** Interrupt Set-Enable Registers (B3.4.4); a 1 enables. */
const NVIC_ISER: usize = 0xe000e100;
/** Interrupt Clear-Enable Registers (B3.4.5); a 1 disables. */
const NVIC_ICER: usize = 0xe000e180;
/** Interrupt Clear-Pending Registers (B3.4.7); a 1 makes not pending. */
const NVIC_ICPR: usize = 0xe000e280;

/** Lets the interrupt with that IRQ number reach the processor. */
export function enableInterrupt(irq: u32): void {
  st32(NVIC_ISER + ((irq >>> 5) << 2), 1 << (irq & 31));
}

export function disableInterrupt(irq: u32): void {
  st32(NVIC_ICER + ((irq >>> 5) << 2), 1 << (irq & 31));
}

/** Disables every external interrupt of the chip and makes none pending. */
export function disableAllInterrupts(): void {
  // Conditions on a constant: straight stores remain, two for each register that the chip has.
  disableWord(0);
  if (INTERRUPT_COUNT > 32) disableWord(1);
  if (INTERRUPT_COUNT > 64) disableWord(2);
  if (INTERRUPT_COUNT > 96) disableWord(3);
  if (INTERRUPT_COUNT > 128) {
    for (let word: usize = 4; word < (INTERRUPT_COUNT + 31) >>> 5; word++) disableWord(word);
  }
}

function disableWord(word: usize): void {
  st32(NVIC_ICER + (word << 2), 0xffffffff);
  st32(NVIC_ICPR + (word << 2), 0xffffffff);
}
