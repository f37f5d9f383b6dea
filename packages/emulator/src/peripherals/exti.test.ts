import { expect, test } from 'vitest';
import { Exti } from './exti.ts';
import { Syscfg } from './syscfg.ts';
import { errorOf, TestLine } from './test-time.ts';

const IMR = 0x00;
const EMR = 0x04;
const RTSR = 0x08;
const FTSR = 0x0c;
const SWIER = 0x10;
const PR = 0x14;

function setup() {
  const syscfg = new Syscfg();
  const low = [0, 1, 2, 3, 4].map(() => new TestLine());
  const middle = new TestLine();
  const high = new TestLine();
  const interrupts = [...low, ...new Array(5).fill(middle), ...new Array(6).fill(high)];
  let events = 0;
  const exti = new Exti({
    interrupts,
    portOfLine: (line) => syscfg.portOfLine(line),
    onEvent: () => {
      events++;
    },
  });
  return { syscfg, exti, low, middle, high, events: () => events };
}

test.each<[what: string, rtsr: number, ftsr: number, imr: number, port: string, level: 0 | 1, pending: number]>([
  ['rising edge', 1, 0, 1, 'A', 1, 1],
  ['falling edge not wanted', 1, 0, 1, 'A', 0, 0],
  ['falling edge', 0, 1, 1, 'A', 0, 1],
  ['masked', 1, 1, 0, 'A', 1, 0],
  ['another port', 1, 1, 1, 'B', 1, 0],
])('%s', (_, rtsr, ftsr, imr, port, level, pending) => {
  const { exti, low } = setup();
  exti.write(RTSR, 4, rtsr);
  exti.write(FTSR, 4, ftsr);
  exti.write(IMR, 4, imr);
  exti.pinChanged(port, 0, level);
  expect([exti.read(PR, 4), low[0].level]).toEqual([pending, pending === 1]);
});

test('a line stays up until its pending bit is written with one', () => {
  const { exti, low } = setup();
  exti.write(RTSR, 4, 3);
  exti.write(IMR, 4, 3);
  exti.pinChanged('A', 0, 1);
  exti.pinChanged('A', 1, 1);
  exti.write(PR, 4, 1);
  expect([exti.read(PR, 4), low[0].level, low[1].level]).toEqual([2, false, true]);
});

test('lines 5 to 9 and 10 to 15 share interrupts', () => {
  const { exti, middle, high } = setup();
  exti.write(IMR, 4, 0xffff);
  exti.write(SWIER, 4, (1 << 6) | (1 << 9));
  expect([middle.level, high.level]).toEqual([true, false]);
  exti.write(PR, 4, 1 << 6);
  expect(middle.level).toBe(true);
  exti.write(PR, 4, 1 << 9);
  expect([middle.level, exti.read(SWIER, 4)]).toEqual([false, 0]);
});

test('SYSCFG chooses the port of a line', () => {
  const { exti, syscfg } = setup();
  syscfg.write(0x14, 4, 2 << 4);
  exti.write(RTSR, 4, 1 << 13);
  exti.write(IMR, 4, 1 << 13);
  exti.pinChanged('A', 13, 1);
  expect(exti.read(PR, 4)).toBe(0);
  exti.pinChanged('C', 13, 1);
  expect(exti.read(PR, 4)).toBe(1 << 13);
  syscfg.write(0x14, 4, 7 << 4);
  expect(syscfg.portOfLine(13)).toBe('H');
});

test('an event makes nothing pending', () => {
  const { exti, events } = setup();
  exti.write(RTSR, 4, 1);
  exti.write(EMR, 4, 1);
  exti.pinChanged('A', 0, 1);
  expect([events(), exti.read(PR, 4)]).toEqual([1, 0]);
});

test('snapshot', () => {
  const { exti, low } = setup();
  exti.write(IMR, 4, 1);
  exti.write(SWIER, 4, 1);
  const state = structuredClone(exti.snapshot());
  exti.reset('system');
  expect(low[0].level).toBe(false);
  exti.restore(state);
  expect(low[0].level).toBe(true);
});

test.each<[what: string, act: (bench: ReturnType<typeof setup>) => void, error: RegExp]>([
  ['halfword', ({ exti }) => exti.write(IMR, 2, 1), /^EMU003/],
  ['line of the real-time clock', ({ exti }) => exti.write(IMR, 4, 1 << 22), /^EMU004: EXTI_IMR: line 22/],
  ['line that there is not', ({ exti }) => exti.write(RTSR, 4, 1 << 23), /^EMU005/],
  ['RAM at address 0', ({ syscfg }) => syscfg.write(0, 4, 3), /^EMU004: SYSCFG_MEMRMP/],
])('%s', (_, act, error) => {
  expect(errorOf(() => act(setup()))).toMatch(error);
});

test('the compensation cell is ready when it is on', () => {
  const { syscfg } = setup();
  syscfg.write(0x20, 4, 1);
  expect(syscfg.read(0x20, 4)).toBe(0x101);
});
