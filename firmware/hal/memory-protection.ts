/**
 * Memory Protection Unit (DDI 0403E, B3.5): while the bootloader runs, nothing is executed from RAM. What is not in a
 * region keeps the default memory map. Before an app starts the unit is off again, and the region gone.
 */
import { RAM_REGION, RAM_START } from 'kickstage/layout';
import { dsb, isb } from '../intrinsics/cpu';
import { st32 } from '../intrinsics/mmio';

const CTRL: usize = 0xe000ed94;
const RNR: usize = 0xe000ed98;
const RBAR: usize = 0xe000ed9c;
const RASR: usize = 0xe000eda0;
/** The default map where no region is (B3.5.5). */
const PRIVDEFENA: u32 = 1 << 2;
const ENABLE: u32 = 1;

export function forbidCodeInRam(): void {
  st32(RNR, 0);
  st32(RBAR, RAM_START);
  st32(RASR, RAM_REGION);
  st32(CTRL, PRIVDEFENA | ENABLE);
  dsb();
  isb();
}

/** As after a reset. */
export function stopMemoryProtection(): void {
  st32(CTRL, 0);
  if (RAM_REGION === 0) return;
  st32(RNR, 0);
  st32(RASR, 0);
  st32(RBAR, 0);
}
