/** System Control Block (DDI 0403E, B3.2). */
import { dsb } from '../intrinsics/cpu';
import { st32 } from '../intrinsics/mmio';

/** Vector Table Offset Register (B3.2.5). */
const VTOR: usize = 0xe000ed08;
/** Application Interrupt and Reset Control Register (B3.2.6): the key must be written with it. */
const AIRCR: usize = 0xe000ed0c;
const AIRCR_VECTKEY: u32 = 0x05fa0000;
const AIRCR_SYSRESETREQ: u32 = 1 << 2;

/** From the next exception on, handlers are looked up at `table`. */
export function setVectorTable(table: usize): void {
  st32(VTOR, <u32>table);
}

/** Resets the chip, RAM kept. Does not come back: the reset comes some cycles after the request. */
export function resetSystem(): void {
  // What was written to the mailbox must be there before the reset (DDI 0403E, B1.5.16).
  dsb();
  st32(AIRCR, AIRCR_VECTKEY | AIRCR_SYSRESETREQ);
  dsb();
  while (true) {}
}
