/** Frames of docs/formats/transfer.md, the host's side: COBS between zero bytes, a CRC at the end, text between frames. */
import {
  TRANSFER_ARGUMENT,
  TRANSFER_CRC_SIZE,
  TRANSFER_HEAD_SIZE,
  TRANSFER_LENGTH,
  TRANSFER_REPLY,
  TRANSFER_SEQUENCE,
} from '@kickstage/abi/transfer';

export interface Frame {
  readonly kind: number;
  readonly sequence: number;
  readonly argument: number;
  readonly payload: Uint8Array;
}

/** The bytes for the line, with the zeros around them. */
export function encodeFrame({ kind, sequence, argument, payload }: Frame): Uint8Array {
  const padded = (payload.length + 3) & ~3;
  const bytes = new Uint8Array(TRANSFER_HEAD_SIZE + padded + TRANSFER_CRC_SIZE);
  const view = new DataView(bytes.buffer);
  bytes[0] = kind;
  bytes[TRANSFER_SEQUENCE] = sequence;
  view.setUint16(TRANSFER_LENGTH, payload.length, true);
  view.setUint32(TRANSFER_ARGUMENT, argument, true);
  bytes.set(payload, TRANSFER_HEAD_SIZE);
  const end = bytes.length - TRANSFER_CRC_SIZE;
  view.setUint32(end, crc32(bytes.subarray(0, end)), true);
  return Uint8Array.of(0, ...stuff(bytes), 0);
}

function stuff(bytes: Uint8Array): number[] {
  const out: number[] = [];
  let run: number[] = [];
  const close = () => {
    out.push(run.length + 1, ...run);
    run = [];
  };
  for (const byte of bytes) {
    if (byte === 0) close();
    else {
      run.push(byte);
      // 0xFF: 254 bytes, and no zero behind them.
      if (run.length === 254) close();
    }
  }
  close();
  return out;
}

/** The bytes that were stuffed; undefined where a number leads beyond the end. */
function unstuff(bytes: readonly number[]): Uint8Array | undefined {
  const out: number[] = [];
  for (let at = 0; at < bytes.length; ) {
    const code = bytes[at];
    const end = at + code;
    if (code === 0 || end > bytes.length) return undefined;
    out.push(...bytes.slice(at + 1, end));
    if (code < 0xff && end < bytes.length) out.push(0);
    at = end;
  }
  return Uint8Array.from(out);
}

function decode(stuffed: readonly number[]): Frame | undefined {
  const bytes = unstuff(stuffed);
  if (!bytes || bytes.length % 4 !== 0 || bytes.length < TRANSFER_HEAD_SIZE + TRANSFER_CRC_SIZE) return undefined;
  const view = new DataView(bytes.buffer);
  const end = bytes.length - TRANSFER_CRC_SIZE;
  if (view.getUint32(end, true) !== crc32(bytes.subarray(0, end))) return undefined;
  const length = view.getUint16(TRANSFER_LENGTH, true);
  if (TRANSFER_HEAD_SIZE + ((length + 3) & ~3) !== end) return undefined;
  const payload = bytes.slice(TRANSFER_HEAD_SIZE, TRANSFER_HEAD_SIZE + length);
  const argument = view.getUint32(TRANSFER_ARGUMENT, true);
  return { kind: bytes[0], sequence: bytes[TRANSFER_SEQUENCE], argument, payload };
}

/** More bytes without a zero are no frame, but text. */
const MOST_STUFFED = 300;

/** Tells what comes from the line apart: replies, and text of the app. */
export class FrameReader {
  private pending: number[] = [];
  private readonly onText: (text: string) => void;

  constructor(onText: (text: string) => void = () => {}) {
    this.onText = onText;
  }

  /** Takes bytes; gives the replies that end in them. */
  push(bytes: Uint8Array): Frame[] {
    const frames: Frame[] = [];
    for (const byte of bytes) {
      if (byte !== 0) {
        this.pending.push(byte);
        if (this.pending.length > MOST_STUFFED) this.flush();
        continue;
      }
      const frame = decode(this.pending);
      if (frame && (frame.kind & TRANSFER_REPLY) !== 0) {
        frames.push(frame);
        this.pending = [];
      } else this.flush();
    }
    return frames;
  }

  /** What has come and is no frame yet is text. */
  flush(): void {
    const { pending } = this;
    this.pending = [];
    // A torn frame is no text that somebody wants to read.
    const isText = pending.length > 0 && pending.every((b) => b === 9 || b === 10 || b === 13 || (b >= 32 && b < 127));
    if (isText) this.onText(String.fromCharCode(...pending));
  }
}

/** CRC-32 of IEEE 802.3. */
export function crc32(bytes: Uint8Array): number {
  let crc = 0xffff_ffff;
  for (const byte of bytes) crc = (crc >>> 8) ^ CRC_TABLE[(crc ^ byte) & 0xff];
  return ~crc >>> 0;
}

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, n) => {
  let crc = n;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb8_8320 : crc >>> 1;
  return crc;
});
