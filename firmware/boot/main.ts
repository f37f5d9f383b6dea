/**
 * The bootloader's entry point: take the request, settle updates, decide, report, start the app. Without updates it uses
 * registers and the stack only (no variables in RAM), so that nothing has to be set up before it.
 */

import { HAS_UPDATES, HAS_VERIFY, PROTECTS_FLASH, RAM_REGION } from 'kickstage/layout';
import { forbidCodeInRam } from '../hal/memory-protection';
import { startUp } from '../hal/start-up';
import { protectBootloader } from '../hal/write-protection';
import { wfi } from '../intrinsics/cpu';
import { beginTrial, settleUpdates } from '../update/settle';
import { noteFlashDoubt } from '../update/sound-read';
import { decide, Word } from './decide';
import { handOver } from './hand-over';
import { report } from './report';
import { takeRequest } from './request';

export function Reset_Handler(): void {
  if (RAM_REGION !== 0) forbidCodeInRam();
  if (HAS_UPDATES || HAS_VERIFY) startUp();
  if (PROTECTS_FLASH) protectBootloader();
  const wanted = takeRequest();
  if (HAS_UPDATES) settleUpdates();
  const decision = decide(wanted);
  const table = <usize>(decision >>> 32);
  if (HAS_UPDATES && table !== 0 && !beginTrial(Word.slot(<u32>decision))) halt();
  report(wanted, <u32>decision);
  if (table === 0) halt();
  handOver(table);
}

/** To be exported where flash has an error correcting code (STM32L4) and apps can be updated. */
export function NMI_Handler(): void {
  noteFlashDoubt();
}

/** The defined end where no app can be started: asleep, with the reason in the mailbox. */
function halt(): void {
  while (true) wfi();
}
