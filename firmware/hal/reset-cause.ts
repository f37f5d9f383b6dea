/** Why the chip was reset: RCC clock control & status register (RM0383 Rev 3, 6.3, RCC_CSR). */
import {
  RESET_BROWN_OUT,
  RESET_INDEPENDENT_WATCHDOG,
  RESET_LOW_POWER,
  RESET_PIN,
  RESET_POWER_ON,
  RESET_SOFTWARE,
  RESET_UNKNOWN,
  RESET_WINDOW_WATCHDOG,
} from 'kickstage/firmware/abi/status';
import { ld32, st32 } from '../intrinsics/mmio';

const RCC_CSR: usize = 0x40023874;
/** Removes the flags below. */
const RMVF: u32 = 1 << 24;
const BORRSTF: u32 = 1 << 25;
const PINRSTF: u32 = 1 << 26;
const PORRSTF: u32 = 1 << 27;
const SFTRSTF: u32 = 1 << 28;
const IWDGRSTF: u32 = 1 << 29;
const WWDGRSTF: u32 = 1 << 30;
const LPWRRSTF: u32 = 1 << 31;

/** The cause of the last reset (RESET_...). Its flags are removed, so that the next one can be told. */
export function takeResetCause(): u32 {
  const flags = ld32(RCC_CSR);
  st32(RCC_CSR, flags | RMVF);
  return causeOf(flags);
}

/** A power-on sets the brown-out flag, too, and every reset pulls the pin: the most telling flag wins. */
function causeOf(flags: u32): u32 {
  if ((flags & PORRSTF) !== 0) return RESET_POWER_ON;
  if ((flags & IWDGRSTF) !== 0) return RESET_INDEPENDENT_WATCHDOG;
  if ((flags & WWDGRSTF) !== 0) return RESET_WINDOW_WATCHDOG;
  if ((flags & LPWRRSTF) !== 0) return RESET_LOW_POWER;
  if ((flags & SFTRSTF) !== 0) return RESET_SOFTWARE;
  if ((flags & BORRSTF) !== 0) return RESET_BROWN_OUT;
  return (flags & PINRSTF) !== 0 ? RESET_PIN : RESET_UNKNOWN;
}
