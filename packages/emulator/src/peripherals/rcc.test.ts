import { describe, expect, test } from 'vitest';
import { fixedClock } from './clock-tree.ts';
import { Countdown } from './countdown.ts';
import { Rcc, type RccOptions } from './rcc.ts';
import { errorOf, TestTime } from './test-time.ts';

const CR = 0x00;
const PLLCFGR = 0x04;
const CFGR = 0x08;
const AHB1RSTR = 0x10;
const AHB1ENR = 0x30;
const BDCR = 0x70;
const CSR = 0x74;
const DCKCFGR = 0x8c;
const HSEON = 1 << 16;
const HSERDY = 1 << 17;
const PLLON = 1 << 24;
const PLLRDY = 1 << 25;

function setup(options: Partial<RccOptions> = { hseHz: 25_000_000 }) {
  const time = new TestTime();
  const rcc = new Rcc({ scheduler: time, onFrequency: (hz) => time.clock.setFrequency(hz), ...options });
  rcc.reset('power-on');
  const read = (offset: number) => rcc.read(offset, 4);
  const write = (offset: number, value: number) => rcc.write(offset, 4, value);
  const set = (offset: number, bits: number) => write(offset, (read(offset) | bits) >>> 0);
  return { time, rcc, read, write, set };
}

/** PLLCFGR for source / m * n / p, HSE or HSI. */
const pll = (m: number, n: number, p: number, isHse = true) =>
  (0x24000000 | (isHse ? 1 << 22 : 0) | ((p / 2 - 1) << 16) | (n << 6) | m) >>> 0;

test('after reset the internal oscillator runs', () => {
  const { rcc, read } = setup();
  expect([read(CR), read(PLLCFGR), read(CFGR)]).toEqual([0x83, 0x24003010, 0]);
  expect([rcc.cpuHz(), rcc.busHz('APB1'), rcc.timerHz('APB2')]).toEqual([16e6, 16e6, 16e6]);
});

test('the crystal is ready after 2 ms, whatever it is asked meanwhile', () => {
  const { time, set, read } = setup();
  set(CR, HSEON);
  time.passSeconds(1.9e-3);
  set(CR, HSEON);
  expect(read(CR) & HSERDY).toBe(0);
  time.passSeconds(0.1e-3);
  expect(read(CR) & HSERDY).toBe(HSERDY);
});

test('without a crystal HSERDY never comes', () => {
  const { time, set, read } = setup({});
  set(CR, HSEON);
  time.passSeconds(1);
  expect(read(CR) & HSERDY).toBe(0);
});

test('the ready time is in seconds: a slower processor waits fewer cycles', () => {
  const { time, set, write, read } = setup();
  set(CR, HSEON);
  time.passSeconds(1e-3);
  write(CFGR, 0b1001 << 4);
  expect(time.clock.frequency()).toBe(4e6);
  time.pass(3_999);
  expect(read(CR) & HSERDY).toBe(0);
  time.pass(1);
  expect(read(CR) & HSERDY).toBe(HSERDY);
  expect(time.clock.seconds()).toBeCloseTo(2e-3, 9);
});

test('96 MHz from 25 MHz, buses divided, timers doubled', () => {
  const { time, rcc, set, write, read } = setup();
  set(CR, HSEON);
  time.passSeconds(2e-3);
  write(PLLCFGR, pll(25, 192, 2));
  set(CR, PLLON);
  time.passSeconds(200e-6);
  expect(read(CR) & PLLRDY).toBe(PLLRDY);
  write(CFGR, (0b100 << 10) | 2);
  expect((read(CFGR) >>> 2) & 3).toBe(2);
  expect([rcc.cpuHz(), rcc.busHz('APB1'), rcc.busHz('APB2')]).toEqual([96e6, 48e6, 96e6]);
  expect([rcc.timerHz('APB1'), rcc.timerHz('APB2')]).toEqual([96e6, 96e6]);
  expect(time.clock.frequency()).toBe(96e6);
});

test.each<[ppre: number, timpre: number, busHz: number, timerHz: number]>([
  [0b000, 0, 16e6, 16e6],
  [0b100, 0, 8e6, 16e6],
  [0b101, 0, 4e6, 8e6],
  [0b111, 0, 1e6, 2e6],
  [0b100, 1, 8e6, 16e6],
  [0b101, 1, 4e6, 16e6],
  [0b110, 1, 2e6, 8e6],
])('PPRE1 %i, TIMPRE %i', (ppre, timpre, busHz, timerHz) => {
  const { rcc, write } = setup();
  write(DCKCFGR, timpre << 24);
  write(CFGR, ppre << 10);
  expect([rcc.busHz('APB1'), rcc.timerHz('APB1')]).toEqual([busHz, timerHz]);
});

type Act = (bench: ReturnType<typeof setup>) => void;
const withCrystal: Act = ({ time, set }) => {
  set(CR, HSEON);
  time.passSeconds(2e-3);
};

test.each<[what: string, prepare: Act, act: Act, error: RegExp]>([
  ['switch to HSE that is off', () => {}, (b) => b.write(CFGR, 1), /EMU006: .*HSE, which is not ready/],
  ['switch to 3', () => {}, (b) => b.write(CFGR, 3), /EMU006: .*reserved value 3/],
  [
    'PLL from HSE that is not ready',
    (b) => b.write(PLLCFGR, pll(25, 192, 2)),
    (b) => b.set(CR, PLLON),
    /EMU006: .*its source HSE/,
  ],
  [
    'PLL input of 25 MHz',
    (b) => {
      withCrystal(b);
      b.write(PLLCFGR, pll(2, 192, 2));
    },
    (b) => b.set(CR, PLLON),
    /EMU006: the input of the PLL in Hz is 12500000/,
  ],
  [
    'PLLN 433',
    (b) => b.write(PLLCFGR, pll(16, 433, 8, false)),
    (b) => b.set(CR, PLLON),
    /EMU006: RCC_PLLCFGR.PLLN is 433/,
  ],
  [
    '108 MHz',
    (b) => b.write(PLLCFGR, pll(16, 216, 2, false)),
    (b) => b.set(CR, PLLON),
    /EMU006: the output of the PLL/,
  ],
  [
    'PLLCFGR while the PLL is on',
    (b) => {
      b.write(PLLCFGR, pll(16, 192, 4, false));
      b.set(CR, PLLON);
    },
    (b) => b.write(PLLCFGR, pll(16, 200, 4, false)),
    /EMU006: .*while the PLL is on/,
  ],
  [
    'APB1 at 96 MHz',
    (b) => {
      b.write(PLLCFGR, pll(16, 192, 2, false));
      b.set(CR, PLLON);
      b.time.passSeconds(1e-3);
    },
    (b) => b.write(CFGR, 2),
    /EMU006: the clock of APB1 in Hz is 96000000/,
  ],
  ['PLLI2S', () => {}, (b) => b.set(CR, 1 << 26), /EMU004: RCC_CR: the PLLI2S is not modelled/],
  ['CSS', () => {}, (b) => b.set(CR, 1 << 19), /EMU004: RCC_CR: the clock security/],
  ['LSE', () => {}, (b) => b.set(BDCR, 1), /EMU004: RCC_BDCR/],
  ['ready interrupts', () => {}, (b) => b.set(0x0c, 1 << 8), /EMU004: RCC_CIR/],
  [
    'enable bit of a block that the chip lacks',
    () => {},
    (b) => b.set(AHB1ENR, 1 << 5),
    /EMU005: .*RCC_AHB1ENR: bits 0x00000020/,
  ],
])('%s', (_, prepare, act, error) => {
  const bench = setup();
  prepare(bench);
  expect(errorOf(() => act(bench))).toMatch(error);
});

test('a clock above what flash or regulator allow', () => {
  const { time, set, write } = setup({
    hseHz: 25_000_000,
    cpuLimits: () => [{ hz: 20_000_000, because: 'no wait states' }],
  });
  set(CR, HSEON);
  time.passSeconds(2e-3);
  expect(errorOf(() => write(CFGR, 1))).toBe("EMU006: the processor's clock is set to 25000000 Hz: no wait states");
});

test('the source in use cannot be switched off', () => {
  const { time, write, set, read } = setup();
  set(CR, HSEON);
  time.passSeconds(2e-3);
  write(CFGR, 1);
  write(CR, 0x80);
  expect(read(CR)).toBe(0x80 | HSEON | HSERDY);
});

test('reset flags add up until RMVF, a power-on begins anew', () => {
  const { rcc, read, set } = setup();
  expect(read(CSR)).toBe(0x0e000000);
  set(CSR, 1 << 24);
  expect(read(CSR)).toBe(0);
  rcc.noteReset('software');
  rcc.reset('system');
  expect(read(CSR)).toBe(0x14000000);
  rcc.noteReset('iwdg');
  rcc.reset('system');
  expect(read(CSR)).toBe(0x34000000);
  rcc.reset('power-on');
  expect(read(CSR)).toBe(0x0e000000);
});

test('a system reset keeps the backup domain and goes back to HSI', () => {
  const { time, rcc, write, set, read } = setup();
  withCrystal({ time, rcc, write, set, read });
  write(CFGR, 1);
  set(BDCR, 2 << 8);
  rcc.reset('system');
  expect([read(BDCR), read(CR), rcc.cpuHz(), time.clock.frequency()]).toEqual([2 << 8, 0x83, 16e6, 16e6]);
});

test('LSI', () => {
  const { time, set, read, write } = setup();
  set(CSR, 1);
  expect(read(CSR) & 2).toBe(0);
  time.passSeconds(15e-6);
  expect(read(CSR) & 2).toBe(2);
  write(CSR, 0);
  expect(read(CSR) & 3).toBe(0);
});

test('clock enables and resets of blocks', () => {
  const resets: string[] = [];
  const { rcc, set, write } = setup({ onReset: (register, bit) => resets.push(`${register}.${bit}`) });
  set(AHB1ENR, 1 << 2);
  const isOpen = (register: string, bit: number) => rcc.gate(register, bit).isOpen();
  expect([isOpen('AHB1ENR', 2), isOpen('AHB1ENR', 0), isOpen('APB1ENR', 2)]).toEqual([true, false, false]);
  set(AHB1RSTR, 5);
  const gate = rcc.gate('AHB1ENR', 0);
  expect([resets, gate.isHeldInReset()]).toEqual([['AHB1ENR.0', 'AHB1ENR.2'], true]);
  write(AHB1RSTR, 0);
  expect([resets.length, gate.isHeldInReset()]).toEqual([2, false]);
});

test('snapshot while the crystal starts', () => {
  const { time, rcc, set, read } = setup();
  set(CR, HSEON);
  time.passSeconds(1e-3);
  const state = structuredClone([rcc.snapshot(), time.clock.snapshot()]);
  time.passSeconds(5e-3);
  time.clock.restore(state[1]);
  rcc.restore(state[0]);
  expect(read(CR) & HSERDY).toBe(0);
  time.passSeconds(1e-3);
  expect(read(CR) & HSERDY).toBe(HSERDY);
});

test('a countdown of no periods ends one cycle later', () => {
  const time = new TestTime();
  let ended = -1;
  const onEnd = () => {
    ended = time.now();
  };
  const countdown = new Countdown({ key: 'x', scheduler: time, clocks: fixedClock(16e6), hz: () => 1, onEnd });
  expect(countdown.start(0)).toBe(1);
  time.pass(10);
  expect([ended, countdown.isRunning]).toEqual([1, false]);
});

describe('backup domain', () => {
  const RTCEN = 1 << 15;
  const BDRST = 1 << 16;
  const LSI = 2 << 8;

  test('the clock of the RTC: its source stays until the domain is reset', () => {
    const { rcc, read, write } = setup();
    write(BDCR, RTCEN);
    expect(rcc.isRtcClocked()).toBe(false);
    write(BDCR, LSI);
    expect(rcc.isRtcClocked()).toBe(false);
    write(BDCR, LSI | RTCEN);
    expect(rcc.isRtcClocked()).toBe(true);
    expect(errorOf(() => write(BDCR, (3 << 8) | RTCEN))).toMatch(/^EMU006: RCC_BDCR.RTCSEL is changed/);
    const other = setup();
    other.write(BDCR, LSI | RTCEN);
    other.write(BDCR, BDRST);
    expect([other.read(BDCR), other.rcc.isRtcClocked()]).toEqual([BDRST, false]);
    other.write(BDCR, 0);
    other.write(BDCR, (3 << 8) | RTCEN);
    expect([other.rcc.isRtcClocked(), read(BDCR) & RTCEN]).toEqual([true, RTCEN]);
    expect(errorOf(() => setup().write(BDCR, 1 << 8))).toMatch(/^EMU004: RCC_BDCR: LSE as the clock of the RTC/);
  });

  test.each([
    [false, 0],
    [true, LSI],
  ])('battery %s: a power-on leaves 0x%s', (hasBattery, left) => {
    const { rcc, read, write } = setup({ backup: { isOpen: () => true, onReset: () => {}, hasBattery } });
    write(BDCR, LSI);
    rcc.reset('power-on');
    expect(read(BDCR)).toBe(left);
  });

  test('closed', () => {
    let resets = 0;
    let isOpen = true;
    const { write } = setup({ backup: { isOpen: () => isOpen, onReset: () => resets++, hasBattery: false } });
    write(BDCR, BDRST);
    expect(resets).toBe(1);
    isOpen = false;
    expect(errorOf(() => write(BDCR, 0))).toMatch(/^EMU014: RCC_BDCR is written while the backup domain is closed/);
  });
});
