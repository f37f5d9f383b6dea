/**
 * Reset and clock control (STM32F4: RM0383 Rev 3, 6.3; STM32L4: RM0351 Rev 9, 6.4): the system clock and the peripherals'
 * clocks. No PLL: each clock here is slow enough for flash without wait states, and all buses run at it.
 */
import { HSE_HZ, IS_STM32F4, IS_STM32L4, RCC_START } from 'kickstage/layout';
import { ld32, st32 } from '../intrinsics/mmio';

const RCC_CR: usize = RCC_START;
/** STM32L4 alone. */
const CR_HSION: u32 = 1 << 8;
const CR_HSIRDY: u32 = 1 << 10;
const CR_HSEON: u32 = 1 << 16;
const CR_HSERDY: u32 = 1 << 17;
const RCC_CFGR: usize = RCC_START + 0x08;
/** System clock switch, and the switch's status. */
const CFGR_SW: u32 = 3;
const CFGR_SW_HSI16: u32 = 1;
const CFGR_SW_HSE: u32 = IS_STM32L4 ? 2 : 1;
const SWS_SHIFT: u32 = 2;

/** The oscillator that runs after reset: HSI (RM0383 Rev 3, 6.2.2); MSI at its reset range (RM0351 Rev 9, 6.2.3). */
const RESET_HZ: u32 = IS_STM32L4 ? 4_000_000 : 16_000_000;
const HSI16_HZ: u32 = 16_000_000;
/** The fastest clock that needs no wait states of flash: RM0383 Rev 3, 3.4.1; RM0351 Rev 9, 3.3.3, voltage range 1. */
const NO_WAIT_HZ: u32 = IS_STM32L4 ? 16_000_000 : 30_000_000;

/**
 * Turns of the waiting loops. A crystal starts within some milliseconds (DS10314 Rev 8, 6.3.8; DS10198 Rev 8, 6.3.7:
 * typically 2 ms), HSI16 within some microseconds; this is longer at 16 MHz, and ends where there is no crystal.
 */
const START_TURNS: u32 = 50_000;
const SWITCH_TURNS: u32 = 100;

/**
 * Starts the clock that suits the chip's family, and returns its frequency in Hz. STM32F4: the board's crystal, as
 * `startCrystal`. STM32L4: the internal oscillator HSI16; if it does not start, the processor stays on MSI, 4 MHz.
 */
export function startClock(): u32 {
  if (!IS_STM32L4) return startCrystal();
  return runFrom(CR_HSION, CR_HSIRDY, CFGR_SW_HSI16, HSI16_HZ);
}

/**
 * Switches the system clock to the board's crystal. Returns the frequency in Hz; if there is none that flash can follow,
 * or it does not start, the processor stays on the oscillator of after reset and its frequency is returned.
 */
export function startCrystal(): u32 {
  if (!IS_STM32F4 && !IS_STM32L4) ERROR('hal/rcc does not know the clocks of this chip.family: set them up yourself');
  if (HSE_HZ === 0 || HSE_HZ > NO_WAIT_HZ) return RESET_HZ;
  return runFrom(CR_HSEON, CR_HSERDY, CFGR_SW_HSE, HSE_HZ);
}

/** Switches an oscillator on (bits of RCC_CR) and the system clock to it; gives the frequency that is reached. */
function runFrom(on: u32, ready: u32, source: u32, hz: u32): u32 {
  if (RCC_START === 0) ERROR('the chip has no RCC among its registerBlocks: add it to the facts of the chip');
  st32(RCC_CR, ld32(RCC_CR) | on);
  if (waitFor(RCC_CR, ready, ready, START_TURNS)) {
    st32(RCC_CFGR, (ld32(RCC_CFGR) & ~CFGR_SW) | source);
    if (waitFor(RCC_CFGR, CFGR_SW << SWS_SHIFT, source << SWS_SHIFT, SWITCH_TURNS)) return hz;
    st32(RCC_CFGR, ld32(RCC_CFGR) & ~CFGR_SW);
  }
  st32(RCC_CR, ld32(RCC_CR) & ~on);
  return RESET_HZ;
}

/** Polls until the bits of `mask` are `wanted`, at most `turns` times; whether they came to be. */
function waitFor(register: usize, mask: u32, wanted: u32, turns: u32): bool {
  for (let i: u32 = 0; i < turns; i++) {
    if ((ld32(register) & mask) === wanted) return true;
  }
  return false;
}

/** Gives a peripheral its clock: sets `bits` of a clock enable register, such as TIM1_ENABLE_BITS of TIM1_ENABLE. */
export function enableClock(register: usize, bits: u32): void {
  st32(register, ld32(register) | bits);
  // The clock is there two cycles later (RM0383 Rev 3, 6.2.12; RM0351 Rev 9, 6.2, peripheral clock enable); reading back takes longer.
  ld32(register);
}
