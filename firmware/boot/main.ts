/**
 * The bootloader's entry point: take the request, decide, report, start the app. It uses registers and the stack only
 * (no variables in RAM), so that nothing has to be set up before it.
 */
import { NO_SLOT } from 'kickstage/firmware/abi/mailbox';
import { slotStart } from 'kickstage/layout';
import { wfi } from '../intrinsics/cpu';
import { decide, slotOf } from './decide';
import { handOver } from './hand-over';
import { report } from './report';
import { takeRequest } from './request';

export function Reset_Handler(): void {
  const request = takeRequest();
  const decision = decide(request);
  report(request, decision);
  const slot = slotOf(decision);
  if (slot === NO_SLOT) halt();
  handOver(slotStart(slot));
}

/** The defined end where no app can be started: asleep, with the reason in the mailbox. */
function halt(): void {
  while (true) wfi();
}
