/**
 * Takes the request out of the mailbox: after this the mailbox holds none, so that a request is obeyed once. The answer
 * is the word of boot/decide.ts that says which app is wanted and why: the requested one, the default where nothing is
 * requested, NO_SLOT where a whole request asks for what there is not. Formats: docs/formats/mailbox.md.
 */
import {
  MAILBOX_MAGIC,
  MAILBOX_REQUEST_ARGUMENT,
  MAILBOX_REQUEST_CRC,
  MAILBOX_REQUEST_KIND,
  MAILBOX_REQUEST_MAGIC,
  MAILBOX_VERSION,
  NO_SLOT,
  REQUEST_BOOT,
  REQUEST_CONFIRM,
  REQUEST_NONE,
  REQUEST_PERMANENT,
  REQUEST_REVERT,
  REQUEST_UPDATE,
} from 'kickstage/firmware/abi/mailbox';
import { REASON_DEFAULT, REASON_MAILBOX } from 'kickstage/firmware/abi/status';
import {
  APP_COUNT,
  DEFAULT_APP,
  HAS_UPDATES,
  MAILBOX_ADDRESS,
  MAILBOX_IS_RECORD,
  wantedByMagic,
} from 'kickstage/layout';
import { ld32, st32 } from '../intrinsics/volatile';
import { noteRequest } from '../update/request';
import { CRC_START, crc32Step } from './crc32';
import { Word } from './decide';

export function takeRequest(): u32 {
  return MAILBOX_IS_RECORD ? takeRecord() : takeMagicWord();
}

/** Any word that is no app's magic is no request: after power-on RAM holds noise. */
function takeMagicWord(): u32 {
  const word = ld32(MAILBOX_ADDRESS);
  st32(MAILBOX_ADDRESS, 0);
  return wantedByMagic(word);
}

/** A record with a wrong magic, version or CRC is no request. */
function takeRecord(): u32 {
  const magic = ld32(MAILBOX_ADDRESS + MAILBOX_REQUEST_MAGIC);
  const kind = ld32(MAILBOX_ADDRESS + MAILBOX_REQUEST_KIND);
  const argument = ld32(MAILBOX_ADDRESS + MAILBOX_REQUEST_ARGUMENT);
  const crc = ld32(MAILBOX_ADDRESS + MAILBOX_REQUEST_CRC);
  st32(MAILBOX_ADDRESS + MAILBOX_REQUEST_MAGIC, 0);
  const isWhole = magic === MAILBOX_MAGIC && (kind & 0xff) === MAILBOX_VERSION && ~requestCrc(kind, argument) === crc;
  if (!isWhole || kind >>> 8 === REQUEST_NONE) return Word.of(DEFAULT_APP, REASON_DEFAULT);
  if (HAS_UPDATES && isUpdateRequest(kind >>> 8)) return takeUpdateRequest(kind >>> 8, argument);
  return Word.of(kind >>> 8 === REQUEST_BOOT && argument < APP_COUNT ? argument : NO_SLOT, REASON_MAILBOX);
}

function isUpdateRequest(kind: u32): bool {
  return kind === REQUEST_UPDATE || kind === REQUEST_REVERT || kind === REQUEST_CONFIRM;
}

/** The app that asks is the one that is wanted. */
function takeUpdateRequest(kind: u32, argument: u32): u32 {
  const app = argument & 0xff;
  if (app >= APP_COUNT) return Word.of(NO_SLOT, REASON_MAILBOX);
  noteRequest(kind, app, (argument & REQUEST_PERMANENT) !== 0);
  return Word.of(app, REASON_MAILBOX);
}

/** The calculation over a request's first three words, before its final complement. */
export function requestCrc(kind: u32, argument: u32): u32 {
  return crc32Step(crc32Step(crc32Step(CRC_START, MAILBOX_MAGIC), kind), argument);
}
