/**
 * Which app to start. Pure: the answer depends on what is wanted and on the slots' states only, nothing is written. Where
 * the wanted app is not plausible, the others are tried in the config's order; where none is, the answer is to halt. An
 * app that does not exist is never started.
 *
 * What is wanted and what is decided are words laid out as the report of the magic-word protocol. A decision has a second
 * word above it: the address of the chosen vector table, 0 to halt.
 *
 *   63                 32 31      24 23      16 15       8 7        0
 *   ┌────────────────────┬─────────┬──────────┬──────────┬──────────┐
 *   │    vector table    │    0    │   slot   │  reason  │  status  │   status: of the wanted app
 *   └────────────────────┴─────────┴──────────┴──────────┴──────────┘
 */
import {
  MAGIC_REPORT_REASON_SHIFT,
  MAGIC_REPORT_SLOT_SHIFT,
  MAGIC_REPORT_STATUS_SHIFT,
  NO_SLOT,
} from 'kickstage/firmware/abi/mailbox';
import { REASON_FALLBACK, REASON_HALT, STATUS_OK, STATUS_UNKNOWN_APP } from 'kickstage/firmware/abi/status';
import {
  APP_COUNT,
  CHOICE_COUNT,
  choice,
  HAS_UPDATES,
  HAS_VERIFY,
  MAILBOX_IS_RECORD,
  slotSize,
} from 'kickstage/layout';
import { ld32 } from '../intrinsics/volatile';
import { isSettled } from '../update/settle';
import { tableOf } from '../update/slots';
import { Slot, slotStatus } from './slot';

/** What to do when `wanted` (slot and reason) is wanted. The way to a plausible app is straight: every boot takes it. */
export function decide(wanted: u32): u64 {
  const app = wanted >>> MAGIC_REPORT_SLOT_SHIFT;
  // Only a record can name an app that does not exist.
  if (!MAILBOX_IS_RECORD || app < APP_COUNT) {
    const start = tableOf(app);
    if (HAS_VERIFY) {
      const status = slotStatus(app);
      return status === STATUS_OK ? Word.withTable(wanted, start) : fallBack(app, status);
    }
    if ((!HAS_UPDATES || isSettled(app)) && Slot.isStackPointer(ld32(start))) {
      if (Slot.isResetHandler(ld32(start + 4), start, slotSize(app))) return Word.withTable(wanted, start);
    }
  }
  return fallBack(app, app < APP_COUNT ? slotStatus(app) : STATUS_UNKNOWN_APP);
}

/** The first plausible app in the config's order; the wanted one is not. */
function fallBack(app: u32, status: u32): u64 {
  const refusal = status << MAGIC_REPORT_STATUS_SHIFT;
  for (let n: u32 = 0; n < CHOICE_COUNT; n++) {
    const other = choice(n);
    // To verify it once more would take as long, and say the same.
    if (HAS_VERIFY && other === app) continue;
    if (slotStatus(other) === STATUS_OK)
      return Word.withTable(Word.of(other, REASON_FALLBACK) | refusal, tableOf(other));
  }
  return Word.withTable(Word.of(NO_SLOT, REASON_HALT) | refusal, 0);
}

// biome-ignore lint/complexity/noStaticOnlyClass: only a static method can ask to be inlined
export class Word {
  /** The word that means a slot and why. */
  @inline static of(slot: u32, reason: u32): u32 {
    return (slot << MAGIC_REPORT_SLOT_SHIFT) | (reason << MAGIC_REPORT_REASON_SHIFT);
  }

  @inline static withTable(word: u32, table: usize): u64 {
    return ((<u64>table) << 32) | word;
  }

  static slot(word: u32): u32 {
    return (word >>> MAGIC_REPORT_SLOT_SHIFT) & 0xff;
  }

  static reason(word: u32): u32 {
    return (word >>> MAGIC_REPORT_REASON_SHIFT) & 0xff;
  }

  static status(word: u32): u32 {
    return (word >>> MAGIC_REPORT_STATUS_SHIFT) & 0xff;
  }
}
