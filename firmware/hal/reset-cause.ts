/**
 * Why the chip was reset: flags of a register of the clock control (RCC_CSR in RM0383 Rev 3, 6.3, and RM0351 Rev 9,
 * 6.4.30). Which bits they are is the chip's fact.
 */
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
import {
  RESET_FLAG_BROWN_OUT,
  RESET_FLAG_LOW_POWER,
  RESET_FLAG_PIN,
  RESET_FLAG_POWER_ON,
  RESET_FLAG_SOFTWARE,
  RESET_FLAG_WATCHDOG,
  RESET_FLAG_WINDOW_WATCHDOG,
  RESET_FLAGS,
  RESET_FLAGS_CLEAR,
} from 'kickstage/layout';
import { ld32, st32 } from '../intrinsics/mmio';

/** The cause of the last reset (RESET_...). Its flags are removed, so that the next one can be told. */
export function takeResetCause(): u32 {
  if (RESET_FLAGS === 0) return RESET_UNKNOWN;
  const flags = ld32(RESET_FLAGS);
  st32(RESET_FLAGS, flags | RESET_FLAGS_CLEAR);
  return causeOf(flags);
}

/** A power-on sets the brown-out flag, too, and every reset pulls the pin: the most telling flag wins. */
function causeOf(flags: u32): u32 {
  if ((flags & RESET_FLAG_POWER_ON) !== 0) return RESET_POWER_ON;
  if ((flags & RESET_FLAG_WATCHDOG) !== 0) return RESET_INDEPENDENT_WATCHDOG;
  if ((flags & RESET_FLAG_WINDOW_WATCHDOG) !== 0) return RESET_WINDOW_WATCHDOG;
  if ((flags & RESET_FLAG_LOW_POWER) !== 0) return RESET_LOW_POWER;
  if ((flags & RESET_FLAG_SOFTWARE) !== 0) return RESET_SOFTWARE;
  if ((flags & RESET_FLAG_BROWN_OUT) !== 0) return RESET_BROWN_OUT;
  return (flags & RESET_FLAG_PIN) !== 0 ? RESET_PIN : RESET_UNKNOWN;
}
