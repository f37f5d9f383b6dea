/**
 * The bootloader's last act: the processor as after reset, then the app's vector table, stack and reset handler. The
 * app must not be able to tell that the bootloader ran, but for the mailbox. Clocks were never changed.
 */

import { HAS_VERIFY } from 'kickstage/layout';
import { stopMemoryProtection } from '../hal/memory-protection';
import { disableAllInterrupts } from '../hal/nvic';
import { setVectorTable } from '../hal/scb';
import { stopSysTick } from '../hal/systick';
import { bootload, cpsid, cpsie, dsb, isb } from '../intrinsics/cpu';
import { ld32 } from '../intrinsics/volatile';
import { passedTable } from '../verify/verify';

/** Starts the image whose vector table is at `table`. Does not come back. */
export function handOver(table: usize): void {
  // The evidence of the last check is looked at here once more, and again below, where the jump goes to what it names.
  while (HAS_VERIFY && table !== passedTable()) {}
  cpsid();
  stopSysTick();
  disableAllInterrupts();
  stopMemoryProtection();
  setVectorTable(table);
  dsb();
  isb();
  // After reset PRIMASK is 0, and apps rely on it. Nothing is enabled or pending now.
  cpsie();
  const start = HAS_VERIFY ? passedTable() : table;
  bootload(ld32(start), ld32(start + 4));
}
