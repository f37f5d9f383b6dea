/**
 * Reads the bootloader's report from the mailbox, as an observer with a debugger would: it decodes memory and changes
 * nothing. Formats: docs/formats/mailbox.md.
 */
import * as mailbox from '@kickstage/abi/mailbox';
import * as status from '@kickstage/abi/status';
import { crc32 } from '@kickstage/base/crc32';
import type { Layout } from '@kickstage/memory-map/layout';

export interface BootReport {
  /** Name of a status, such as `ok` or `empty`. */
  readonly status: string;
  readonly reason: string;
  /** Id of the slot that runs; undefined where none does. */
  readonly slot?: number;
  /** Id of the slot that was wanted, and why it was refused, where it was. */
  readonly refused?: { readonly slot?: number; readonly status: string };
}

const STATUS_NAMES = new Map<number, string>([
  [status.STATUS_OK, 'ok'],
  [status.STATUS_EMPTY, 'empty'],
  [status.STATUS_BAD_STACK, 'bad-stack'],
  [status.STATUS_BAD_RESET_HANDLER, 'bad-reset-handler'],
  [status.STATUS_UNKNOWN_APP, 'unknown-app'],
  [status.STATUS_NO_BOOTABLE_APP, 'no-bootable-app'],
  [status.STATUS_EXCHANGE_OPEN, 'exchange-open'],
  [status.STATUS_NO_IMAGE, 'no-image'],
  [status.STATUS_WRONG_HASH, 'wrong-hash'],
  [status.STATUS_WRONG_SIGNATURE, 'wrong-signature'],
  [status.STATUS_UNTRUSTED_KEY, 'untrusted-key'],
  [status.STATUS_OLDER_VERSION, 'older-version'],
  [status.STATUS_OLDER_COUNTER, 'older-counter'],
  [status.STATUS_OTHER_SLOT, 'other-slot'],
]);

const REASON_NAMES = new Map<number, string>([
  [status.REASON_DEFAULT, 'default'],
  [status.REASON_MAILBOX, 'mailbox'],
  [status.REASON_FALLBACK, 'fallback'],
  [status.REASON_HALT, 'halt'],
]);

const statusName = (value: number) => STATUS_NAMES.get(value) ?? `status-${value}`;
const reasonName = (value: number) => REASON_NAMES.get(value) ?? `reason-${value}`;
const slotId = (value: number) => (value === mailbox.NO_SLOT ? undefined : value);

/** Decodes the record protocol's report; undefined when magic, version or CRC is wrong. `record` is the whole record. */
export function decodeRecordReport(record: Uint8Array): BootReport | undefined {
  const view = new DataView(record.buffer, record.byteOffset, record.byteLength);
  const word = (offset: number) => view.getUint32(offset, true);
  if (word(mailbox.MAILBOX_REPORT_MAGIC) !== mailbox.MAILBOX_MAGIC) return undefined;
  const covered = record.subarray(mailbox.MAILBOX_REPORT, mailbox.MAILBOX_REPORT_CRC);
  if (crc32(covered) !== word(mailbox.MAILBOX_REPORT_CRC)) return undefined;
  const flags = word(mailbox.MAILBOX_REPORT_FLAGS);
  if ((flags & 0xff) !== mailbox.MAILBOX_VERSION) return undefined;
  const choice = word(mailbox.MAILBOX_REPORT_CHOICE);
  const refusal = (choice >>> 16) & 0xff;
  return {
    status: statusName((flags >>> 8) & 0xff),
    reason: reasonName((choice >>> 8) & 0xff),
    slot: slotId(flags >>> 24),
    ...(refusal === status.STATUS_OK ? {} : { refused: { slot: slotId(choice & 0xff), status: statusName(refusal) } }),
  };
}

/** Decodes the magic-word protocol's report word; undefined when it is none. */
export function decodeMagicReport(word: number): BootReport | undefined {
  const field = (shift: number) => (word >>> shift) & 0xff;
  if (field(mailbox.MAGIC_REPORT_TAG_SHIFT) !== mailbox.MAGIC_REPORT_TAG) return undefined;
  const slot = slotId(field(mailbox.MAGIC_REPORT_SLOT_SHIFT));
  const state = field(mailbox.MAGIC_REPORT_STATUS_SHIFT);
  const reason = reasonName(field(mailbox.MAGIC_REPORT_REASON_SHIFT));
  const refused = state === status.STATUS_OK ? {} : { refused: { status: statusName(state) } };
  return { status: statusName(state), reason, slot, ...refused };
}

/** The report that is in the machine's mailbox now, if its protocol has one and it is whole. */
export function readBootReport(
  layout: Layout,
  read: (address: number, size: number) => Uint8Array,
): BootReport | undefined {
  const { mailbox: box } = layout;
  const bytes = read(box.start, box.end - box.start);
  if (box.protocol === 'record') return decodeRecordReport(bytes);
  if (bytes.length < mailbox.MAGIC_REPORT + 4) return undefined;
  return decodeMagicReport(new DataView(bytes.buffer, bytes.byteOffset).getUint32(mailbox.MAGIC_REPORT, true));
}
