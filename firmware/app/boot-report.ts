/**
 * What the bootloader tells the app: how the chip was reset, which app was started and why, which one was refused. The
 * report stays in the mailbox until the next boot. A field that the protocol does not carry, and any field where there
 * is no whole report, is 0 (NO_SLOT for slots).
 */
import {
  MAGIC_REPORT,
  MAGIC_REPORT_REASON_SHIFT,
  MAGIC_REPORT_SLOT_SHIFT,
  MAGIC_REPORT_STATUS_SHIFT,
  MAGIC_REPORT_TAG,
  MAGIC_REPORT_TAG_SHIFT,
  MAILBOX_MAGIC,
  MAILBOX_REPORT_ATTEMPTS,
  MAILBOX_REPORT_BOOTLOADER,
  MAILBOX_REPORT_CHOICE,
  MAILBOX_REPORT_CRC,
  MAILBOX_REPORT_FLAGS,
  MAILBOX_REPORT_MAGIC,
  MAILBOX_REPORT_TRUST,
  NO_SLOT,
  TRUST_DEVELOPMENT_KEY,
} from 'kickstage/firmware/abi/mailbox';
import { MAILBOX_ADDRESS, MAILBOX_IS_RECORD, MAILBOX_SIZE } from 'kickstage/layout';
import { reportCrc } from '../boot/report';
import { ld32 } from '../intrinsics/volatile';

/** The bootloader's report to this app. */
export function bootReport(): BootReport {
  return changetype<BootReport>(MAILBOX_ADDRESS);
}

/** Lies over the mailbox; every field is read from there when it is asked for. */
@unmanaged
export class BootReport {
  /** Whether the bootloader left a whole report. */
  get isThere(): bool {
    if (!MAILBOX_IS_RECORD) return magicWord() >>> MAGIC_REPORT_TAG_SHIFT === MAGIC_REPORT_TAG;
    return word(MAILBOX_REPORT_MAGIC) === MAILBOX_MAGIC && word(MAILBOX_REPORT_CRC) === reportCrc();
  }

  /** Id of the app that was started. */
  get slot(): u32 {
    if (!this.isThere) return NO_SLOT;
    return MAILBOX_IS_RECORD ? word(MAILBOX_REPORT_FLAGS) >>> 24 : (magicWord() >>> MAGIC_REPORT_SLOT_SHIFT) & 0xff;
  }

  /** Why it was chosen: REASON_... of kickstage/firmware/abi/status. */
  get reason(): u32 {
    if (!this.isThere) return 0;
    return MAILBOX_IS_RECORD
      ? (word(MAILBOX_REPORT_CHOICE) >>> 8) & 0xff
      : (magicWord() >>> MAGIC_REPORT_REASON_SHIFT) & 0xff;
  }

  /** Why the wanted app was refused: STATUS_...; 0 when it was not. */
  get refusal(): u32 {
    if (!this.isThere) return 0;
    return MAILBOX_IS_RECORD
      ? (word(MAILBOX_REPORT_CHOICE) >>> 16) & 0xff
      : (magicWord() >>> MAGIC_REPORT_STATUS_SHIFT) & 0xff;
  }

  /** Id of the app that was wanted; in the magic-word protocol NO_SLOT. */
  get wanted(): u32 {
    return MAILBOX_IS_RECORD && this.isThere ? word(MAILBOX_REPORT_CHOICE) & 0xff : NO_SLOT;
  }

  /** RESET_...; the magic-word protocol does not carry it. */
  get resetCause(): u32 {
    return MAILBOX_IS_RECORD && this.isThere ? (word(MAILBOX_REPORT_FLAGS) >>> 16) & 0xff : 0;
  }

  /** Starts since power-on, this one included; the magic-word protocol does not carry it. */
  get attempts(): u32 {
    return MAILBOX_IS_RECORD && this.isThere ? word(MAILBOX_REPORT_ATTEMPTS) : 0;
  }

  /** Major in bits 24..31, minor in 16..23, patch in 0..15; the magic-word protocol does not carry it. */
  get bootloaderVersion(): u32 {
    return MAILBOX_IS_RECORD && this.isThere ? word(MAILBOX_REPORT_BOOTLOADER) : 0;
  }

  /** Whether the bootloader trusts a key that is for trials only; the magic-word protocol does not carry it. */
  get trustsDevelopmentKey(): bool {
    return MAILBOX_IS_RECORD && this.isThere && (word(MAILBOX_REPORT_TRUST) & TRUST_DEVELOPMENT_KEY) !== 0;
  }
}

function word(offset: u32): u32 {
  return ld32(MAILBOX_ADDRESS + offset);
}

/** The word behind the request; 0 where the mailbox ends before it. */
function magicWord(): u32 {
  return MAILBOX_SIZE >= MAGIC_REPORT + 4 ? ld32(MAILBOX_ADDRESS + MAGIC_REPORT) : 0;
}
