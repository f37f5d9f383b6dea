/**
 * External interrupts: lines 0..15 are pins of that number, the port chosen by SYSCFG. STM32F4: RM0383 Rev 3, 10.3 and 7.2;
 * STM32L4: RM0351 Rev 9, 14.5 and 9.2, where these lines are in the first bank.
 */
import { EXTI_START, SYSCFG_ENABLE, SYSCFG_ENABLE_BITS, SYSCFG_START } from 'kickstage/layout';
import { ld32, st32 } from '../intrinsics/mmio';
import { enableClock } from './rcc';

/** External interrupt configuration register 1 of four; each has four fields of 4 bits. */
const SYSCFG_EXTICR1: usize = SYSCFG_START + 0x08;

const EXTI_IMR: usize = EXTI_START;
const EXTI_RTSR: usize = EXTI_START + 0x08;
const EXTI_FTSR: usize = EXTI_START + 0x0c;
const EXTI_PR: usize = EXTI_START + 0x14;

/** Raises the interrupt of line `pin` when the pin of `port` goes from low to high. Its NVIC enable is the caller's. */
export function interruptOnRise(port: u32, pin: u32): void {
  selectPort(port, pin);
  clearPending(pin);
  st32(EXTI_RTSR, ld32(EXTI_RTSR) | (1 << pin));
  st32(EXTI_IMR, ld32(EXTI_IMR) | (1 << pin));
}

/** The same for high to low. */
export function interruptOnFall(port: u32, pin: u32): void {
  selectPort(port, pin);
  clearPending(pin);
  st32(EXTI_FTSR, ld32(EXTI_FTSR) | (1 << pin));
  st32(EXTI_IMR, ld32(EXTI_IMR) | (1 << pin));
}

/** To be done in the handler: the line stays pending until a 1 is written. */
export function clearPending(line: u32): void {
  st32(EXTI_PR, 1 << line);
}

/** IRQ number of a line (RM0383 Rev 3, 10.2; RM0351 Rev 9, 13.3): 0..4 have one each, 5..9 and 10..15 share. */
export function lineInterrupt(line: u32): u32 {
  if (line < 5) return 6 + line;
  return line < 10 ? 23 : 40;
}

function selectPort(port: u32, pin: u32): void {
  if (EXTI_START === 0 || SYSCFG_ENABLE === 0)
    ERROR('the chip has not both EXTI and SYSCFG among its registerBlocks: add them to the facts of the chip');
  enableClock(SYSCFG_ENABLE, SYSCFG_ENABLE_BITS);
  const register = SYSCFG_EXTICR1 + ((pin >>> 2) << 2);
  const shift = (pin & 3) * 4;
  st32(register, (ld32(register) & ~(15 << shift)) | (port << shift));
}
