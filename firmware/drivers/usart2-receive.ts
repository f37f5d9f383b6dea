/**
 * What comes in at USART2, kept by its interrupt until the app has time: no byte is lost while the app is busy for less
 * than SIZE bytes. An app that uses it exports the handler:
 *
 *   export { USART2_IRQHandler } from 'kickstage/firmware/drivers/usart2-receive';
 */
import { enableInterrupt } from '../hal/nvic';
import { cpsid, cpsie, wfi } from '../intrinsics/cpu';
import { ld8, st8 } from '../intrinsics/volatile';
import { hasByte, interruptOnByte, readByte } from './usart2';

/** Position of USART2 in the vector table: RM0383 Rev 3, table 37; RM0351 Rev 9, table 57. */
const USART2_IRQ: u32 = 38;
/** A power of two; a frame of a transfer fits. */
const SIZE: u32 = 512;
const bytes = memory.data(512);
/** Bytes that have come and that were taken, ever. */
let head: u32 = 0;
let tail: u32 = 0;

export function USART2_IRQHandler(): void {
  while (hasByte()) {
    const byte = readByte();
    // When there is no room, the new byte is lost, as without a buffer.
    if (head - tail === SIZE) continue;
    st8(bytes + (head & (SIZE - 1)), byte);
    head++;
  }
}

/** Call after the port was started. */
export function startReceiving(): void {
  interruptOnByte();
  enableInterrupt(USART2_IRQ);
}

/** Whether a byte waits. */
export function hasReceived(): bool {
  return head !== tail;
}

/** The byte that has waited longest; one must be there. */
export function takeReceived(): u32 {
  const byte = ld8(bytes + (tail & (SIZE - 1)));
  tail++;
  return byte;
}

/** Sleeps until an interrupt comes, unless a byte waits already. An interrupt that is pending ends WFI (DDI 0403E, B1.5.19). */
export function sleepUntilReceived(): void {
  cpsid();
  if (!hasReceived()) wfi();
  cpsie();
}
