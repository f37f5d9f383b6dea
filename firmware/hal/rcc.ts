/** Reset and clock control (RM0383 Rev 3, 6.3): the system clock and the peripherals' clocks. */
import { HSE_HZ } from 'kickstage/layout';
import { ld32, st32 } from '../intrinsics/mmio';

const RCC_CR: usize = 0x40023800;
const CR_HSEON: u32 = 1 << 16;
const CR_HSERDY: u32 = 1 << 17;
const RCC_CFGR: usize = 0x40023808;
/** System clock switch, and the switch's status. */
const CFGR_SW: u32 = 3;
const CFGR_SW_HSE: u32 = 1;
const CFGR_SWS: u32 = 3 << 2;
const CFGR_SWS_HSE: u32 = 1 << 2;

/** Clock enable registers. */
export const AHB1ENR: usize = 0x40023830;
export const APB1ENR: usize = 0x40023840;
export const APB2ENR: usize = 0x40023844;

/** The internal oscillator, which runs after reset (RM0383 Rev 3, 6.2.2). */
const HSI_HZ: u32 = 16_000_000;

/**
 * Turns of the waiting loops. The crystal starts within some milliseconds (DS10314 Rev 8, 6.3.8: typically 2 ms); this
 * is longer at 16 MHz, and ends where there is no crystal.
 */
const CRYSTAL_TURNS: u32 = 50_000;
const SWITCH_TURNS: u32 = 100;

/**
 * Switches the system clock to the board's crystal, without PLL: at up to 30 MHz flash needs no wait states (RM0383
 * Rev 3, 3.4.1), and all buses run at that clock. Returns the frequency in Hz; if the crystal does not start, the
 * processor stays on the internal oscillator and its frequency is returned.
 */
export function startCrystal(): u32 {
  if (HSE_HZ === 0 || HSE_HZ > 30_000_000) return HSI_HZ;
  st32(RCC_CR, ld32(RCC_CR) | CR_HSEON);
  if (waitFor(RCC_CR, CR_HSERDY, CR_HSERDY, CRYSTAL_TURNS)) {
    st32(RCC_CFGR, (ld32(RCC_CFGR) & ~CFGR_SW) | CFGR_SW_HSE);
    if (waitFor(RCC_CFGR, CFGR_SWS, CFGR_SWS_HSE, SWITCH_TURNS)) return HSE_HZ;
    st32(RCC_CFGR, ld32(RCC_CFGR) & ~CFGR_SW);
  }
  st32(RCC_CR, ld32(RCC_CR) & ~CR_HSEON);
  return HSI_HZ;
}

/** Polls until the bits of `mask` are `wanted`, at most `turns` times; whether they came to be. */
function waitFor(register: usize, mask: u32, wanted: u32, turns: u32): bool {
  for (let i: u32 = 0; i < turns; i++) {
    if ((ld32(register) & mask) === wanted) return true;
  }
  return false;
}

/** Gives a peripheral its clock: sets `bits` of a clock enable register. */
export function enableClock(register: usize, bits: u32): void {
  st32(register, ld32(register) | bits);
  // The clock is there two cycles later (RM0383 Rev 3, 6.2.12); reading back takes longer.
  ld32(register);
}
