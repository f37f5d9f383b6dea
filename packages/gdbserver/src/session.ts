/**
 * One client's session: bytes in, bytes out, and a target between. While the target runs nothing is answered but the
 * interrupt byte; whoever owns the connection calls `advance` as long as `isRunning` and passes on what it gives.
 */
import type { Answer, CommandContext, CommandTable, SessionEnd, StopCause } from './command.ts';
import { ERROR, NOT_KNOWN } from './command.ts';
import { BREAKPOINT_COMMANDS } from './commands/breakpoints.ts';
import { ENDING_COMMANDS } from './commands/ending.ts';
import { FLASH_COMMANDS } from './commands/flash.ts';
import { MEMORY_COMMANDS } from './commands/memory.ts';
import { QUERY_COMMANDS } from './commands/queries.ts';
import { REGISTER_COMMANDS } from './commands/registers.ts';
import { RUNNING_COMMANDS } from './commands/running.ts';
import { hexOfText } from './hex-text.ts';
import { framePacket, type Incoming, PacketReader } from './packets.ts';
import { stopReply } from './stop-reply.ts';
import type { DebugTarget, ResumeAction, TargetStop } from './target.ts';

const COMMANDS: ReadonlyMap<string, CommandTable[string]> = new Map(
  [
    REGISTER_COMMANDS,
    MEMORY_COMMANDS,
    BREAKPOINT_COMMANDS,
    RUNNING_COMMANDS,
    FLASH_COMMANDS,
    QUERY_COMMANDS,
    ENDING_COMMANDS,
  ].flatMap((table) => Object.entries(table)),
);

const ACK = Uint8Array.of(0x2b);
const NACK = Uint8Array.of(0x2d);

export class GdbSession {
  private readonly target: DebugTarget;
  private readonly reader = new PacketReader();
  private readonly context: CommandContext;
  private readonly features = new Set<string>();
  private acknowledges = true;
  private action: ResumeAction | undefined;
  private interruptRequested = false;
  private ended: SessionEnd | undefined;
  /** For a client that did not get it whole. */
  private lastSent: Uint8Array | undefined;

  constructor(target: DebugTarget) {
    this.target = target;
    this.context = {
      target,
      lastStop: { kind: 'attached' },
      breakpoints: new Map([
        ['0', new Set()],
        ['1', new Set()],
      ]),
      knows: (feature) => this.features.has(feature),
      learn: (features) => features.forEach((feature) => this.features.add(feature)),
      resume: (action) => {
        this.action = action;
        this.interruptRequested = false;
      },
      stopAcknowledging: () => {
        this.acknowledges = false;
      },
      isExtended: false,
      end: (how) => {
        this.ended = how;
      },
    };
  }

  /** Whether `advance` must be called. */
  get isRunning(): boolean {
    return this.action !== undefined;
  }

  /** Set when the client has left in an orderly way. */
  get end(): SessionEnd | undefined {
    return this.ended;
  }

  /** Whether the client expects the server to be there after it has left (`target extended-remote`). */
  get isExtended(): boolean {
    return this.context.isExtended;
  }

  /** Takes bytes of the client, in pieces of any size; gives those to send. */
  receive(chunk: Uint8Array): Uint8Array {
    const out: Uint8Array[] = [];
    for (const incoming of this.reader.read(chunk)) {
      if (this.ended === undefined) this.take(incoming, out);
    }
    return joined(out);
  }

  /** Lets the target run for a while; gives the bytes to send when it has stopped. */
  advance(): Uint8Array {
    if (this.action === undefined) return joined([]);
    if (this.interruptRequested) {
      this.target.halt();
      return this.stopped({ kind: 'interrupted' });
    }
    const stop = this.target.resume(this.action);
    return stop.kind === 'running' ? joined([]) : this.stopped(stop);
  }

  private stopped(stop: StopCause): Uint8Array {
    this.action = undefined;
    this.context.lastStop = stop;
    const text = textOf(stop);
    const console = text === undefined ? [] : [framePacket(`O${hexOfText(`${text}\n`)}`)];
    return joined([...console, this.send(stopReply(this.context))]);
  }

  private take(incoming: Incoming, out: Uint8Array[]): void {
    switch (incoming.kind) {
      case 'packet':
        return this.packet(incoming.body, out);
      case 'overlong':
        if (this.acknowledges) out.push(ACK);
        if (!this.isRunning) out.push(this.send(ERROR.malformed));
        return;
      case 'damaged':
        if (this.acknowledges) out.push(NACK);
        return;
      case 'nack':
        if (this.acknowledges && this.lastSent) out.push(this.lastSent);
        return;
      case 'interrupt':
        this.interruptRequested = this.isRunning;
        return;
      case 'ack':
    }
  }

  private packet(body: string, out: Uint8Array[]): void {
    if (this.acknowledges) out.push(ACK);
    if (this.isRunning) return;
    const answer = this.execute(body);
    if (answer !== undefined) out.push(this.send(answer));
  }

  private execute(body: string): Answer {
    const name = /^[qQv][A-Za-z]*/.exec(body)?.[0] ?? body.slice(0, 1);
    const command = COMMANDS.get(name);
    return command ? command(body.slice(name.length), this.context) : NOT_KNOWN;
  }

  private send(body: string): Uint8Array {
    this.lastSent = framePacket(body);
    return this.lastSent;
  }
}

/** What is said about a stop beside the signal. */
function textOf(stop: StopCause): string | undefined {
  return stop.kind === 'fault' || stop.kind === 'error' ? (stop satisfies TargetStop).text : undefined;
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}
