/** External interrupts: lines 0..15 are pins of that number (RM0383 Rev 3, 10.3), the port chosen by SYSCFG (7.2). */
import { ld32, st32 } from '../intrinsics/mmio';
import { APB2ENR, enableClock } from './rcc';

const APB2ENR_SYSCFGEN: u32 = 1 << 14;
/** External interrupt configuration register 1 of four; each has four fields of 4 bits. */
const SYSCFG_EXTICR1: usize = 0x40013808;

const EXTI_IMR: usize = 0x40013c00;
const EXTI_RTSR: usize = 0x40013c08;
const EXTI_FTSR: usize = 0x40013c0c;
const EXTI_PR: usize = 0x40013c14;

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

/** To be done in the handler: the line stays pending until a 1 is written (10.3.6). */
export function clearPending(line: u32): void {
  st32(EXTI_PR, 1 << line);
}

/** IRQ number of a line (RM0383 Rev 3, table 37): 0..4 have one each, 5..9 and 10..15 share. */
export function lineInterrupt(line: u32): u32 {
  if (line < 5) return 6 + line;
  return line < 10 ? 23 : 40;
}

function selectPort(port: u32, pin: u32): void {
  enableClock(APB2ENR, APB2ENR_SYSCFGEN);
  const register = SYSCFG_EXTICR1 + ((pin >>> 2) << 2);
  const shift = (pin & 3) * 4;
  st32(register, (ld32(register) & ~(15 << shift)) | (port << shift));
}
