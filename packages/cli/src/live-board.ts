/**
 * The live board in a terminal: LED, button, the slot that runs, the UART's last lines, virtual time. `frame` is pure;
 * `runLive` paces the scenario by the wall clock and redraws. Keys: space presses the button, q ends the run.
 */
import type { Layout } from '@kickstage/memory-map/layout';
import type { RunEvent } from '@kickstage/testbench/events';
import type { Scenario } from '@kickstage/testbench/scenario';
import { resetText } from './event-text.ts';
import type { Output } from './output.ts';

const UART_LINES = 8;
const FRAME_MS = 50;
const PRESS_SECONDS = 0.15;
/** Virtual time between two frames, at most. */
const MOST_FRAME_SECONDS = 0.1;

export interface BoardState {
  readonly title: string;
  slot: string;
  led: { pin: string; lit: boolean } | undefined;
  button: { pin: string; pressed: boolean } | undefined;
  uart: string[];
  notice: string;
}

export function initialState(layout: Layout): BoardState {
  const { board } = layout;
  return {
    title: `${board.name} · ${board.chip}`,
    slot: '(bootloader)',
    led: board.led && { pin: board.led.pin, lit: false },
    button: board.button && { pin: board.button.pin, pressed: false },
    uart: [],
    notice: '',
  };
}

/** Brings the picture's state up to an event. */
export function applyEvent(state: BoardState, event: RunEvent, layout: Layout): void {
  switch (event.event) {
    case 'reset':
      state.slot = '(bootloader)';
      state.notice = `reset: ${resetText(event.cause)}`;
      return;
    case 'boot':
      state.slot = event.slot;
      state.notice = event.reason === undefined ? 'started' : `started, because: ${event.reason}`;
      return;
    case 'pin':
      if (state.led?.pin === event.pin) state.led.lit = (event.level === 1) !== (layout.board.led?.activeLow ?? false);
      return;
    case 'button':
      if (state.button?.pin === event.pin) state.button.pressed = event.pressed;
      return;
    case 'uart':
      state.uart = [...state.uart, event.text].slice(-UART_LINES);
      return;
    case 'halt':
      state.notice = `halted: ${event.reason}`;
      return;
    case 'fault':
      state.notice = `${event.exception}: ${event.text}`;
      return;
    default:
  }
}

/** The picture as lines of text. */
export function frame(state: BoardState, t: number, colors: Output['colors']): string[] {
  const led = state.led?.lit ? colors.yellow('● on ') : colors.dim('○ off');
  const key = state.button?.pressed ? colors.cyan('▼ pressed ') : colors.dim('△ released');
  const uart = Array.from({ length: UART_LINES }, (_, i) => `  ${colors.dim('│')} ${state.uart[i] ?? ''}`);
  return [
    `  ${colors.bold(state.title)}   ${colors.dim('virtual time')} ${t.toFixed(2).padStart(6)} s`,
    `  LED ${state.led?.pin ?? '-'} ${led}   KEY ${state.button?.pin ?? '-'} ${key}   slot ${colors.green(state.slot.padEnd(12))}`,
    `  ${colors.dim(state.notice)}`,
    ...uart,
    `  ${colors.dim('space: press the button · q: quit')}`,
  ];
}

export interface LiveOptions {
  readonly scenario: Scenario;
  readonly state: BoardState;
  readonly output: Output;
  readonly seconds: () => number;
}

/** Runs the scenario at the speed of the wall clock, drawing as it goes. */
export async function runLive({ scenario, state, output, seconds }: LiveOptions): Promise<void> {
  const started = performance.now();
  const keys = listenToKeys();
  let drawn = 0;
  let release = Number.POSITIVE_INFINITY;
  process.stdout.write('\x1b[?25l');
  try {
    while (scenario.end === undefined) {
      for (const key of keys.take()) {
        if (key === 'q' || key === '\x03') scenario.stop();
        else if (key === ' ' && state.button && !state.button.pressed) {
          scenario.press(state.button.pin, true);
          release = seconds() + PRESS_SECONDS;
        }
      }
      if (scenario.end !== undefined) break;
      // On a host that is slower than the board, time runs slower: every frame is drawn all the same.
      const now = Math.min((performance.now() - started) / 1000, seconds() + MOST_FRAME_SECONDS);
      scenario.advance(Math.min(release, now));
      if (seconds() >= release && state.button && scenario.end === undefined) {
        scenario.press(state.button.pin, false);
        release = Number.POSITIVE_INFINITY;
      }
      const lines = frame(state, seconds(), output.colors);
      process.stdout.write(`${drawn > 0 ? `\x1b[${drawn}A` : ''}${lines.map((line) => `\x1b[2K${line}\n`).join('')}`);
      drawn = lines.length;
      await new Promise((resolve) => setTimeout(resolve, FRAME_MS));
    }
  } finally {
    keys.close();
    process.stdout.write('\x1b[?25h');
  }
}

function listenToKeys(): { take(): string[]; close(): void } {
  const pending: string[] = [];
  const { stdin } = process;
  if (!stdin.isTTY) return { take: () => [], close: () => {} };
  const onData = (data: Buffer) => pending.push(...data.toString('utf8'));
  stdin.setRawMode(true);
  stdin.on('data', onData);
  stdin.resume();
  return {
    take: () => pending.splice(0),
    close: () => {
      stdin.off('data', onData);
      stdin.setRawMode(false);
      stdin.pause();
    },
  };
}
