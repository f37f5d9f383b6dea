import type { MachineEvent } from '@kickstage/emulator/peripheral';
import { expect, test } from 'vitest';
import type { RunEvent } from './events.ts';
import { parsePress } from './press.ts';
import { Scenario } from './scenario.ts';
import type { StopInfo, TestBoard } from './test-board.ts';

/** A board that plays a list of events at their times. */
class PlayedBoard implements TestBoard {
  private now = 0;
  private stop = false;
  private listener: (event: MachineEvent) => void = () => {};
  private readonly script: { at: number; event: MachineEvent }[];

  constructor(script: { at: number; event: MachineEvent }[]) {
    this.script = [...script];
  }

  seconds = () => this.now;
  instructions = () => 0;
  setButton = () => {};
  readMemory = (_address: number, size: number) => new Uint8Array(size);
  listen = (listener: (event: MachineEvent) => void) => {
    this.listener = listener;
  };
  requestStop = () => {
    this.stop = true;
  };

  runUntil(seconds: number): StopInfo {
    while (this.script.length > 0 && this.script[0].at <= seconds) {
      const { at, event } = this.script.shift()!;
      this.now = at;
      this.listener(event);
      if (this.stop) return { reason: 'event' };
    }
    this.now = seconds;
    return { reason: 'time' };
  }
}

const text = (at: number, line: string) =>
  [...line].map((c) => ({ at, event: { event: 'uart', port: 'USART2', byte: c.charCodeAt(0) } as MachineEvent }));

function run(script: { at: number; event: MachineEvent }[], options: object): RunEvent[] {
  const events: RunEvent[] = [];
  const board = new PlayedBoard(script);
  new Scenario({ board, presses: [], onEvent: (e) => events.push(e), ...options }).run();
  return events;
}

test('presses happen at their times and last', () => {
  const presses = [parsePress('PA0@2s')!, parsePress('PA0@1s:100ms')!];
  const events = run([], { presses, duration: 3 });
  expect(events.filter((e) => e.event === 'button').map((e) => [e.t, e.event === 'button' && e.pressed])).toEqual([
    [1, true],
    [1.1, false],
    [2, true],
    [2.15, false],
  ]);
  expect(events.at(-1)).toMatchObject({ event: 'end', reason: 'time', t: 3 });
});

test('an expected text ends the run, even in an open line', () => {
  const events = run([...text(0.5, 'hello\r\n'), ...text(1, 'wor'), ...text(2, 'ld\n')], { expect: 'wor', timeout: 5 });
  expect(events.map((e) => e.event)).toEqual(['uart', 'uart', 'end']);
  expect(events.at(-1)).toMatchObject({ t: 1, reason: 'expected' });
});

test('a text that does not come is a time-out', () => {
  expect(run(text(0.5, 'hello\n'), { expect: 'world', timeout: 5 }).at(-1)).toMatchObject({ t: 5, reason: 'timeout' });
});

/** A board whose time is whole ticks, so that it never quite reaches a limit; and that can be told to halt. */
class CoarseBoard extends PlayedBoard {
  halts = 0;

  override runUntil(seconds: number): StopInfo {
    if (this.halts-- > 0) return { reason: 'halt' };
    super.runUntil(Math.max(this.seconds(), seconds - 1e-12));
    return { reason: 'time' };
  }
}

test('a limit that the board misses by a rounding error is reached', () => {
  const board = new CoarseBoard([]);
  const scenario = new Scenario({ board, presses: [], onEvent: () => {} });
  expect(scenario.advance(0.5)).toBeUndefined();
  expect(board.seconds()).toBeCloseTo(0.5);
});

test("a debugger's halt ends no run; a press from now on is released in time", () => {
  const events: RunEvent[] = [];
  const board = new CoarseBoard([]);
  const presses = [parsePress('PA1@1s:1s')!];
  const scenario = new Scenario({ board, presses, onEvent: (event) => events.push(event) });
  board.halts = 1;
  expect(scenario.advance(1)).toBeUndefined();
  expect(board.seconds()).toBe(0);
  scenario.pressFor('PA0', 0.3);
  scenario.advance(3);
  expect(events.map((e) => [Math.round(e.t * 10), e.event === 'button' && `${e.pin} ${e.pressed}`])).toEqual([
    [0, 'PA0 true'],
    [3, 'PA0 false'],
    [10, 'PA1 true'],
    [20, 'PA1 false'],
  ]);
  expect(scenario.end).toBeUndefined();
});
