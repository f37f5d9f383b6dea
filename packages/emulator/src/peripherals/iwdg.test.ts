import { beforeEach, describe, expect, test } from 'vitest';
import { fixedClock } from './clock-tree.ts';
import { Iwdg } from './iwdg.ts';
import { Rcc } from './rcc.ts';
import { errorOf, TestTime } from './test-time.ts';

const KR = 0x00;
const PR = 0x04;
const RLR = 0x08;
const SR = 0x0c;
const WINR = 0x10;
const START = 0xcccc;
const REFRESH = 0xaaaa;
const OPEN = 0x5555;
const HZ = 16e6;
/** Cycles of an LSI period. */
const LSI = HZ / 32e3;

let resets: number[];
beforeEach(() => {
  resets = [];
});

function setup({ hasWindow = false, startsByItself = false, lsiOff = false } = {}) {
  const time = new TestTime(HZ);
  /** Seconds until it is ready. */
  const state: { lsi: number | undefined } = { lsi: lsiOff ? undefined : 0 };
  const iwdg = new Iwdg({
    scheduler: time,
    clocks: fixedClock(HZ),
    lsi: {
      forceLsi: () => {
        state.lsi ??= 15e-6;
        return state.lsi;
      },
      lsiSeconds: () => state.lsi,
    },
    hasWindow,
    startsByItself: () => startsByItself,
    onReset: () => resets.push(time.now()),
  });
  const write = (offset: number, value: number) => iwdg.write(offset, 4, value);
  const read = (offset: number) => iwdg.read(offset, 4);
  const set = (offset: number, value: number) => {
    write(KR, OPEN);
    write(offset, value);
    time.pass(5 * LSI);
  };
  return { time, iwdg, write, read, set, state };
}

test('values after reset; KR reads 0', () => {
  const { read } = setup({ hasWindow: true });
  expect([KR, PR, RLR, SR, WINR].map(read)).toEqual([0, 0, 0xfff, 0, 0xfff]);
});

test.each([
  [0, 0, 0.125e-3],
  [0, 0xfff, 512e-3],
  [3, 0xfff, 4096e-3],
  [6, 0, 8e-3],
  [6, 0xfff, 32768e-3],
  [7, 9, 80e-3],
])('PR %i, RLR %i: %f s (RM0383 Rev 3, 15.3, table of timeouts)', (pr, rlr, seconds) => {
  const { time, write, set } = setup();
  set(PR, pr);
  set(RLR, rlr);
  write(KR, REFRESH);
  write(KR, START);
  const start = time.now();
  time.pass(Math.round(seconds * HZ) - 1);
  expect(resets).toEqual([]);
  time.pass(1);
  expect(resets).toEqual([start + Math.round(seconds * HZ)]);
});

test('it starts from 0xFFF until it is refreshed; a refresh loads RLR; a second start does nothing', () => {
  const { time, write, set } = setup();
  set(RLR, 99);
  write(KR, START);
  time.pass(4095 * 4 * LSI);
  write(KR, START);
  expect(resets).toEqual([]);
  write(KR, REFRESH);
  time.pass(100 * 4 * LSI - 1);
  write(KR, REFRESH);
  time.pass(100 * 4 * LSI - 1);
  expect(resets).toEqual([]);
  time.pass(1);
  expect(resets.length).toBe(1);
});

test('a start waits for the LSI', () => {
  const { time, write } = setup({ lsiOff: true });
  write(KR, START);
  time.pass(4096 * 4 * LSI + 15e-6 * HZ - 1);
  expect(resets).toEqual([]);
  time.pass(1);
  expect(resets.length).toBe(1);
});

test('PVU and RVU for five LSI periods; the values are in force after them', () => {
  const { time, write, read } = setup();
  write(KR, OPEN);
  write(PR, 2);
  expect(read(SR)).toBe(1);
  write(RLR, 9);
  expect(read(SR)).toBe(3);
  write(KR, REFRESH);
  write(KR, START);
  time.pass(5 * LSI - 1);
  expect(read(SR)).toBe(3);
  time.pass(1);
  expect([read(SR), read(PR), read(RLR)]).toEqual([0, 2, 9]);
  time.pass(11 * 16 * LSI);
  expect(resets).toEqual([]);
  write(KR, REFRESH);
  time.pass(10 * 16 * LSI);
  expect(resets.length).toBe(1);
});

test('without the LSI an update does not end', () => {
  const { time, write, read, state } = setup({ lsiOff: true });
  write(KR, OPEN);
  write(PR, 1);
  time.passSeconds(1);
  expect(read(SR)).toBe(1);
  state.lsi = 0;
  expect(read(SR)).toBe(1);
  time.pass(5 * LSI);
  expect(read(SR)).toBe(0);
});

describe('window', () => {
  function running() {
    const bench = setup({ hasWindow: true });
    bench.write(KR, START);
    bench.set(RLR, 99);
    bench.set(WINR, 49);
    return bench;
  }

  test('writing it refreshes the counter', () => {
    const { time } = running();
    time.pass(100 * 4 * LSI);
    expect(resets.length).toBe(1);
  });

  test('a refresh above it resets', () => {
    const { time, write } = running();
    time.pass(50 * 4 * LSI - 1);
    write(KR, REFRESH);
    expect(resets.length).toBe(1);
  });

  test('a refresh at it does not', () => {
    const { time, write } = running();
    time.pass(50 * 4 * LSI);
    write(KR, REFRESH);
    expect(resets).toEqual([]);
  });
});

test('a reset stops it, whatever kind; the hardware watchdog starts with it', () => {
  const soft = setup();
  soft.write(KR, START);
  soft.iwdg.reset('system');
  soft.time.passSeconds(1);
  expect(resets).toEqual([]);
  const hard = setup({ startsByItself: true });
  hard.iwdg.reset('power-on');
  hard.time.passSeconds(0.513);
  expect(resets.length).toBe(1);
});

test.each([
  [
    'PR without a key',
    (b: ReturnType<typeof setup>) => b.write(PR, 1),
    'EMU011: IWDG_PR is written while it is closed: write 0x5555 to IWDG_KR first',
  ],
  [
    'a refresh closes the registers',
    (b: ReturnType<typeof setup>) => {
      b.write(KR, OPEN);
      b.write(KR, REFRESH);
      b.write(RLR, 1);
    },
    'EMU011: IWDG_RLR is written while it is closed: write 0x5555 to IWDG_KR first',
  ],
  [
    'PR again too early',
    (b: ReturnType<typeof setup>) => {
      b.write(KR, OPEN);
      b.write(PR, 1);
      b.write(PR, 2);
    },
    'EMU011: IWDG_PR is written before its last value is in force: wait for IWDG_SR',
  ],
  [
    'a key that is none',
    (b: ReturnType<typeof setup>) => b.write(KR, 0x1234),
    'EMU011: IWDG_KR got 0x1234, which is none of its keys',
  ],
  [
    'a window on the STM32F4',
    (b: ReturnType<typeof setup>) => b.write(WINR, 1),
    'EMU002: write of IWDG at offset 0x10: there is no register',
  ],
])('%s', (_, act, error) => {
  expect(errorOf(() => act(setup()))).toBe(error);
});

test('a snapshot keeps the count', () => {
  const bench = setup();
  bench.write(KR, START);
  bench.time.pass(1000);
  const state = structuredClone(bench.iwdg.snapshot());
  bench.write(KR, REFRESH);
  bench.iwdg.restore(state);
  bench.time.pass(4096 * 4 * LSI - 1000);
  expect(resets).toEqual([4096 * 4 * LSI]);
});

test('RCC: the watchdog keeps the LSI on', () => {
  const time = new TestTime(HZ);
  const rcc = new Rcc({ scheduler: time, onFrequency: (hz) => time.clock.setFrequency(hz) });
  const CSR = 0x74;
  expect(rcc.lsiSeconds()).toBe(undefined);
  expect(rcc.forceLsi()).toBeCloseTo(15e-6, 9);
  time.passSeconds(15e-6);
  expect([rcc.read(CSR, 4) & 3, rcc.lsiSeconds()]).toEqual([2, 0]);
  rcc.write(CSR, 4, 1);
  rcc.write(CSR, 4, 0);
  expect(rcc.read(CSR, 4) & 3).toBe(2);
  rcc.reset('system');
  expect([rcc.read(CSR, 4) & 3, rcc.lsiSeconds()]).toEqual([0, undefined]);
});
