import { expect, test } from 'vitest';
import { type ClockListener, type ClockTree, fixedClock } from './clock-tree.ts';
import { errorOf, TestLine, TestTime } from './test-time.ts';
import { Timer, type TimerOptions } from './timer.ts';

const CR1 = 0x00;
const DIER = 0x0c;
const SR = 0x10;
const EGR = 0x14;
const CCMR1 = 0x18;
const CCER = 0x20;
const CNT = 0x24;
const PSC = 0x28;
const ARR = 0x2c;
const RCR = 0x30;
const CCR1 = 0x34;
const CCR2 = 0x38;
const CEN = 1;
const UDIS = 2;
const URS = 4;
const OPM = 8;
const ARPE = 0x80;
const UIF = 1;
const CC1IF = 2;
const CC2IF = 4;

type Write = readonly [offset: number, value: number];

function setup(writes: readonly Write[] = [], options: Partial<TimerOptions> = {}) {
  const time = new TestTime();
  const update = new TestLine();
  const timer = new Timer({
    name: 'TIM1',
    bus: 'APB2',
    wide: false,
    advanced: true,
    clocks: fixedClock(16e6),
    scheduler: time,
    update,
    ...options,
  });
  const write = (offset: number, value: number) => timer.write(offset, 4, value);
  const read = (offset: number) => timer.read(offset, 4);
  for (const [offset, value] of writes) write(offset, value);
  return { time, update, timer, read, write };
}

/** Prescaler and reload brought into force by UG, without a flag. */
const start = (psc: number, arr: number, cr1 = 0): Write[] => [
  [PSC, psc],
  [ARR, arr],
  [CR1, URS],
  [EGR, 1],
  [SR, 0],
  [CR1, URS | CEN | cr1],
];
/** The counter starts one clock after CEN. */
const LEAD = 1;

test.each<[what: string, writes: readonly Write[], clocks: number, count: number, flags: number]>([
  ['not started', [[ARR, 9]], 100, 0, 0],
  ['counting', start(0, 999), 5, 5, 0],
  ['last count', start(0, 9), 9, 9, 0],
  // Channels at 0 are reached with the overflow.
  ['overflow', start(0, 9), 10, 0, 0x1f],
  ['many overflows', start(0, 9), 123_456_785, 5, 0x1f],
  ['prescaler', start(15, 999), 16 * 7 + 15, 7, 0],
  [
    'prescaler comes into force at the overflow',
    [
      [ARR, 9],
      [PSC, 9],
      [CR1, CEN],
    ],
    10 + 35,
    3,
    0x1f,
  ],
  ['UDIS', start(0, 9, UDIS), 25, 5, 0x1e],
  ['one pulse', start(0, 9, OPM), 25, 0, 0x1f],
  ['reload 0 blocks', start(0, 0), 100, 0, 0],
  ['started in the middle', [...start(0, 99).slice(0, 5), [CNT, 90], [CR1, CEN]], 15, 5, 0x1f],
  [
    'above the reload value it runs to its end, without an update',
    [...start(0, 99).slice(0, 5), [CNT, 0xfff0], [CR1, CEN]],
    20,
    4,
    0x1e,
  ],
])('%s', (_, writes, clocks, count, flags) => {
  const { time, read } = setup(writes);
  time.pass(LEAD + clocks);
  expect([read(CNT), read(SR)]).toEqual([count, flags]);
});

test('a delay as firmware does it: 1 MHz, 1000 counts, UIF polled', () => {
  const { time, read, write } = setup(start(15, 999));
  const risen: number[] = [];
  while (risen.length < 3) {
    time.pass(1);
    if (read(SR) & UIF) {
      risen.push(time.now());
      write(SR, 0);
    }
  }
  expect(risen).toEqual([16_001, 32_001, 48_001]);
});

test.each<[what: string, arpe: number, after: number]>([
  ['without preload a reload value counts at once', 0, 20],
  ['with preload from the next update on', ARPE, 10],
])('%s', (_, arpe, after) => {
  const { time, update, write } = setup([[DIER, UIF], ...start(0, 9, arpe)]);
  time.pass(LEAD + 5);
  write(ARR, 19);
  time.pass(after - 6);
  expect(update.level).toBe(false);
  time.pass(1);
  expect(update.level).toBe(true);
});

test('UG', () => {
  const { time, read, write } = setup([
    [ARR, 99],
    [PSC, 3],
    [CR1, CEN],
  ]);
  time.pass(LEAD + 50);
  write(EGR, 1);
  expect([read(CNT), read(SR) & UIF]).toEqual([0, UIF]);
  write(SR, 0);
  time.pass(8);
  expect(read(CNT)).toBe(2);
  write(CR1, CEN | UDIS);
  write(PSC, 0);
  write(EGR, 1);
  time.pass(8);
  expect([read(CNT), read(SR) & UIF]).toEqual([2, 0]);
});

test('the repetition counter: an update after RCR + 1 overflows', () => {
  const { time, update, read, write } = setup([[RCR, 2], [DIER, UIF], ...start(0, 9)]);
  time.pass(LEAD + 29);
  expect(update.level).toBe(false);
  time.pass(1);
  expect(update.level).toBe(true);
  write(SR, 0);
  time.pass(29);
  expect(read(SR) & UIF).toBe(0);
  time.pass(1 + 30 * 1000);
  expect(read(SR) & UIF).toBe(UIF);
  write(SR, 0);
  time.pass(29);
  expect(read(SR) & UIF).toBe(0);
});

test('compare flags at their counts', () => {
  const { time, read } = setup([[CCR1, 3], [CCR2, 7], ...start(0, 9)]);
  time.pass(LEAD + 2);
  expect(read(SR)).toBe(0);
  time.pass(1);
  expect(read(SR)).toBe(CC1IF);
  time.pass(4);
  expect(read(SR)).toBe(CC1IF | CC2IF);
});

test('a compare value above the reload value is reached at the overflow', () => {
  const { time, read } = setup([[CCR1, 50], [CCR2, 9], ...start(0, 9)]);
  time.pass(LEAD + 9);
  expect(read(SR) & (CC1IF | CC2IF)).toBe(CC2IF);
  time.pass(1);
  expect(read(SR) & (CC1IF | CC2IF)).toBe(CC1IF | CC2IF);
});

test('a preloaded compare value waits for the update', () => {
  const { time, read, write } = setup([[CCMR1, 1 << 3], [CCR1, 3], ...start(0, 9)]);
  write(CCR1, 6);
  time.pass(LEAD + 3);
  expect(read(SR) & CC1IF).toBe(CC1IF);
  time.pass(7);
  write(SR, 0);
  time.pass(5);
  expect(read(SR) & CC1IF).toBe(0);
  time.pass(1);
  expect(read(SR) & CC1IF).toBe(CC1IF);
});

test('interrupts come at their cycle without anybody looking', () => {
  const compare = new TestLine();
  const { time, update, write } = setup([[DIER, UIF | CC1IF], [CCR1, 400], ...start(15, 999)], { compare });
  time.pass(LEAD + 16 * 400 - 1);
  expect(compare.level).toBe(false);
  time.pass(1);
  expect([compare.level, update.level]).toEqual([true, false]);
  write(SR, ~CC1IF >>> 0);
  time.pass(16 * 600 - 1);
  expect([compare.level, update.level]).toEqual([false, false]);
  time.pass(1);
  expect(update.level).toBe(true);
  write(SR, ~UIF >>> 0);
  expect(update.level).toBe(false);
});

test('a timer of 32 bits', () => {
  const { time, read, timer } = setup(
    [
      [CNT, 0xfffffff0],
      [CR1, CEN],
    ],
    {
      name: 'TIM2',
      wide: true,
      advanced: false,
      options: 0xc00,
    },
  );
  expect(read(ARR)).toBe(0xffffffff);
  time.pass(LEAD + 15);
  expect([read(CNT), read(SR)]).toEqual([0xffffffff, 0]);
  time.pass(1);
  expect([read(CNT), read(SR) & UIF]).toEqual([0, UIF]);
  expect(errorOf(() => timer.read(RCR, 4))).toMatch(/^EMU002: read of TIM2 at offset 0x30/);
});

test('a change of the clocks in the middle of a period', () => {
  let cpu = 16e6;
  let bus = 16e6;
  const listeners: ClockListener[] = [];
  const clocks: ClockTree = {
    cpuHz: () => cpu,
    busHz: () => bus,
    timerHz: () => bus,
    onChange: (listener) => listeners.push(listener),
  };
  const { time, update, read } = setup([[DIER, UIF], ...start(0, 99)], { clocks });
  time.pass(LEAD + 50);
  for (const listener of listeners) listener('before');
  [cpu, bus] = [96e6, 24e6];
  for (const listener of listeners) listener('after');
  time.pass(4 * 49 + 3);
  expect([read(CNT), update.level]).toEqual([99, false]);
  time.pass(1);
  expect(update.level).toBe(true);
});

test('stopped, it keeps its count', () => {
  const { time, read, write } = setup(start(0, 999));
  time.pass(LEAD + 10);
  write(CR1, 0);
  time.pass(1000);
  expect(read(CNT)).toBe(10);
  write(CR1, CEN);
  time.pass(LEAD + 5);
  expect(read(CNT)).toBe(15);
});

test('snapshot', () => {
  const { time, timer, update, read } = setup([[DIER, UIF], [CCR1, 3], ...start(3, 99)]);
  time.pass(LEAD + 4 * 50 + 2);
  const state = structuredClone([timer.snapshot(), time.clock.snapshot()]);
  const run = () => {
    const seen = [];
    for (let i = 0; i < 5; i++) {
      time.pass(51);
      seen.push(read(CNT), read(SR), update.level);
    }
    return seen;
  };
  const once = run();
  time.clock.restore(state[1]);
  timer.restore(state[0]);
  expect(run()).toEqual(once);
});

test.each<[what: string, offset: number, value: number, error: RegExp]>([
  ['counting down', CR1, 1 << 4, /EMU004: TIM1_CR1: counting down/],
  ['slave mode', 0x08, 4, /EMU004: TIM1_SMCR/],
  ['DMA', DIER, 1 << 8, /EMU004: TIM1_DIER: DMA/],
  ['break interrupt', DIER, 1 << 7, /EMU004: TIM1_DIER/],
  ['input capture', CCMR1, 1, /EMU004: TIM1_CCMR1: input capture/],
  ['output on a pin', CCER, 1, /EMU004: TIM1_CCER: the output of a channel/],
  ['PSC of 17 bits', PSC, 0x10000, /EMU005/],
])('%s', (_, offset, value, error) => {
  const { timer } = setup();
  expect(errorOf(() => timer.write(offset, 4, value))).toMatch(error);
});

test('bytes can be read but not written', () => {
  const { timer } = setup([[CNT, 0x1234]]);
  expect(timer.read(CNT + 1, 1)).toBe(0x12);
  expect(errorOf(() => timer.write(CNT, 1, 0))).toMatch(/^EMU003/);
});

/** Which registers there are: by offset, whether a write of 0 is taken. */
test.each<[what: string, options: Partial<TimerOptions>, missing: string]>([
  ['TIM1', {}, ''],
  ['TIM2', { wide: true, advanced: false }, 'RCR BDTR'],
  ['TIM9', { advanced: false, channels: 2 }, 'CR2 CCMR2 RCR CCR3 CCR4 BDTR DCR DMAR'],
  ['TIM10', { advanced: false, channels: 1 }, 'CR2 SMCR CCMR2 RCR CCR2 CCR3 CCR4 BDTR DCR DMAR'],
  ['TIM6', { advanced: false, channels: 0 }, 'SMCR CCMR1 CCMR2 CCER RCR CCR1 CCR2 CCR3 CCR4 BDTR DCR DMAR'],
  ['TIM15', { advanced: false, channels: 2, repetition: true }, 'CCMR2 CCR3 CCR4'],
  ['TIM16', { advanced: false, channels: 1, repetition: true }, 'SMCR CCMR2 CCR2 CCR3 CCR4'],
])('registers of %s', (_, options, missing) => {
  const names = 'CR1 CR2 SMCR DIER SR EGR CCMR1 CCMR2 CCER CNT PSC ARR RCR CCR1 CCR2 CCR3 CCR4 BDTR DCR DMAR'.split(
    ' ',
  );
  const { read } = setup([], options);
  const absent = names.filter((_name, i) => {
    try {
      read(4 * i);
      return false;
    } catch {
      return true;
    }
  });
  expect(absent.join(' ')).toBe(missing);
});

test('one channel: its flag alone, with the one interrupt', () => {
  const { time, update, read, write } = setup(start(0, 9), { advanced: false, channels: 1 });
  write(CCR1, 4);
  write(DIER, CC1IF);
  time.pass(LEAD + 4);
  expect([read(SR), update.level]).toEqual([CC1IF, true]);
  time.pass(6);
  expect(read(SR)).toBe(UIF | CC1IF);
});

test('no channel: updates', () => {
  const { time, update, read, write } = setup(start(3, 9), { advanced: false, channels: 0 });
  write(DIER, 1);
  time.pass(LEAD + 40);
  expect([read(SR), update.level, read(CNT)]).toEqual([UIF, true, 0]);
});

test('repetitions without being advanced', () => {
  const { time, read } = setup([[RCR, 2], ...start(0, 9)], { advanced: false, channels: 1, repetition: true });
  time.pass(LEAD + 29);
  expect(read(SR) & UIF).toBe(0);
  time.pass(1);
  expect(read(SR) & UIF).toBe(UIF);
});
