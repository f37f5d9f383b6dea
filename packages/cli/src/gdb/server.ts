/**
 * The socket that gdb connects to: on this machine only, one client at a time. A client that goes without a word leaves
 * the board standing where it is; one that detaches from `target extended-remote` leaves it running, and may come again.
 * Once nobody can be expected to come, the server ends with its client.
 */
import { createServer, type Server, type Socket } from 'node:net';
import { GdbSession } from '@kickstage/gdbserver/session';
import type { DebugTarget } from '@kickstage/gdbserver/target';

export const HOST = '127.0.0.1';
/** Milliseconds, while virtual time waits for the clock. */
const PAUSE = 4;

/** What the server needs beside the protocol's target. */
export interface ServedTarget extends DebugTarget {
  readonly isAhead: boolean;
}

export interface GdbServerOptions {
  readonly target: ServedTarget;
  /** A client comes and goes: the debug logic of the processor is taken and left. */
  readonly onAttach: () => void;
  readonly onDetach: () => void;
  /** What a stop is while nobody is attached. */
  readonly onStop: (text: string) => void;
}

export class GdbServer {
  private readonly options: GdbServerOptions;
  private readonly server: Server;
  private session: GdbSession | undefined;
  private socket: Socket | undefined;
  private endsWithClient = false;
  /** The board runs, and nobody is attached. */
  private runsFree = false;
  /** Takes back the next turn of the board, where one is planned. */
  private unplan: (() => void) | undefined;
  private finish: () => void = () => {};
  private fail: (error: unknown) => void = () => {};
  /** Resolved when the client has detached or killed, or `close` was called; rejected by a fault of ours. */
  readonly done: Promise<void>;

  constructor(options: GdbServerOptions) {
    this.options = options;
    this.done = new Promise((resolve, reject) => {
      this.finish = resolve;
      this.fail = reject;
    });
    this.server = createServer((socket) => this.accept(socket));
  }

  /** Gives the port; 0 has the system choose one. Rejects with the system's error. */
  listen(port: number): Promise<number> {
    return new Promise((resolve, reject) => {
      this.server.once('error', reject);
      this.server.listen(port, HOST, () => {
        const address = this.server.address();
        resolve(address !== null && typeof address === 'object' ? address.port : port);
      });
    });
  }

  close(): void {
    this.runsFree = false;
    this.session = undefined;
    this.cancel();
    this.socket?.destroy();
    this.server.close();
    this.finish();
  }

  /** Ends when nobody is attached, now or once the client has gone; a board that runs freely does not count. */
  endWithClient(): void {
    this.endsWithClient = true;
    if (!this.session) this.close();
  }

  private accept(socket: Socket): void {
    if (this.socket) {
      socket.destroy();
      return;
    }
    const { target, onAttach } = this.options;
    this.runsFree = false;
    this.cancel();
    target.halt();
    onAttach();
    this.socket = socket;
    this.session = new GdbSession(target);
    socket.setNoDelay(true);
    socket.on('data', (chunk) => this.guarded(() => this.take(chunk)));
    socket.on('error', () => {});
    socket.on('close', () => this.lost(socket));
  }

  /** What is thrown in an event of a socket or a timer reaches nobody: it goes to whoever waits for the end. */
  private guarded(act: () => void): void {
    try {
      act();
    } catch (error) {
      this.fail(error);
      this.close();
    }
  }

  private take(chunk: Uint8Array): void {
    const { session } = this;
    if (!session) return;
    this.send(session.receive(chunk));
    if (session.end === undefined) this.plan();
    else this.ended(session);
  }

  private send(bytes: Uint8Array): void {
    if (bytes.length > 0) this.socket?.write(bytes);
  }

  /** The client has said that it goes. */
  private ended(session: GdbSession): void {
    const { options, socket } = this;
    const stays = session.isExtended && session.end === 'detached' && !this.endsWithClient;
    this.session = undefined;
    options.target.halt();
    options.onDetach();
    if (stays) {
      this.runsFree = true;
      socket?.end();
      this.plan();
    } else if (socket) socket.end(() => this.close());
    else this.close();
  }

  private lost(socket: Socket): void {
    if (this.socket !== socket) return;
    this.socket = undefined;
    if (!this.session) return;
    this.session = undefined;
    this.cancel();
    this.options.target.halt();
    this.options.onDetach();
    if (this.endsWithClient) this.close();
  }

  /** Lets the board run on, when it does, after the input has been looked at. */
  private plan(): void {
    if (this.unplan || !(this.runsFree || this.session?.isRunning)) return;
    const go = () => {
      this.unplan = undefined;
      this.guarded(() => this.advance());
    };
    if (this.options.target.isAhead) {
      const timer = setTimeout(go, PAUSE);
      this.unplan = () => clearTimeout(timer);
    } else {
      const immediate = setImmediate(go);
      this.unplan = () => clearImmediate(immediate);
    }
  }

  private cancel(): void {
    this.unplan?.();
    this.unplan = undefined;
  }

  private advance(): void {
    if (this.session) this.send(this.session.advance());
    else if (this.runsFree) this.runFree();
    this.plan();
  }

  private runFree(): void {
    const stop = this.options.target.resume({ kind: 'continue' });
    if (stop.kind === 'running') return;
    this.runsFree = false;
    if (stop.kind === 'fault' || stop.kind === 'error') this.options.onStop(stop.text);
  }
}
