/** As much of GDB's remote serial protocol as the QEMU tests need: run, breakpoints, registers, memory. */
import { connect, type Socket } from 'node:net';

export class GdbClient {
  private readonly socket: Socket;
  private buffer = '';
  private readonly waiting: ((packet: string) => void)[] = [];

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.setEncoding('latin1');
    socket.setNoDelay(true);
    socket.on('data', (text: string) => this.take(text));
  }

  /** Connects to a stub, trying again until it listens or `timeoutMs` has passed. */
  static async connect(port: number, timeoutMs = 10_000): Promise<GdbClient> {
    const end = Date.now() + timeoutMs;
    for (;;) {
      try {
        return new GdbClient(await open(port));
      } catch (error) {
        if (Date.now() > end) throw error;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    }
  }

  /** Asks for the target description: QEMU lets single registers be written only by a client that knows it. */
  async describeTarget(): Promise<void> {
    await this.request('qSupported:xmlRegisters=arm');
    await this.request('qXfer:features:read:target.xml:0,ffb');
  }

  async writeWord(address: number, value: number): Promise<void> {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32LE(value >>> 0);
    const answer = await this.request(`M${(address >>> 0).toString(16)},4:${bytes.toString('hex')}`);
    if (answer !== 'OK') throw new Error(`gdb stub refused a write to 0x${address.toString(16)}: ${answer}`);
  }

  async readWord(address: number): Promise<number> {
    const answer = await this.request(`m${(address >>> 0).toString(16)},4`);
    if (!/^[0-9a-f]{8}$/.test(answer))
      throw new Error(`gdb stub refused a read of 0x${address.toString(16)}: ${answer}`);
    return Buffer.from(answer, 'hex').readUInt32LE();
  }

  /** Bytes of memory; undefined where the stub cannot read them. */
  async readMemory(address: number, size: number): Promise<Uint8Array | undefined> {
    const answer = await this.request(`m${(address >>> 0).toString(16)},${size.toString(16)}`);
    return answer.startsWith('E') ? undefined : new Uint8Array(Buffer.from(answer, 'hex'));
  }

  /** All core registers, as the stub sends them: r0-r15, and with a description of the target xPSR. */
  async readRegisters(): Promise<number[]> {
    const answer = Buffer.from(await this.request('g'), 'hex');
    return Array.from({ length: Math.min(17, answer.length / 4) }, (_, i) => answer.readUInt32LE(4 * i));
  }

  async setBreakpoint(address: number, isSet = true): Promise<void> {
    const answer = await this.request(`${isSet ? 'Z' : 'z'}0,${(address >>> 0).toString(16)},2`);
    if (answer !== 'OK') throw new Error(`gdb stub refused a breakpoint at 0x${address.toString(16)}: ${answer}`);
  }

  /** A command of QEMU's monitor; what it prints is left aside. */
  async monitor(command: string): Promise<void> {
    let answer = await this.request(`qRcmd,${Buffer.from(command).toString('hex')}`);
    while (answer.startsWith('O') && answer !== 'OK') answer = await this.next();
    if (answer !== 'OK') throw new Error(`gdb stub refused "${command}": ${answer}`);
  }

  /** QEMU holds exceptions back while it steps, unless it is told not to. */
  async stepWithExceptions(): Promise<void> {
    await this.request('Qqemu.sstep=0x1');
  }

  /** Lets the target run until it stops; interrupts it after `timeoutMs` and throws. */
  async continueToStop(timeoutMs = 5000): Promise<void> {
    const stopped = this.next();
    this.send('c');
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error('the target does not stop')), timeoutMs);
    });
    try {
      await Promise.race([stopped, late]);
    } finally {
      clearTimeout(timer);
    }
  }

  async writeRegister(number: number, value: number): Promise<void> {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32LE(value >>> 0);
    const answer = await this.request(`P${number.toString(16)}=${bytes.toString('hex')}`);
    if (answer !== 'OK') throw new Error(`gdb stub refused register ${number}: ${answer}`);
  }

  /** Executes one instruction. */
  async step(): Promise<void> {
    await this.request('s');
  }

  /** Lets the target run; it answers only when it stops. */
  resume(): void {
    this.send('c');
  }

  /** Stops a running target. */
  async interrupt(): Promise<void> {
    const stopped = this.next();
    this.socket.write('\x03');
    await stopped;
  }

  close(): void {
    this.socket.destroy();
  }

  private request(body: string): Promise<string> {
    const answer = this.next();
    this.send(body);
    return answer;
  }

  private next(): Promise<string> {
    return new Promise((resolve) => this.waiting.push(resolve));
  }

  private send(body: string): void {
    const sum = [...body].reduce((total, c) => (total + c.charCodeAt(0)) & 0xff, 0);
    this.socket.write(`$${body}#${sum.toString(16).padStart(2, '0')}`);
  }

  private take(text: string): void {
    this.buffer += text;
    for (;;) {
      const match = /\$([^#]*)#[0-9a-f]{2}/.exec(this.buffer);
      if (!match) return;
      this.buffer = this.buffer.slice(match.index + match[0].length);
      this.socket.write('+');
      this.waiting.shift()?.(match[1]);
    }
  }
}

function open(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => resolve(socket));
    socket.once('error', reject);
  });
}
