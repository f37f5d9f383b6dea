/** A serial port of the virtual board as a line to talk over. Waiting for bytes lets virtual time pass. */
import type { MachineEvent } from '@kickstage/emulator/peripheral';

/** What the line needs of a board. `advance` runs for so many virtual seconds at most; false: the board has stopped. */
export interface LineBoard {
  receive(port: string, byte: number): void;
  listen(listener: (event: MachineEvent) => void): void;
  advance(seconds: number): boolean;
}

/** After this long without a byte what has come is given out. In seconds. */
const PAUSE = 0.002;

export class VirtualLine {
  private readonly board: LineBoard;
  private readonly port: string;
  private heard: number[] = [];

  constructor(board: LineBoard, port: string) {
    this.board = board;
    this.port = port;
    board.listen((event) => {
      if (event.event === 'uart' && event.port === port) this.heard.push(event.byte);
    });
  }

  write(bytes: Uint8Array): Promise<void> {
    for (const byte of bytes) this.board.receive(this.port, byte);
    return Promise.resolve();
  }

  read(milliseconds: number): Promise<Uint8Array | undefined> {
    const end = milliseconds / 1000;
    for (let waited = 0; this.heard.length === 0 && waited < end; waited += PAUSE) {
      if (!this.board.advance(PAUSE)) break;
    }
    const { heard } = this;
    this.heard = [];
    return Promise.resolve(heard.length === 0 ? undefined : Uint8Array.from(heard));
  }
}
