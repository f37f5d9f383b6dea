/**
 * Delays by the timer TIM1 (STM32F4: RM0383 Rev 3, 12.4; STM32L4: RM0351 Rev 9, 30.4; the same registers). It counts microseconds; for milliseconds it runs through and its
 * update events are counted, so that nothing is lost between them and the delay is exact.
 */
import { TIM1_ENABLE, TIM1_ENABLE_BITS, TIM1_START } from 'kickstage/layout';
import { enableClock } from '../hal/rcc';
import { ld32, st32 } from '../intrinsics/mmio';

const TIM1_CR1: usize = TIM1_START;
const CR1_CEN: u32 = 1 << 0;
/** Only an overflow raises the update flag, not the setting of UG. */
const CR1_URS: u32 = 1 << 2;
const TIM1_SR: usize = TIM1_START + 0x10;
const SR_UIF: u32 = 1 << 0;
const TIM1_EGR: usize = TIM1_START + 0x14;
/** Starts anew: counter and prescaler to 0, with the values that were set. */
const EGR_UG: u32 = 1 << 0;
const TIM1_PSC: usize = TIM1_START + 0x28;
const TIM1_ARR: usize = TIM1_START + 0x2c;

/** Call once with the timer's clock: a whole number of MHz. */
export function start(hz: u32): void {
  if (TIM1_ENABLE === 0) ERROR('the chip has no TIM1 among its registerBlocks: use another timer for delays');
  enableClock(TIM1_ENABLE, TIM1_ENABLE_BITS);
  st32(TIM1_PSC, hz / 1_000_000 - 1);
}

/** Waits so many milliseconds. */
export function ms(milliseconds: u32): void {
  overflows(1000, milliseconds);
}

/** Waits 2..65,536 microseconds. */
export function us(microseconds: u32): void {
  overflows(microseconds, 1);
}

function overflows(period: u32, count: u32): void {
  st32(TIM1_ARR, period - 1);
  st32(TIM1_CR1, CR1_URS);
  st32(TIM1_EGR, EGR_UG);
  st32(TIM1_SR, 0);
  st32(TIM1_CR1, CR1_URS | CR1_CEN);
  for (let i: u32 = 0; i < count; i++) {
    while ((ld32(TIM1_SR) & SR_UIF) === 0) {}
    st32(TIM1_SR, 0);
  }
  st32(TIM1_CR1, 0);
}
