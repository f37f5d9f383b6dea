/**
 * Whether a slot holds something that can be started. A vector table's first two words are the initial stack pointer
 * and the reset handler (DDI 0403E, B1.5.3). Plausible means: the stack pointer lies in RAM, aligned to 8 bytes (its
 * end included: the stack grows down), and the handler is odd (Thumb) and inside the slot.
 *
 * Each check is one comparison: rotating puts the low bits, which must have a certain value, above the others, so that
 * a wrong one makes the number too large.
 */
import {
  STATUS_BAD_RESET_HANDLER,
  STATUS_BAD_STACK,
  STATUS_EMPTY,
  STATUS_EXCHANGE_OPEN,
  STATUS_OK,
} from 'kickstage/firmware/abi/status';
import { HAS_UPDATES, HAS_VERIFY, RAM_SIZE, RAM_START, slotSize } from 'kickstage/layout';
import { ld32 } from '../intrinsics/volatile';
import { isSettled } from '../update/settle';
import { imageStart, tableOf } from '../update/slots';
import { isVerified, passUnverified, verifyStart } from '../verify/verify';

/** What erased flash reads as (RM0383 Rev 3, 3.5.3). */
const ERASED: u32 = 0xffffffff;

// biome-ignore lint/complexity/noStaticOnlyClass: only a static method can ask to be inlined
export class Slot {
  /** Whether a stack pointer lies in RAM behind its start, up to and including its end, in steps of 8. */
  @inline static isStackPointer(word: u32): bool {
    return rotr(word - RAM_START, 3) - 1 < RAM_SIZE >>> 3;
  }

  /** Whether a reset handler is odd and lies in the slot that starts at `start`: odd ones become negative numbers. */
  @inline static isResetHandler(word: u32, start: usize, size: u32): bool {
    return <i32>rotr(word - <u32>start, 1) < i32.MIN_VALUE + <i32>(size >>> 1);
  }
}

/** BootStatus of an app's slot. */
export function slotStatus(app: u32): u32 {
  if (HAS_UPDATES && !isSettled(app)) return STATUS_EXCHANGE_OPEN;
  const start = tableOf(app);
  const stackPointer = ld32(start);
  if (!Slot.isStackPointer(stackPointer)) return stackPointer === ERASED ? STATUS_EMPTY : STATUS_BAD_STACK;
  if (!Slot.isResetHandler(ld32(start + 4), imageStart(app), slotSize(app))) return STATUS_BAD_RESET_HANDLER;
  if (!HAS_VERIFY) return STATUS_OK;
  if (isVerified(app)) return verifyStart(app);
  passUnverified(app, start);
  return STATUS_OK;
}
