/**
 * Many commands in one process: the compiler is loaded and warm after the first. What a command sees is what it would see
 * in a process of its own: folder, environment, arguments, streams, exit code; its standard input is empty.
 */
import { join } from 'node:path';
import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from 'node:worker_threads';

const ROOT = join(import.meta.dirname, '../..');
const MAIN = join(ROOT, 'packages/cli/dist/main.js');
/** Milliseconds for one command. */
const PATIENCE = 120_000;

export interface SessionRequest {
  readonly cwd: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
}

export interface SessionAnswer {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export class CliSession {
  private readonly signal = new Int32Array(new SharedArrayBuffer(4));
  private readonly port: MessagePort;

  constructor() {
    const { port1, port2 } = new MessageChannel();
    this.port = port1;
    const bridge = new Worker(join(import.meta.dirname, 'session-bridge.mjs'), {
      workerData: {
        port: port2,
        signal: this.signal,
        host: join(import.meta.dirname, 'session-host.mjs'),
        main: MAIN,
        patience: PATIENCE,
      },
      transferList: [port2],
      execArgv: [],
    });
    bridge.unref();
    port1.unref();
  }

  /** Waits for the command's end, as spawnSync does. */
  run(request: SessionRequest): SessionAnswer {
    Atomics.store(this.signal, 0, 0);
    this.port.postMessage(request);
    Atomics.wait(this.signal, 0, 0, 2 * PATIENCE);
    const answer = receiveMessageOnPort(this.port);
    return answer ? answer.message : { code: null, stdout: '', stderr: 'the session does not answer' };
  }
}
