/**
 * Tells the app, and whoever looks at RAM, how the boot went. The record holds everything; the magic-word protocol has
 * one word behind the request, where the mailbox is large enough.
 *
 * The reset cause is read from RCC_CSR and its flags are removed: they add up over resets, so that the next cause could
 * not be told otherwise. The app finds the cause in the record. In the magic-word protocol the register is not touched,
 * since that report has no room for the cause and its apps may read the register themselves.
 */
import {
  MAGIC_REPORT,
  MAGIC_REPORT_TAG,
  MAGIC_REPORT_TAG_SHIFT,
  MAILBOX_MAGIC,
  MAILBOX_REPORT_ATTEMPTS,
  MAILBOX_REPORT_BOOTLOADER,
  MAILBOX_REPORT_CHOICE,
  MAILBOX_REPORT_CRC,
  MAILBOX_REPORT_EXCHANGE,
  MAILBOX_REPORT_FLAGS,
  MAILBOX_REPORT_MAGIC,
  MAILBOX_REPORT_TRUST,
  MAILBOX_VERSION,
  NO_SLOT,
  TRUST_DEVELOPMENT_KEY,
} from 'kickstage/firmware/abi/mailbox';
import { RESET_POWER_ON, STATUS_NO_BOOTABLE_APP, STATUS_OK } from 'kickstage/firmware/abi/status';
import {
  APP_COUNT,
  BOOTLOADER_VERSION,
  HAS_UPDATES,
  MAILBOX_ADDRESS,
  MAILBOX_IS_RECORD,
  MAILBOX_SIZE,
  NO_UPDATE,
  TRUSTS_DEVELOPMENT_KEY,
  updateIndex,
} from 'kickstage/layout';
import { takeResetCause } from '../hal/reset-cause';
import { ld32, st32 } from '../intrinsics/volatile';
import { outcomeOf, phaseOf } from '../update/state';
import { CRC_START, crc32Step } from './crc32';
import { Word } from './decide';

/** Writes the report: what was wanted, what was decided. */
export function report(wanted: u32, decision: u32): void {
  if (MAILBOX_IS_RECORD) reportRecord(Word.slot(wanted), decision);
  else if (MAILBOX_SIZE >= MAGIC_REPORT + 4) {
    st32(MAILBOX_ADDRESS + MAGIC_REPORT, decision | (MAGIC_REPORT_TAG << MAGIC_REPORT_TAG_SHIFT));
  }
}

function reportRecord(wanted: u32, decision: u32): void {
  const cause = takeResetCause();
  const slot = Word.slot(decision);
  const status = slot === NO_SLOT ? STATUS_NO_BOOTABLE_APP : STATUS_OK;
  const attempts = cause === RESET_POWER_ON || !hasReport() ? 1 : ld32(MAILBOX_ADDRESS + MAILBOX_REPORT_ATTEMPTS) + 1;
  put(MAILBOX_REPORT_MAGIC, MAILBOX_MAGIC);
  put(MAILBOX_REPORT_FLAGS, MAILBOX_VERSION | (status << 8) | (cause << 16) | (slot << 24));
  put(MAILBOX_REPORT_CHOICE, wanted | (Word.reason(decision) << 8) | (Word.status(decision) << 16));
  put(MAILBOX_REPORT_ATTEMPTS, attempts);
  put(MAILBOX_REPORT_EXCHANGE, exchangeOf(slot));
  put(MAILBOX_REPORT_BOOTLOADER, BOOTLOADER_VERSION);
  put(MAILBOX_REPORT_TRUST, TRUSTS_DEVELOPMENT_KEY ? TRUST_DEVELOPMENT_KEY : 0);
  put(MAILBOX_REPORT_CRC, reportCrc());
}

/** Outcome of the app's last update, and where the next one stands. */
function exchangeOf(app: u32): u32 {
  if (!HAS_UPDATES || app >= APP_COUNT) return 0;
  const index = updateIndex(app);
  return index === NO_UPDATE ? 0 : outcomeOf(index) | (phaseOf(index) << 8);
}

function put(offset: u32, word: u32): void {
  st32(MAILBOX_ADDRESS + offset, word);
}

/** Whether the mailbox holds a report of an earlier boot. */
function hasReport(): bool {
  const magic = ld32(MAILBOX_ADDRESS + MAILBOX_REPORT_MAGIC);
  return magic === MAILBOX_MAGIC && ld32(MAILBOX_ADDRESS + MAILBOX_REPORT_CRC) === reportCrc();
}

/** CRC-32 of the report in the mailbox. */
export function reportCrc(): u32 {
  let crc = CRC_START;
  for (let offset = MAILBOX_REPORT_MAGIC; offset < MAILBOX_REPORT_CRC; offset += 4) {
    crc = crc32Step(crc, ld32(MAILBOX_ADDRESS + offset));
  }
  return ~crc;
}
