import { expect, test } from 'vitest';
import { fixedClock } from './clock-tree.ts';
import { PwrL4 } from './pwr-l4.ts';
import { errorOf, TestTime } from './test-time.ts';

const CR1 = 0x00;
const CR4 = 0x0c;
const SR2 = 0x14;
const VOSF = 1 << 10;
const vos = (range: number) => range << 9;

function setup() {
  const time = new TestTime();
  let falls = 0;
  const pwr = new PwrL4({
    scheduler: time,
    clocks: fixedClock(16e6),
    onFall: () => {
      falls++;
    },
  });
  const read = (offset: number) => pwr.read(offset, 4);
  const write = (offset: number, value: number) => pwr.write(offset, 4, value);
  return { time, pwr, read, write, falls: () => falls };
}

test('range 1 after reset', () => {
  const { pwr, read } = setup();
  expect([read(CR1), read(SR2), pwr.clockLimit().hz]).toEqual([vos(1), 1 << 8, 80e6]);
});

test('down at once, up in 20 us that VOSF shows', () => {
  const { time, pwr, read, write, falls } = setup();
  write(CR1, vos(2));
  expect([read(SR2) & VOSF, pwr.range(), pwr.clockLimit().hz, falls()]).toEqual([0, 2, 26e6, 1]);
  write(CR1, vos(1));
  expect([read(SR2) & VOSF, pwr.range()]).toEqual([VOSF, 2]);
  expect(pwr.clockLimit().because).toMatch(/is 2 until PWR_SR2.VOSF falls/);
  time.passSeconds(20e-6);
  expect([read(SR2) & VOSF, pwr.range(), falls()]).toEqual([0, 1, 1]);
});

test('snapshot on the way up', () => {
  const { time, pwr, read, write } = setup();
  write(CR1, vos(2));
  write(CR1, vos(1));
  time.passSeconds(10e-6);
  const state = structuredClone([pwr.snapshot(), time.clock.snapshot()]);
  pwr.reset('system');
  expect([read(SR2) & VOSF, pwr.range()]).toEqual([0, 1]);
  time.clock.restore(state[1]);
  pwr.restore(state[0]);
  expect(pwr.range()).toBe(2);
  time.passSeconds(10e-6);
  expect(read(SR2) & VOSF).toBe(0);
});

test.each<[what: string, offset: number, value: number, error: RegExp]>([
  ['range 0', CR1, 0, /^EMU006: PWR_CR1.VOS is set to the reserved value 0/],
  ['range 3', CR1, vos(3), /^EMU006: PWR_CR1.VOS/],
  ['low-power run', CR1, vos(1) | (1 << 14), /^EMU004: PWR_CR1: low-power run/],
  ['standby', CR1, vos(1) | 3, /^EMU004: PWR_CR1: standby/],
  ['shutdown', CR1, vos(1) | 4, /^EMU004: PWR_CR1: standby or shutdown/],
  ['charging the battery', CR4, 1 << 8, /^EMU004: PWR_CR4/],
  ['pull-up of a pin that there is not', 0x58, 4, /^EMU005: .*PWR_PUCRH/],
])('%s', (_, offset, value, error) => {
  expect(errorOf(() => setup().write(offset, value))).toMatch(error);
});
