/**
 * The STM32F411's backup domain, opened for a moment: RM0383 Rev 3, 5.1.2 and 5.4.1 (PWR_CR), 6.3.11 (RCC_APB1ENR) and
 * 6.3.20 (RCC_BDCR). What is not in the domain is left as it was, so that apps do not see that the bootloader was here.
 */

import { ld32, st32 } from 'kickstage/firmware/intrinsics/mmio';
import { RCC_START } from 'kickstage/layout';

const RCC_APB1ENR: usize = RCC_START + 0x40;
const APB1ENR_PWREN: u32 = 1 << 28;
const RCC_BDCR: usize = RCC_START + 0x70;
/** RTCEN, and LSI as the RTC's clock: without one its registers do not answer. */
const BDCR_RTC_ON: u32 = (1 << 15) | (2 << 8);
const BDCR_RTCSEL: u32 = 3 << 8;

export const PWR_CR: usize = 0x4000_7000;
export const PWR_CSR: usize = 0x4000_7004;
const CR_DBP: u32 = 1 << 8;

/** Gives PWR its clock; what RCC_APB1ENR was before. */
export function openPower(): u32 {
  const before = ld32(RCC_APB1ENR);
  st32(RCC_APB1ENR, before | APB1ENR_PWREN);
  // The clock is there two cycles later (6.2.12); reading back takes longer.
  ld32(RCC_APB1ENR);
  return before;
}

export function closePower(before: u32): void {
  st32(RCC_APB1ENR, before);
}

/** Lets the backup registers be read and written; gives what `closeBackup` needs. */
export function openBackup(): u32 {
  const before = openPower();
  st32(PWR_CR, ld32(PWR_CR) | CR_DBP);
  // Once chosen, the RTC's clock stays until the backup domain is reset: an app's choice is kept.
  const chosen = ld32(RCC_BDCR);
  if ((chosen & BDCR_RTCSEL) === 0) st32(RCC_BDCR, chosen | BDCR_RTC_ON);
  return before;
}

export function closeBackup(before: u32): void {
  st32(PWR_CR, ld32(PWR_CR) & ~CR_DBP);
  closePower(before);
}
