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

/** Every interrupt of a register. */
const ALL: u32 = 0xffffffff;

/** Disables every external interrupt of the chip and makes none pending. */
export function disableAllInterrupts(): void {
  // INTERRUPT_COUNT is a constant: straight stores remain, two for each register that the chip has.
  Registers.clear(0);
  if (INTERRUPT_COUNT > 32) Registers.clear(1);
  if (INTERRUPT_COUNT > 64) Registers.clear(2);
  if (INTERRUPT_COUNT > 96) Registers.clear(3);
  if (INTERRUPT_COUNT > 128) Registers.clear(4);
  if (INTERRUPT_COUNT > 160) Registers.clear(5);
  if (INTERRUPT_COUNT > 192) Registers.clear(6);
  if (INTERRUPT_COUNT > 224) Registers.clear(7);
}

// biome-ignore lint/complexity/noStaticOnlyClass: only a static method can ask to be inlined
class Registers {
  /** Disables the 32 interrupts of one register and makes them not pending. */
  @inline static clear(index: usize): void {
    st32(NVIC_ICER + (index << 2), ALL);
    st32(NVIC_ICPR + (index << 2), ALL);
  }
}
