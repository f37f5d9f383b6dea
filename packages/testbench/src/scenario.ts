/**
 * A scripted run on the virtual board: presses at their times, a text to wait for, an end. The scenario turns what the
 * machine reports into run events with virtual time: UART bytes become lines, a write of VTOR becomes a boot.
 */
import type { AddressRange } from '@kickstage/base/ranges';
import type { FaultReport } from '@kickstage/emulator/peripheral';
import type { Layout } from '@kickstage/memory-map/layout';
import type { BootReport } from './boot-report.ts';
import { readBootReport } from './boot-report.ts';
import type { BootEvent, EndReason, FaultEvent, RunEvent } from './events.ts';
import { likelyCause, statusText, trapOf } from './fault-cause.ts';
import type { Press } from './press.ts';
import type { StopInfo, TestBoard } from './test-board.ts';
import { UartLines } from './uart-lines.ts';

export interface ScenarioOptions {
  readonly board: TestBoard;
  /** Names the slots; without it boots are told by address alone. */
  readonly layout?: Layout;
  readonly presses: readonly Press[];
  /** First address behind an image's data, by the image's name: the stack ends there. */
  readonly dataEnds?: ReadonlyMap<string, number>;
  /** Virtual seconds after which the run ends as it should. */
  readonly duration?: number;
  /** Ends the run well when a UART line contains it. */
  readonly expect?: string;
  /** Virtual seconds after which the run ends with `timeout`. */
  readonly timeout?: number;
  readonly onEvent: (event: RunEvent) => void;
}

/** How often the mailbox is looked at while the bootloader runs. */
const HALT_POLL_SECONDS = 0.01;

interface Action {
  readonly at: number;
  readonly act: () => void;
}

export class Scenario {
  private readonly options: ScenarioOptions;
  private readonly lines = new UartLines();
  private readonly actions: Action[];
  /** Whether the bootloader has ended, by a hand-over or a halt, since the last reset. */
  private decided = false;
  private expected = false;
  private ended: EndReason | undefined;

  constructor(options: ScenarioOptions) {
    this.options = options;
    this.actions = options.presses
      .flatMap((press) => [
        { at: press.at, act: () => this.press(press.pin, true) },
        { at: press.at + press.duration, act: () => this.press(press.pin, false) },
      ])
      .sort((a, b) => a.at - b.at);
    options.board.listen((event) => this.take(event));
  }

  /** Why the run ended; undefined while it goes on. */
  get end(): EndReason | undefined {
    return this.ended;
  }

  /** Presses or releases a button now. */
  press(pin: string, pressed: boolean): void {
    this.options.board.setButton(pin, pressed);
    this.emit({ t: this.options.board.seconds(), event: 'button', pin, pressed });
  }

  /** Presses a button now, and releases it after `duration` virtual seconds. */
  pressFor(pin: string, duration: number): void {
    this.press(pin, true);
    const release = { at: this.options.board.seconds() + duration, act: () => this.press(pin, false) };
    const later = this.actions.findIndex(({ at }) => at > release.at);
    this.actions.splice(later < 0 ? this.actions.length : later, 0, release);
  }

  /** Runs to the end. */
  run(): EndReason {
    for (;;) {
      const reason = this.advance(Number.POSITIVE_INFINITY);
      if (reason !== undefined) return reason;
    }
  }

  /** Runs until virtual time `until` (seconds), a debugger's stop or the end; gives the reason when it has ended. */
  advance(until: number): EndReason | undefined {
    const { board, duration, timeout } = this.options;
    while (this.ended === undefined && board.seconds() < until) {
      const next = this.actions[0]?.at ?? Number.POSITIVE_INFINITY;
      const limit = Math.min(until, next, duration ?? Number.POSITIVE_INFINITY, timeout ?? Number.POSITIVE_INFINITY);
      const slice = this.decided || !this.options.layout ? limit : Math.min(limit, board.seconds() + HALT_POLL_SECONDS);
      const stop = board.runUntil(slice);
      this.lookForHalt();
      if (this.expected) this.finish('expected');
      else if (stop.reason === 'exit') this.finish('exit', stop);
      else if (stop.reason === 'halt') return undefined;
      else if (stop.reason === 'time') {
        this.reached(slice);
        // The board's time is whole cycles, and may be a rounding error short of the limit.
        if (slice >= until) break;
      } else if (stop.reason !== 'event') this.finish(stop.reason, stop);
    }
    return this.ended;
  }

  /** Ends a run that has no end of its own (a person stopped it). */
  stop(): void {
    if (this.ended === undefined) this.finish('time');
  }

  private reached(limit: number): void {
    while (this.actions.length > 0 && this.actions[0].at <= limit) this.actions.shift()?.act();
    if (this.options.duration !== undefined && limit >= this.options.duration) this.finish('time');
    else if (this.options.timeout !== undefined && limit >= this.options.timeout) this.finish('timeout');
  }

  private finish(reason: EndReason, { code, text, status }: Partial<StopInfo> = {}): void {
    const { board } = this.options;
    const t = board.seconds();
    for (const line of this.lines.flush()) this.emit({ t, event: 'uart', ...line });
    this.ended = reason;
    const why = {
      ...(code === undefined ? {} : { code }),
      ...(text === undefined ? {} : { text }),
      ...(status === undefined ? {} : { status }),
    };
    this.emit({ t, event: 'end', reason, instructions: board.instructions(), ...why });
  }

  private take(event: Parameters<Parameters<TestBoard['listen']>[0]>[0]): void {
    const t = this.options.board.seconds();
    switch (event.event) {
      case 'uart': {
        const line = this.lines.push(event.port, event.byte);
        if (line) this.emit({ t, event: 'uart', ...line });
        if (line) this.look(line.text);
        else this.look(this.lines.partial(event.port));
        return;
      }
      case 'vtor':
        this.boot(t, event.address);
        return;
      case 'reset':
        this.decided = false;
        this.emit({ t, ...event });
        return;
      case 'fault':
        this.emit({ t, ...event, ...this.explain(event) });
        return;
      default:
        this.emit({ t, ...event });
    }
  }

  private explain(fault: FaultReport): Pick<FaultEvent, 'status' | 'trap' | 'cause'> {
    const code = this.options.board.readMemory(fault.pc, 2);
    const instruction = code.length === 2 ? code[0] | (code[1] << 8) : undefined;
    const trap = trapOf(instruction);
    const cause = likelyCause(fault, { instruction, stack: this.stackOf(fault), flash: this.options.layout?.flash });
    return { status: statusText(fault), ...(trap && { trap }), ...(cause === undefined ? {} : { cause }) };
  }

  /** The stack of the image whose code runs; where it runs away, of the one that it came from. */
  private stackOf({ pc, registers }: FaultReport): AddressRange | undefined {
    const { layout, dataEnds } = this.options;
    if (!layout) return undefined;
    const images = [layout.bootloader, ...layout.apps];
    const within = (address: number) => images.find(({ slot }) => address >= slot.start && address < slot.end);
    const image = within(pc) ?? within(registers.lr);
    return image && { start: dataEnds?.get(image.name) ?? image.ram.start, end: image.ram.end };
  }

  private look(text: string): void {
    const { expect, board } = this.options;
    if (expect === undefined || this.expected || !text.includes(expect)) return;
    this.expected = true;
    board.requestStop();
  }

  /** The first write of VTOR after a reset that points into a slot is the hand-over; later ones are the app's own. */
  private boot(t: number, address: number): void {
    const { layout, board } = this.options;
    if (this.decided || !layout) return;
    const image = layout.apps.find((app) => tablesOf(app).includes(address));
    if (!image) return;
    this.decided = true;
    const report = readBootReport(layout, (start, size) => board.readMemory(start, size));
    this.emit({ t, event: 'boot', slot: image.name, ...this.describe(report), address });
  }

  private describe(report: BootReport | undefined): Pick<BootEvent, 'reason' | 'refused'> {
    if (!report) return {};
    const { reason, refused } = report;
    if (!refused) return { reason };
    const name = this.options.layout?.apps.find((app) => app.id === refused.slot)?.name;
    return { reason, refused: { ...(name === undefined ? {} : { slot: name }), status: refused.status } };
  }

  /** A bootloader that can start nothing says so in the mailbox and halts: nothing else tells of it. */
  private lookForHalt(): void {
    const { layout, board } = this.options;
    if (this.decided || !layout) return;
    const report = readBootReport(layout, (start, size) => board.readMemory(start, size));
    if (report?.reason !== 'halt') return;
    this.decided = true;
    this.emit({ t: board.seconds(), event: 'halt', reason: report.status, ...this.describe(report) });
  }

  private emit(event: RunEvent): void {
    this.options.onEvent(event);
  }
}

/** Where an app's vector table can be: with `direct` in either bank. */
function tablesOf({ vectorTable, update }: Layout['apps'][number]): number[] {
  return update?.strategy === 'direct' ? [vectorTable, update.downloads[0].start] : [vectorTable];
}
