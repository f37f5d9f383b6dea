/** A virtual Blackpill whose app takes images at its console, as examples/signed-update does. */
import { blackpill } from '@kickstage/chips/boards/blackpill';
import { createStm32f411 } from '@kickstage/emulator/machines/stm32f411';

/** Bytes after each `>`. */
const PIECE = 128;
const PATIENCE_SECONDS = 20;
const SLICE_SECONDS = 0.002;

export class UpdateBoard {
  /** All lines that the console has said. */
  readonly lines: string[] = [];
  private readonly board = createStm32f411({ hseHz: blackpill.hseHz, seed: 1 });
  private pending = '';
  private asked = 0;

  constructor(flash: readonly { readonly address: number; readonly bytes: Uint8Array }[]) {
    const { machine } = this.board;
    for (const { address, bytes } of flash) machine.load(address, bytes);
    machine.listen((event) => {
      if (event.event === 'uart') this.take(event.byte);
    });
    machine.reset('power-on');
  }

  private take(byte: number): void {
    if (byte === 0x3e) this.asked++;
    if (byte !== 0x0a) {
      this.pending += String.fromCharCode(byte);
      return;
    }
    const line = this.pending.replace(/[\r>]/g, '');
    if (line !== '') this.lines.push(line);
    this.pending = '';
  }

  /** Runs until the console has said one more line than `count`; gives it. */
  nextLine(count = this.lines.length): string {
    this.runUntil(() => this.lines.length > count);
    return this.lines[count];
  }

  /** Sends an image; gives the line that the app says to it, or says when it was started again. */
  send(image: Uint8Array): string {
    const count = this.lines.length;
    const size = new Uint8Array(new Uint32Array([image.length]).buffer);
    this.asked = 0;
    this.receive([0x55, ...size]);
    for (let at = 0; at < image.length; at += PIECE) {
      const wanted = at / PIECE + 1;
      this.runUntil(() => this.asked >= wanted || this.lines.length > count);
      if (this.lines.length > count) break;
      this.receive(image.subarray(at, at + PIECE));
    }
    return this.nextLine(count);
  }

  private receive(bytes: Iterable<number>): void {
    for (const byte of bytes) this.board.receive('USART2', byte);
  }

  private runUntil(isDone: () => boolean): void {
    const { machine } = this.board;
    const end = machine.clock.seconds() + PATIENCE_SECONDS;
    while (!isDone()) {
      const now = machine.clock.seconds();
      if (now > end) throw new Error(`the board is silent; it said ${JSON.stringify(this.lines)}`);
      const { reason, error } = machine.run({ untilSeconds: now + SLICE_SECONDS });
      if (reason !== 'time') throw new Error(`the board ended by ${reason}: ${error?.message ?? ''}`);
    }
  }
}
