/**
 * Delays by the timer TIM1 (RM0383 Rev 3, 12.4). It counts microseconds; for milliseconds it runs through and its
 * update events are counted, so that nothing is lost between them and the delay is exact.
 */
import { APB2ENR, enableClock } from '../hal/rcc';
import { ld32, st32 } from '../intrinsics/mmio';

const APB2ENR_TIM1EN: u32 = 1 << 0;

const TIM1_CR1: usize = 0x40010000;
const CR1_CEN: u32 = 1 << 0;
/** Only an overflow raises the update flag, not the setting of UG. */
const CR1_URS: u32 = 1 << 2;
const TIM1_SR: usize = 0x40010010;
const SR_UIF: u32 = 1 << 0;
const TIM1_EGR: usize = 0x40010014;
/** Starts anew: counter and prescaler to 0, with the values that were set. */
const EGR_UG: u32 = 1 << 0;
const TIM1_PSC: usize = 0x40010028;
const TIM1_ARR: usize = 0x4001002c;

/** Call once with the timer's clock: a whole number of MHz. */
export function start(hz: u32): void {
  enableClock(APB2ENR, APB2ENR_TIM1EN);
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
