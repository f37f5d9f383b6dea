/** Independent watchdog (RM0383 Rev 3, 15; RM0351 Rev 9, 36): once started, it cannot be stopped but by a reset. */
import { IWDG_START } from 'kickstage/layout';
import { ld32, st32 } from '../intrinsics/mmio';

const KR: usize = IWDG_START;
const PR: usize = IWDG_START + 0x04;
const RLR: usize = IWDG_START + 0x08;
const SR: usize = IWDG_START + 0x0c;
const KEY_FEED: u32 = 0xaaaa;
const KEY_ACCESS: u32 = 0x5555;
const KEY_START: u32 = 0xcccc;
/** LSI, nominal, divided by 256: ticks of 8 ms (32 kHz; the STM32F4's may be 17 to 47 kHz, DS10314 Rev 8, 6.3.9). */
const DIVIDE_BY_256: u32 = 6;
const MOST_TICKS: u32 = 0xfff;
/** Turns until the registers have taken a value: some ticks of LSI. */
const TURNS: u32 = 20_000;

/** Begins the count anew. Does nothing where the watchdog was not started. */
export function feedWatchdog(): void {
  if (IWDG_START !== 0) st32(KR, KEY_FEED);
}

/** Starts the watchdog: it resets the chip `milliseconds` after the last feeding, 8 to 32,760, in steps of 8. */
export function startWatchdog(milliseconds: u32): void {
  if (IWDG_START === 0) ERROR('the chip has no IWDG among its registerBlocks: add it to the facts of the chip');
  const ticks = milliseconds >>> 3;
  st32(KR, KEY_START);
  st32(KR, KEY_ACCESS);
  st32(PR, DIVIDE_BY_256);
  st32(RLR, ticks > MOST_TICKS ? MOST_TICKS : ticks);
  for (let i: u32 = 0; i < TURNS && ld32(SR) !== 0; i++) {}
  st32(KR, KEY_FEED);
}
