import { beforeEach, expect, test } from 'vitest';
import { type ClockListener, type ClockTree, fixedClock } from './clock-tree.ts';
import { TestLine, TestTime } from './test-time.ts';
import { Wwdg } from './wwdg.ts';

const CR = 0x00;
const CFR = 0x04;
const SR = 0x08;
const WDGA = 0x80;
const EWI = 1 << 9;
const STEP = 4096;

let resets: number[];
beforeEach(() => {
  resets = [];
});

function setup(clocks: ClockTree = fixedClock(16e6)) {
  const time = new TestTime();
  const line = new TestLine();
  const wwdg = new Wwdg({ scheduler: time, clocks, interrupt: line, onReset: () => resets.push(time.now()) });
  const write = (offset: number, value: number) => wwdg.write(offset, 4, value);
  const read = (offset: number) => wwdg.read(offset, 4);
  return { time, line, wwdg, write, read };
}

test('values after reset; the counter runs freely from the first access on', () => {
  const { time, read } = setup();
  time.pass(10 * STEP);
  expect([CR, CFR, SR].map(read)).toEqual([0x7f, 0x7f, 0]);
  time.pass(STEP);
  expect(read(CR)).toBe(0x7e);
});

test.each([
  [0, 0x40, 1],
  [0, 0x7f, 64],
  [1, 0x41, 2],
  [3, 0x7f, 64],
])('WDGTB %i, T 0x%s: reset after %i periods', (wdgtb, t, periods) => {
  const { time, write } = setup();
  write(CFR, (wdgtb << 7) | 0x7f);
  write(CR, WDGA | t);
  time.pass(periods * (STEP << wdgtb) - 1);
  expect(resets).toEqual([]);
  time.pass(1);
  expect(resets).toEqual([periods * (STEP << wdgtb)]);
});

test('early wake-up at 0x40: flag, interrupt, cleared by a zero', () => {
  const { time, line, write, read } = setup();
  write(CFR, EWI | 0x7f);
  write(CR, WDGA | 0x42);
  time.pass(2 * STEP - 1);
  expect([read(SR), line.level]).toEqual([0, false]);
  time.pass(1);
  expect([read(SR), line.level, read(CR)]).toEqual([1, true, WDGA | 0x40]);
  write(SR, 0);
  expect([read(SR), line.level]).toEqual([0, false]);
  write(CR, WDGA | 0x42);
  time.pass(STEP);
  expect([resets, read(CR)]).toEqual([[], WDGA | 0x41]);
});

test('EWI stays until a reset', () => {
  const { wwdg, write, read } = setup();
  write(CFR, EWI | 0x7f);
  write(CFR, 0x50);
  expect(read(CFR)).toBe(EWI | 0x50);
  wwdg.reset('system');
  expect(read(CFR)).toBe(0x7f);
});

test.each([
  ['above the window', 0x50, 1, true],
  ['at the window', 0x50, 0x7f - 0x50, false],
  ['below the window', 0x50, 0x7f - 0x4f, false],
])('a refresh %s', (_, window, steps, isReset) => {
  const { time, write } = setup();
  write(CFR, window);
  write(CR, WDGA | 0x7f);
  time.pass(steps * STEP);
  write(CR, 0x7f);
  expect(resets.length).toBe(isReset ? 1 : 0);
});

test('while it is off nothing resets, and WDGA cannot be cleared', () => {
  const { time, write, read } = setup();
  write(CFR, 0x41);
  write(CR, 0x7f);
  write(CR, 0x3f);
  time.pass(200 * STEP);
  expect(resets).toEqual([]);
  write(CR, WDGA | 0x7f);
  time.pass(0x3e * STEP);
  write(CR, 0x7f);
  expect([read(CR) & WDGA, resets]).toEqual([WDGA, []]);
});

test.each([
  ['switched on', 0x7f],
  ['refreshed', WDGA | 0x7f],
])('bit 6 clear when it is %s: reset at once', (_, before) => {
  const { write } = setup();
  write(CR, before);
  write(CR, WDGA | 0x3f);
  expect(resets).toEqual([0]);
});

test('a snapshot keeps the count, and a reset stops it', () => {
  const { time, wwdg, write, read } = setup();
  write(CR, WDGA | 0x7f);
  time.pass(3 * STEP + 5);
  const state = structuredClone(wwdg.snapshot());
  time.pass(STEP);
  write(CR, 0x7f);
  wwdg.restore(state);
  expect(read(CR)).toBe(WDGA | 0x7b);
  wwdg.reset('system');
  time.pass(1000 * STEP);
  expect(resets).toEqual([]);
});

test('it follows its bus when the clocks change', () => {
  const listeners: ClockListener[] = [];
  let divisor = 1;
  const clocks: ClockTree = {
    cpuHz: () => 16e6,
    busHz: () => 16e6 / divisor,
    timerHz: () => 16e6,
    onChange: (listener) => listeners.push(listener),
  };
  const { time, write } = setup(clocks);
  write(CR, WDGA | 0x43);
  time.pass(2 * STEP);
  for (const listener of listeners) listener('before');
  divisor = 4;
  for (const listener of listeners) listener('after');
  time.pass(2 * STEP * 4 - 1);
  expect(resets).toEqual([]);
  time.pass(1);
  expect(resets.length).toBe(1);
});
