/** The processor's own timer (DDI 0403E, B3.3). */
import { st32 } from '../intrinsics/mmio';

/** SysTick Control and Status Register (B3.3.3). */
const SYST_CSR: usize = 0xe000e010;
const CSR_ENABLE: u32 = 1 << 0;
const CSR_TICKINT: u32 = 1 << 1;
/** Counts the processor's clock. */
const CSR_CLKSOURCE: u32 = 1 << 2;
/** SysTick Reload Value Register (B3.3.4), 24 bits. */
const SYST_RVR: usize = 0xe000e014;
/** SysTick Current Value Register (B3.3.5): any write clears it. */
const SYST_CVR: usize = 0xe000e018;

/** Raises SysTick_Handler every `cycles` (2..16,777,216) processor clocks. */
export function startSysTick(cycles: u32): void {
  st32(SYST_RVR, cycles - 1);
  st32(SYST_CVR, 0);
  st32(SYST_CSR, CSR_ENABLE | CSR_TICKINT | CSR_CLKSOURCE);
}

export function stopSysTick(): void {
  st32(SYST_CSR, 0);
}
