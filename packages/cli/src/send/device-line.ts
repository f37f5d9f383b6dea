/**
 * A serial port as a line: the port's file, set by stty; or `tcp:HOST:PORT`, where a virtual board listens (`kickstage run
 * --serial`) or a converter from serial to network.
 */
import { execFileSync } from 'node:child_process';
import { constants, openSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { ReadStream } from 'node:tty';
import type { Line } from '@kickstage/toolchain/transfer/send';
import { CommandFailure } from '../command-context.ts';
import { EXIT } from '../exit-codes.ts';

export interface OpenLine extends Line {
  close(): void;
}

export function openLine(port: string, baud: number): Promise<OpenLine> {
  const tcp = /^tcp:(.+):(\d+)$/.exec(port);
  return tcp ? openTcp(port, tcp[1], Number(tcp[2])) : Promise.resolve(openDevice(port, baud));
}

function openTcp(port: string, host: string, number: number): Promise<OpenLine> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port: number, noDelay: true });
    socket.once('error', (error) => reject(unusable(port, error)));
    socket.once('connect', () => resolve(new StreamLine(socket)));
  });
}

function openDevice(port: string, baud: number): OpenLine {
  try {
    const file = process.platform === 'darwin' ? '-f' : '-F';
    execFileSync(
      'stty',
      [file, port, String(baud), 'raw', '-echo', 'cs8', '-parenb', '-cstopb', '-crtscts', 'clocal'],
      {
        stdio: ['ignore', 'ignore', 'pipe'],
      },
    );
    return new StreamLine(new ReadStream(openSync(port, constants.O_RDWR | constants.O_NOCTTY | constants.O_NONBLOCK)));
  } catch (error) {
    throw unusable(port, error);
  }
}

function unusable(port: string, error: unknown): CommandFailure {
  const { code, stderr, message } = error as { code?: string; stderr?: Buffer; message: string };
  const noStty = code === 'ENOENT' && message.includes('stty');
  return new CommandFailure(
    [
      {
        code: 'SND009',
        severity: 'error',
        what: `the port ${port} cannot be used`,
        got: stderr?.toString().trim() || message,
        fix: noStty
          ? 'install stty (coreutils)'
          : 'check that the board is plugged in and the name is right (ls /dev/tty*), and that you may use it',
      },
    ],
    EXIT.device,
  );
}

/** A line over a stream that reads and writes. */
class StreamLine implements OpenLine {
  private readonly stream: Socket;
  private heard: Buffer[] = [];
  private wake: (() => void) | undefined;
  private isOpen = true;

  constructor(stream: Socket) {
    this.stream = stream;
    const stop = () => {
      this.isOpen = false;
      this.wake?.();
    };
    stream.on('data', (data: Buffer) => {
      this.heard.push(data);
      this.wake?.();
    });
    stream.on('error', stop);
    stream.on('close', stop);
  }

  write(bytes: Uint8Array): Promise<void> {
    return new Promise((resolve) => {
      if (!this.isOpen) resolve();
      else this.stream.write(bytes, () => resolve());
    });
  }

  async read(milliseconds: number): Promise<Uint8Array | undefined> {
    if (this.heard.length === 0) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, milliseconds);
        this.wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
      this.wake = undefined;
    }
    const bytes = Buffer.concat(this.heard);
    this.heard = [];
    return bytes.length === 0 ? undefined : new Uint8Array(bytes);
  }

  close(): void {
    this.stream.destroy();
  }
}
