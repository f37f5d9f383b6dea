/**
 * Whether a slot holds something that can be started. A vector table's first two words are the initial stack pointer
 * and the reset handler (DDI 0403E, B1.5.3). Plausible means: the stack pointer lies in RAM, aligned to 8 bytes (its
 * end included: the stack grows down), and the handler is odd (Thumb) and inside the slot.
 */
import { STATUS_BAD_RESET_HANDLER, STATUS_BAD_STACK, STATUS_EMPTY, STATUS_OK } from 'kickstage/firmware/abi/status';
import { RAM_SIZE, RAM_START, slotSize, slotStart } from 'kickstage/layout';
import { ld32 } from '../intrinsics/volatile';

/** What erased flash reads as (RM0383 Rev 3, 3.5.3). */
const ERASED: u32 = 0xffffffff;

/** BootStatus of an app's slot. */
export function slotStatus(app: u32): u32 {
  const start = slotStart(app);
  const stackPointer = ld32(start);
  if (stackPointer - RAM_START - 8 > RAM_SIZE - 8 || (stackPointer & 7) !== 0) {
    return stackPointer === ERASED ? STATUS_EMPTY : STATUS_BAD_STACK;
  }
  const handler = ld32(start + 4);
  if ((handler & 1) === 0 || handler - <u32>start >= slotSize(app)) return STATUS_BAD_RESET_HANDLER;
  return STATUS_OK;
}
