/**
 * QEMU as a referee: the netduinoplus2 machine is an STM32F405, near enough for boot, mailbox, VTOR, reset, exceptions
 * and USART2. It has no flash controller, clocks or GPIO: RCC and GPIO read 0, TIM1 stands still.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { GdbClient } from './gdb-client.ts';

export interface QemuFiles {
  /** ELF with the vector table at the reset address. */
  readonly kernel: string;
  /** Raw images and where they go. */
  readonly images: readonly { readonly file: string; readonly address: number }[];
}

export class Qemu {
  readonly gdb: GdbClient;
  private readonly child: ChildProcess;
  private output = '';
  private errors = '';

  private constructor(child: ChildProcess, gdb: GdbClient) {
    this.child = child;
    this.gdb = gdb;
    child.stdout?.on('data', (data: Buffer) => {
      this.output += data.toString('latin1');
    });
    child.stderr?.on('data', (data: Buffer) => {
      this.errors += data.toString('latin1');
    });
  }

  /** Starts the machine, stopped before its first instruction; USART2 is what `text` gathers. */
  static async start({ kernel, images }: QemuFiles): Promise<Qemu> {
    const port = await freePort();
    const loaders = images.flatMap(({ file, address }) => [
      '-device',
      `loader,file=${file},addr=0x${address.toString(16)},force-raw=on`,
    ]);
    const child = spawn(
      'qemu-system-arm',
      ['-M', 'netduinoplus2', '-display', 'none', '-monitor', 'none', '-icount', 'shift=3,sleep=off', '-S']
        .concat(['-gdb', `tcp:127.0.0.1:${port}`, '-serial', 'null', '-serial', 'stdio', '-kernel', kernel])
        .concat(loaders),
      { stdio: ['ignore', 'pipe', 'pipe'] },
    );
    const gdb = await GdbClient.connect(port);
    await gdb.describeTarget();
    return new Qemu(child, gdb);
  }

  /** What USART2 has sent so far. */
  get text(): string {
    return this.output;
  }

  /** Waits until USART2 has sent `wanted` (counted from `from`), or throws with what it sent instead. */
  async waitFor(wanted: string, from = 0, timeoutMs = 20_000): Promise<void> {
    const end = Date.now() + timeoutMs;
    while (!this.output.slice(from).includes(wanted)) {
      if (Date.now() > end || this.child.exitCode !== null) {
        throw new Error(
          `QEMU never sent ${JSON.stringify(wanted)}; it sent ${JSON.stringify(this.output)} ${this.errors}`,
        );
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  stop(): void {
    this.gdb.close();
    this.child.kill('SIGKILL');
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() =>
        address && typeof address === 'object' ? resolve(address.port) : reject(new Error('no port')),
      );
    });
  });
}
