/**
 * The bootloader's entry point: take the request, decide, report, start the app. It uses registers and the stack only
 * (no variables in RAM), so that nothing has to be set up before it.
 */
import { wfi } from '../intrinsics/cpu';
import { decide } from './decide';
import { handOver } from './hand-over';
import { report } from './report';
import { takeRequest } from './request';

export function Reset_Handler(): void {
  const wanted = takeRequest();
  const decision = decide(wanted);
  const table = <usize>(decision >>> 32);
  report(wanted, <u32>decision);
  if (table === 0) halt();
  handOver(table);
}

/** The defined end where no app can be started: asleep, with the reason in the mailbox. */
function halt(): void {
  while (true) wfi();
}
