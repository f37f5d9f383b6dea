/**
 * Takes the next image of this app from a serial line, as `kickstage send` sends it (docs/formats/transfer.md):
 *
 *   while (true) {
 *     feedWatchdog();
 *     while (hasReceived()) takeTransferByte(takeReceived(), usart2.writeByte);
 *     sleepUntilReceived();
 *   }
 *
 * Every command is answered; the other side waits for the answer and sends again what was lost. So bytes may be lost
 * while flash is erased or while the app is busy. When all is there and reads back as it was sent, the chip is reset into
 * the bootloader, after what `onPreJump` has set.
 */
import {
  TRANSFER_BEGIN,
  TRANSFER_DATA,
  TRANSFER_HELLO,
  TRANSFER_HELLO_CAPACITY,
  TRANSFER_HELLO_SIZE,
  TRANSFER_HELLO_START,
  TRANSFER_HELLO_STATE,
  TRANSFER_HELLO_VERSION,
  TRANSFER_INSTALL,
  TRANSFER_OUT_OF_ORDER,
  TRANSFER_REPLY,
  TRANSFER_UNALIGNED,
  TRANSFER_UNKNOWN,
  TRANSFER_VERSION,
  TRANSFER_WRONG_CRC,
} from 'kickstage/firmware/abi/transfer';
import { STRATEGY_DIRECT, UPDATE_OK, UPDATE_OUT_OF_RANGE } from 'kickstage/firmware/abi/update';
import { slotStart, strategyOf, THIS_APP } from 'kickstage/layout';
import { CRC_START, crc32Step } from '../boot/crc32';
import { feedWatchdog } from '../hal/watchdog';
import {
  frameArgument,
  frameKind,
  frameSequence,
  payload,
  payloadLength,
  sendFrame,
  setReplyWord,
  takeFrameByte,
} from '../transfer/frame';
import { updateAddress, updateCapacity, updateEraseFor, updateRead, updateWrite } from './download';
import { requestUpdate, updateOutcome, updateState, verify } from './update';

const word = memory.data(4, 4);

/** The command that was answered last, and how; at first a sequence that there is not. */
let answered: u32 = 0x100;
let answeredKind: u32 = 0;
let status: u32 = 0;
let replySize: u32 = 0;
/** Bytes of the image; 0: no transfer is under way. */
let total: u32 = 0;
let next: u32 = 0;

/** What is called before an answer's last bits must have left: the driver's `flush`. */
let flushLine: (() => void) | null = null;

/** Sets what waits until all bytes have left, before the reset. */
export function onTransferEnd(flush: (() => void) | null): void {
  flushLine = flush;
}

/** Whether an image is coming in. */
export function isTransferOpen(): bool {
  return total !== 0;
}

/** Bytes of it that have come. */
export function transferred(): u32 {
  return next;
}

/** Takes a byte from the line; answers go to `send`. */
export function takeTransferByte(byte: u32, send: (byte: u32) => void): void {
  if (!takeFrameByte(byte) || (frameKind() & TRANSFER_REPLY) !== 0) return;
  // A command that comes again because the answer was lost is answered again, and not obeyed again.
  if (frameSequence() !== answered || frameKind() !== answeredKind || answeredKind === TRANSFER_HELLO) obey();
  sendFrame(answeredKind | TRANSFER_REPLY, answered, status, replySize, send);
  if (answeredKind === TRANSFER_INSTALL && status === UPDATE_OK) leave();
}

function obey(): void {
  answered = frameSequence();
  answeredKind = frameKind();
  replySize = 0;
  if (answeredKind === TRANSFER_HELLO) status = hello();
  else if (answeredKind === TRANSFER_BEGIN) status = begin(frameArgument());
  else if (answeredKind === TRANSFER_DATA) status = takeData(frameArgument());
  else if (answeredKind === TRANSFER_INSTALL) status = check();
  else status = TRANSFER_UNKNOWN;
}

function hello(): u32 {
  total = 0;
  setReplyWord(TRANSFER_HELLO_VERSION, TRANSFER_VERSION);
  setReplyWord(TRANSFER_HELLO_STATE, THIS_APP | (updateState() << 8) | (updateOutcome() << 16));
  setReplyWord(TRANSFER_HELLO_CAPACITY, updateCapacity());
  const isDirect = strategyOf(THIS_APP) === STRATEGY_DIRECT;
  setReplyWord(TRANSFER_HELLO_START, <u32>(isDirect ? updateAddress() : slotStart(THIS_APP)));
  replySize = TRANSFER_HELLO_SIZE;
  return UPDATE_OK;
}

function begin(length: u32): u32 {
  total = 0;
  next = 0;
  if (length % 8 !== 0) return TRANSFER_UNALIGNED;
  if (length === 0 || length > updateCapacity()) return UPDATE_OUT_OF_RANGE;
  const erased = updateEraseFor(length);
  if (erased === UPDATE_OK) total = length;
  return erased;
}

function takeData(offset: u32): u32 {
  const length = payloadLength();
  let answer = TRANSFER_OUT_OF_ORDER;
  if (total !== 0 && offset === next) {
    if (length % 8 !== 0) answer = TRANSFER_UNALIGNED;
    else if (length > total - next) answer = UPDATE_OUT_OF_RANGE;
    else answer = updateWrite(offset, payload(), length);
  }
  if (answer === UPDATE_OK) next += length;
  setReplyWord(0, next);
  replySize = 4;
  return answer;
}

/** Whether what flash holds is what was sent, and can be installed. */
function check(): u32 {
  if (total === 0 || next !== total || payloadLength() !== 4) return TRANSFER_OUT_OF_ORDER;
  let crc = CRC_START;
  for (let offset: u32 = 0; offset < total; offset += 4) {
    if (offset % 1024 === 0) feedWatchdog();
    const answer = updateRead(offset, word, 4);
    if (answer !== UPDATE_OK) return answer;
    crc = crc32Step(crc, load<u32>(word));
  }
  if (~crc !== load<u32>(payload())) return TRANSFER_WRONG_CRC;
  return verify();
}

/** The answer has gone out: into the bootloader. Comes back where the state cannot be written; the next HELLO tells. */
function leave(): void {
  const flush = flushLine;
  if (flush !== null) flush();
  total = 0;
  requestUpdate(frameArgument() === 1);
}
