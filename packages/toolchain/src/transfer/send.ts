/**
 * Sends an image to an app that takes updates (docs/formats/transfer.md). Each command is sent until its reply comes; the
 * app makes sure that one that comes twice is done once. An app that was reset in the middle has forgotten the transfer:
 * it is begun anew.
 */
import {
  TRANSFER_BEGIN,
  TRANSFER_DATA,
  TRANSFER_HELLO,
  TRANSFER_HELLO_CAPACITY,
  TRANSFER_HELLO_SIZE,
  TRANSFER_HELLO_START,
  TRANSFER_HELLO_STATE,
  TRANSFER_INSTALL,
  TRANSFER_MAX_PAYLOAD,
  TRANSFER_OUT_OF_ORDER,
  TRANSFER_REPLY,
  TRANSFER_VERSION,
} from '@kickstage/abi/transfer';
import { PHASE_INSTALLED, PHASE_TRIAL, UPDATE_NOT_ERASED, UPDATE_OK } from '@kickstage/abi/update';
import type { Checked, Diagnostic } from '@kickstage/base/diagnostic';
import { chooseImage, type SendableImage } from './choose.ts';
import { crc32, encodeFrame, type Frame, FrameReader } from './frame.ts';
import * as problem from './problems.ts';

/** A serial line. */
export interface Line {
  write(bytes: Uint8Array): Promise<void>;
  /** What has come, waiting for it at most so many milliseconds; undefined when nothing has. */
  read(milliseconds: number): Promise<Uint8Array | undefined>;
}

export interface Hello {
  readonly app: number;
  /** PHASE_..., OUTCOME_... of kickstage/firmware/abi/update. */
  readonly phase: number;
  readonly outcome: number;
  readonly capacity: number;
  /** The address for which the image has to be linked. */
  readonly start: number;
}

export interface SendOptions {
  readonly line: Line;
  /** With `direct` one for each bank. */
  readonly images: readonly SendableImage[];
  /** Without a trial; false when absent. */
  readonly permanent?: boolean;
  readonly onHello?: (hello: Hello, image: SendableImage) => void;
  readonly onProgress?: (sent: number, total: number) => void;
  readonly onText?: (text: string) => void;
}

export interface SendResult {
  readonly image: SendableImage;
  readonly hello: Hello;
  /** Bytes, with those that fill the image up. */
  readonly size: number;
  /** Commands that were sent again because no reply came. */
  readonly resent: number;
  /** How often the transfer was begun anew. */
  readonly restarts: number;
}

/** How long a reply may take, and how often a command is sent. Erasing takes some seconds, and nothing is heard meanwhile. */
const PATIENCE = { hello: [500, 10], begin: [4000, 10], data: [800, 12], install: [3000, 10] } as const;
const MOST_RESTARTS = 3;

export async function sendImage(options: SendOptions): Promise<Checked<SendResult>> {
  const dialog = new Dialog(options.line, options.onText);
  const hello = await dialog.hello();
  if ('what' in hello) return { diagnostics: [hello] };
  const chosen = chooseImage(options.images, hello);
  if ('what' in chosen) return { diagnostics: [chosen] };
  options.onHello?.(hello, chosen);
  const bytes = filledUp(chosen.bytes);
  for (let restarts = 0; ; restarts++) {
    const answer = await transfer(dialog, bytes, options);
    if (answer === 'done') {
      const { resent } = dialog;
      return { value: { image: chosen, hello, size: bytes.length, resent, restarts }, diagnostics: [] };
    }
    if (answer !== 'again') return { diagnostics: [answer] };
    if (restarts >= MOST_RESTARTS) return { diagnostics: [problem.resetAgain(restarts)] };
    const again = await dialog.hello();
    if ('what' in again) return { diagnostics: [again] };
  }
}

function filledUp(bytes: Uint8Array): Uint8Array {
  const filled = new Uint8Array((bytes.length + 7) & ~7).fill(0xff);
  filled.set(bytes);
  return filled;
}

async function transfer(dialog: Dialog, bytes: Uint8Array, options: SendOptions) {
  const begun = await dialog.ask(TRANSFER_BEGIN, bytes.length, NOTHING, PATIENCE.begin);
  if ('what' in begun) return begun;
  if (begun.argument !== UPDATE_OK) return problem.refused('begin', begun.argument);
  for (let at = 0; at < bytes.length; at += TRANSFER_MAX_PAYLOAD) {
    const part = bytes.subarray(at, at + TRANSFER_MAX_PAYLOAD);
    const reply = await dialog.ask(TRANSFER_DATA, at, part, PATIENCE.data);
    if ('what' in reply) return reply;
    if (isForgotten(reply)) return 'again';
    if (reply.argument !== UPDATE_OK) return problem.refused('data', reply.argument, at);
    options.onProgress?.(Math.min(at + part.length, bytes.length), bytes.length);
  }
  return install(dialog, bytes, options.permanent === true);
}

/** The app was reset since the transfer was begun. */
const isForgotten = ({ argument }: Frame) => argument === TRANSFER_OUT_OF_ORDER || argument === UPDATE_NOT_ERASED;

async function install(dialog: Dialog, bytes: Uint8Array, permanent: boolean) {
  const payload = new Uint8Array(4);
  new DataView(payload.buffer).setUint32(0, crc32(bytes), true);
  const before = dialog.resent;
  const reply = await dialog.ask(TRANSFER_INSTALL, permanent ? 1 : 0, payload, PATIENCE.install);
  if ('what' in reply) return reply;
  if (reply.argument === UPDATE_OK) return 'done';
  if (!isForgotten(reply)) return problem.refused('install', reply.argument);
  if (dialog.resent === before) return 'again';
  // The reply may have been lost, and this one is the new image's.
  const hello = await dialog.hello();
  if ('what' in hello) return hello;
  return hello.phase === PHASE_TRIAL || hello.phase === PHASE_INSTALLED || permanent ? 'done' : 'again';
}

const NOTHING = new Uint8Array(0);

/** Commands and their replies. */
class Dialog {
  resent = 0;
  private readonly line: Line;
  private readonly reader: FrameReader;
  private sequence = 0;

  constructor(line: Line, onText: ((text: string) => void) | undefined) {
    this.line = line;
    this.reader = new FrameReader(onText);
  }

  async hello(): Promise<Hello | Diagnostic> {
    const reply = await this.ask(TRANSFER_HELLO, 0, NOTHING, PATIENCE.hello);
    if ('what' in reply) return reply;
    if (reply.payload.length < TRANSFER_HELLO_SIZE) return problem.otherVersion(undefined);
    const view = new DataView(reply.payload.buffer, reply.payload.byteOffset);
    const version = view.getUint32(0, true);
    if (version !== TRANSFER_VERSION) return problem.otherVersion(version);
    const state = view.getUint32(TRANSFER_HELLO_STATE, true);
    return {
      app: state & 0xff,
      phase: (state >>> 8) & 0xff,
      outcome: (state >>> 16) & 0xff,
      capacity: view.getUint32(TRANSFER_HELLO_CAPACITY, true),
      start: view.getUint32(TRANSFER_HELLO_START, true),
    };
  }

  /** Sends a command until its reply comes, `[milliseconds, times]` at most. */
  async ask(
    kind: number,
    argument: number,
    payload: Uint8Array,
    [milliseconds, times]: readonly [number, number],
  ): Promise<Frame | Diagnostic> {
    this.sequence = (this.sequence + 1) & 0xff;
    const bytes = encodeFrame({ kind, sequence: this.sequence, argument, payload });
    for (let time = 0; time < times; time++) {
      if (time > 0) this.resent++;
      await this.line.write(bytes);
      for (;;) {
        const heard = await this.line.read(milliseconds);
        if (!heard) break;
        const reply = this.reader.push(heard).find((frame) => this.isReply(frame, kind));
        if (reply) return reply;
      }
    }
    return kind === TRANSFER_HELLO ? problem.nobodyAnswers() : problem.lineIsDead(kind, times);
  }

  private isReply({ kind, sequence }: Frame, asked: number): boolean {
    return kind === (asked | TRANSFER_REPLY) && sequence === this.sequence;
  }
}
