/** Starts another app: the request goes into the mailbox, then the chip is reset and the bootloader obeys. */
import {
  MAILBOX_MAGIC,
  MAILBOX_REQUEST_ARGUMENT,
  MAILBOX_REQUEST_CRC,
  MAILBOX_REQUEST_KIND,
  MAILBOX_REQUEST_MAGIC,
  MAILBOX_VERSION,
  REQUEST_BOOT,
} from 'kickstage/firmware/abi/mailbox';
// biome-ignore lint/style/useImportType: the firmware compiler knows no type imports
import { App, MAILBOX_ADDRESS, MAILBOX_IS_RECORD, magicOf } from 'kickstage/layout';
import { requestCrc } from '../boot/request';
import { resetSystem } from '../hal/scb';
import { st32 } from '../intrinsics/volatile';

/** Leaves this app for `app`, an `App` of kickstage/layout. Does not come back. */
export function switchTo(app: App): void {
  if (MAILBOX_IS_RECORD) writeRecord(app);
  else st32(MAILBOX_ADDRESS, magicOf(app));
  resetSystem();
}

function writeRecord(app: u32): void {
  const kind = MAILBOX_VERSION | (REQUEST_BOOT << 8);
  st32(MAILBOX_ADDRESS + MAILBOX_REQUEST_MAGIC, MAILBOX_MAGIC);
  st32(MAILBOX_ADDRESS + MAILBOX_REQUEST_KIND, kind);
  st32(MAILBOX_ADDRESS + MAILBOX_REQUEST_ARGUMENT, app);
  st32(MAILBOX_ADDRESS + MAILBOX_REQUEST_CRC, ~requestCrc(kind, app));
}
