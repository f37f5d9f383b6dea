/**
 * Frames of docs/formats/transfer.md on a line that may lose, double and change bytes. The receiver needs no clock: what
 * a torn frame has left is dropped at the next zero byte. A frame whose CRC is wrong never was.
 */
import {
  TRANSFER_ARGUMENT,
  TRANSFER_CRC_SIZE,
  TRANSFER_HEAD_SIZE,
  TRANSFER_KIND,
  TRANSFER_LENGTH,
  TRANSFER_MAX_PAYLOAD,
  TRANSFER_SEQUENCE,
} from 'kickstage/firmware/abi/transfer';
import { CRC_START, crc32Step } from '../boot/crc32';

/** Head, payload, CRC. */
const MOST: u32 = TRANSFER_HEAD_SIZE + TRANSFER_MAX_PAYLOAD + TRANSFER_CRC_SIZE;
const incoming = memory.data(268, 8);
const outgoing = memory.data(32, 8);

/** Bytes of the frame that is coming. */
let count: u32 = 0;
/** Bytes until the next one that says how many follow; 0 before the first. */
let left: u32 = 0;
/** Whether the next of those bytes stands for a zero. */
let isZeroDue: bool = false;
let isBroken: bool = false;

/** Takes a byte from the line. Whether it ends a whole frame. */
export function takeFrameByte(byte: u32): bool {
  if (byte === 0) return endFrame();
  if (left === 0) {
    if (isZeroDue) put(0);
    left = byte - 1;
    isZeroDue = byte !== 0xff;
    return false;
  }
  put(byte);
  left--;
  return false;
}

function put(byte: u32): void {
  if (count < MOST) store<u8>(incoming + count, <u8>byte);
  else isBroken = true;
  count++;
}

function endFrame(): bool {
  const length = count;
  const isWhole = left === 0 && !isBroken && length >= TRANSFER_HEAD_SIZE + TRANSFER_CRC_SIZE && length % 4 === 0;
  count = 0;
  left = 0;
  isZeroDue = false;
  isBroken = false;
  if (!isWhole) return false;
  const end = length - TRANSFER_CRC_SIZE;
  return load<u32>(incoming + end) === crcOf(incoming, end) && TRANSFER_HEAD_SIZE + padded(payloadLength()) === end;
}

/** CRC-32 of `length` bytes, a multiple of 4. */
export function crcOf(start: usize, length: u32): u32 {
  let crc = CRC_START;
  for (let at: u32 = 0; at < length; at += 4) crc = crc32Step(crc, load<u32>(start + at));
  return ~crc;
}

function padded(length: u32): u32 {
  return (length + 3) & ~3;
}

/** Of the frame that has come. */
export function frameKind(): u32 {
  return load<u8>(incoming + TRANSFER_KIND);
}

export function frameSequence(): u32 {
  return load<u8>(incoming + TRANSFER_SEQUENCE);
}

export function frameArgument(): u32 {
  return load<u32>(incoming + TRANSFER_ARGUMENT);
}

export function payloadLength(): u32 {
  return load<u16>(incoming + TRANSFER_LENGTH);
}

/** Where the payload is, aligned to 8. */
export function payload(): usize {
  return incoming + TRANSFER_HEAD_SIZE;
}

/** A word of the next frame's payload, which may have 16 bytes. */
export function setReplyWord(offset: u32, word: u32): void {
  store<u32>(outgoing + TRANSFER_HEAD_SIZE + offset, word);
}

/** Completes the frame in which `setReplyWord` has put `length` bytes, a multiple of 4, and gives it to `send`. */
export function sendFrame(kind: u32, sequence: u32, argument: u32, length: u32, send: (byte: u32) => void): void {
  store<u8>(outgoing + TRANSFER_KIND, <u8>kind);
  store<u8>(outgoing + TRANSFER_SEQUENCE, <u8>sequence);
  store<u16>(outgoing + TRANSFER_LENGTH, <u16>length);
  store<u32>(outgoing + TRANSFER_ARGUMENT, argument);
  const end = TRANSFER_HEAD_SIZE + length;
  store<u32>(outgoing + end, crcOf(outgoing, end));
  sendStuffed(end + TRANSFER_CRC_SIZE, send);
}

/** COBS: each run of bytes up to a zero, and a number before it that says how long it is. Fewer than 254 bytes. */
function sendStuffed(length: u32, send: (byte: u32) => void): void {
  send(0);
  let from: u32 = 0;
  while (from <= length) {
    let end = from;
    while (end < length && load<u8>(outgoing + end) !== 0) end++;
    send(end - from + 1);
    for (; from < end; from++) send(load<u8>(outgoing + from));
    from++;
  }
  send(0);
}
