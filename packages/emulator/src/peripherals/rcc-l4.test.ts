import { describe, expect, test } from 'vitest';
import { RccL4, type RccL4Options } from './rcc-l4.ts';
import { errorOf, TestTime } from './test-time.ts';

const CR = 0x00;
const CFGR = 0x08;
const PLLCFGR = 0x0c;
const CIER = 0x18;
const APB1RSTR1 = 0x38;
const APB1RSTR2 = 0x3c;
const AHB1ENR = 0x48;
const AHB2ENR = 0x4c;
const APB1ENR1 = 0x58;
const APB1ENR2 = 0x5c;
const CCIPR = 0x88;
const BDCR = 0x90;
const CSR = 0x94;
const MSIRGSEL = 1 << 3;
const HSION = 1 << 8;
const HSIRDY = 1 << 10;
const HSEON = 1 << 16;
const HSERDY = 1 << 17;
const PLLON = 1 << 24;
const PLLRDY = 1 << 25;
const PLLREN = 1 << 24;

function setup(options: Partial<RccL4Options> = { hseHz: 8_000_000 }) {
  const time = new TestTime(4_000_000);
  const rcc = new RccL4({ scheduler: time, onFrequency: (hz) => time.clock.setFrequency(hz), ...options });
  rcc.reset('power-on');
  const read = (offset: number) => rcc.read(offset, 4);
  const write = (offset: number, value: number) => rcc.write(offset, 4, value >>> 0);
  const set = (offset: number, bits: number) => write(offset, read(offset) | bits);
  /** Sets a field in CR, others left alone. */
  const range = (n: number) => write(CR, (read(CR) & ~0xf0) | (n << 4) | MSIRGSEL);
  return { time, rcc, read, write, set, range };
}

type Bench = ReturnType<typeof setup>;

const SOURCE = { msi: 1, hsi: 2, hse: 3 } as const;

/** PLLCFGR for source / m * n / r. */
const pll = (source: keyof typeof SOURCE, m: number, n: number, r: number) =>
  PLLREN | ((r / 2 - 1) << 25) | (n << 8) | ((m - 1) << 4) | SOURCE[source];

function startPll({ time, set, write }: Bench, word: number): void {
  set(CR, HSION);
  time.passSeconds(1e-6);
  write(PLLCFGR, word);
  set(CR, PLLON);
  time.passSeconds(15e-6);
}

test('after reset the MSI runs at 4 MHz', () => {
  const { rcc, read } = setup();
  expect([read(CR), read(CFGR), read(PLLCFGR), read(AHB1ENR)]).toEqual([0x63, 0, 0x1000, 0x100]);
  expect([rcc.cpuHz(), rcc.busHz('APB1'), rcc.timerHz('APB2')]).toEqual([4e6, 4e6, 4e6]);
});

test.each([
  [0, 100e3],
  [4, 1e6],
  [5, 2e6],
  [7, 8e6],
  [8, 16e6],
  [9, 24e6],
  [11, 48e6],
])('MSI range %i', (n, hz) => {
  const { time, rcc, range } = setup();
  range(n);
  expect([rcc.cpuHz(), time.clock.frequency()]).toEqual([hz, hz]);
});

test('the range in CR counts only with MSIRGSEL, which falls by a reset only', () => {
  const { rcc, read, write } = setup();
  write(CR, 0x01 | (8 << 4));
  expect(rcc.cpuHz()).toBe(4e6);
  write(CR, (8 << 4) | MSIRGSEL | 1);
  expect(rcc.cpuHz()).toBe(16e6);
  write(CR, (8 << 4) | 1);
  expect([read(CR) & MSIRGSEL, rcc.cpuHz()]).toEqual([MSIRGSEL, 16e6]);
  rcc.reset('system');
  expect(rcc.cpuHz()).toBe(4e6);
});

test('HSI16 is ready after 0.8 us; then the switch', () => {
  const { time, rcc, read, set, write } = setup();
  set(CR, HSION);
  time.pass(3);
  expect(read(CR) & HSIRDY).toBe(0);
  time.pass(1);
  expect(read(CR) & HSIRDY).toBe(HSIRDY);
  write(CFGR, 1);
  expect([read(CFGR), rcc.cpuHz()]).toEqual([5, 16e6]);
  write(CR, 0);
  expect(read(CR) & (HSION | HSIRDY | 3)).toBe(HSION | HSIRDY);
});

test('without a crystal HSERDY never comes', () => {
  const { time, set, read } = setup({});
  set(CR, HSEON);
  time.passSeconds(1);
  expect(read(CR) & HSERDY).toBe(0);
});

test.each<[what: string, word: number, hz: number]>([
  ['80 MHz from HSI16', pll('hsi', 1, 10, 2), 80e6],
  ['64 MHz from HSI16', pll('hsi', 2, 32, 4), 64e6],
  ['80 MHz from MSI', pll('msi', 1, 40, 2), 80e6],
])('%s', (_, word, hz) => {
  const bench = setup();
  startPll(bench, word);
  expect(bench.read(CR) & PLLRDY).toBe(PLLRDY);
  bench.write(CFGR, (0b100 << 8) | (0b101 << 11) | 3);
  const { rcc } = bench;
  expect([rcc.cpuHz(), rcc.busHz('APB1'), rcc.busHz('APB2')]).toEqual([hz, hz / 2, hz / 4]);
  expect([rcc.timerHz('APB1'), rcc.timerHz('APB2')]).toEqual([hz, hz / 2]);
});

test.each<[what: string, prepare: (bench: Bench) => void, act: (bench: Bench) => void, error: RegExp]>([
  ['switch to HSI16 that is off', () => {}, (b) => b.write(CFGR, 1), /EMU006: .*HSI16, which is not ready \(6.4.3\)/],
  ['PLL without source', (b) => b.write(PLLCFGR, 0x1000), (b) => b.set(CR, PLLON), /EMU006: .*without a source/],
  [
    'PLL from HSI16 that is off',
    (b) => b.write(PLLCFGR, pll('hsi', 1, 10, 2)),
    (b) => b.set(CR, PLLON),
    /EMU006: .*its source HSI16/,
  ],
  ['PLLN 7', (b) => b.set(CR, HSION), (b) => startPll(b, pll('hsi', 1, 7, 2)), /EMU006: RCC_PLLCFGR.PLLN is 7/],
  [
    'input of 2 MHz',
    () => {},
    (b) => startPll(b, pll('hsi', 8, 40, 2)),
    /EMU006: the input of the PLL in Hz is 2000000/,
  ],
  [
    'VCO of 352 MHz',
    () => {},
    (b) => startPll(b, pll('hsi', 1, 22, 8)),
    /EMU006: the VCO of the PLL in Hz is 352000000/,
  ],
  ['88 MHz', () => {}, (b) => startPll(b, pll('hsi', 1, 11, 2)), /EMU006: the output of the PLL in Hz is 88000000/],
  [
    'PLLCFGR while the PLL is on',
    (b) => startPll(b, pll('hsi', 1, 10, 2)),
    (b) => b.write(PLLCFGR, pll('hsi', 1, 9, 2)),
    /EMU006: .*while the PLL is on/,
  ],
  [
    'the PLL without its output R as the system clock',
    (b) => startPll(b, pll('hsi', 1, 10, 2) & ~PLLREN),
    (b) => b.write(CFGR, 3),
    /EMU006: .*PLLREN is not set/,
  ],
  ['MSI range 12', () => {}, (b) => b.range(12), /EMU006: RCC_CR.MSIRANGE is set to the reserved value 12/],
  [
    'MSI range while the MSI starts',
    (b) => {
      b.set(CR, HSION);
      b.time.passSeconds(1e-6);
      b.write(CFGR, 1);
      b.write(CR, (b.read(CR) & ~1) >>> 0);
      b.set(CR, 1);
    },
    (b) => b.range(8),
    /EMU006: .*while the MSI starts/,
  ],
  ['MSISRANGE without MSIRGSEL', () => {}, (b) => b.write(CSR, 0x700), /EMU006: RCC_CSR.MSISRANGE is written while/],
  ['MSISRANGE 8', (b) => b.range(6), (b) => b.write(CSR, 0x800), /EMU006: RCC_CSR.MSISRANGE is 8/],
  ['MSI calibrated by LSE', () => {}, (b) => b.set(CR, 4), /EMU004: RCC_CR: the MSI's calibration/],
  ['PLLSAI1', () => {}, (b) => b.set(CR, 1 << 26), /EMU004: RCC_CR: PLLSAI1/],
  ['PLL output Q', () => {}, (b) => b.set(PLLCFGR, 1 << 20), /EMU004: RCC_PLLCFGR: an output P or Q/],
  ['CSS', () => {}, (b) => b.set(CR, 1 << 19), /EMU004: RCC_CR: the clock security/],
  ['LSE', () => {}, (b) => b.set(BDCR, 1), /EMU004: RCC_BDCR/],
  ['ready interrupts', () => {}, (b) => b.set(CIER, 1), /EMU004: RCC_CIER/],
  ['USART2 by LSE', () => {}, (b) => b.write(CCIPR, 3 << 2), /EMU004: RCC_CCIPR: LSE as the clock of USART2/],
  ['AES, which another chip has', () => {}, (b) => b.set(AHB2ENR, 1 << 16), /EMU005: .*bits 0x00010000/],
])('%s', (_, prepare, act, error) => {
  const bench = setup();
  prepare(bench);
  expect(errorOf(() => act(bench))).toMatch(error);
});

test('voltage range 2 narrows the limits of the PLL', () => {
  const bench = setup({ voltageRange: () => 2 });
  expect(errorOf(() => startPll(bench, pll('hsi', 1, 10, 4)))).toMatch(/EMU006: the VCO of the PLL in Hz is 160000000/);
});

test.each([
  [0, 2e6],
  [1, 16e6],
  [2, 16e6],
])('USART2SEL %i', (choice, hz) => {
  const { rcc, time, set, write } = setup();
  set(CR, HSION);
  time.passSeconds(1e-6);
  write(CFGR, (0b1001 << 4) | (0b100 << 8) | 1);
  write(CCIPR, choice << 2);
  expect(rcc.portHz('USART2')).toBe(hz);
});

test('a port that is clocked by HSI16 while that is off', () => {
  const { rcc, write } = setup();
  write(CCIPR, 2);
  expect(errorOf(() => rcc.portHz('USART1'))).toMatch(/^EMU006: USART1 is clocked by HSI16/);
  expect(rcc.portHz('USART2')).toBe(4e6);
});

test('a clock above what flash or regulator allow', () => {
  const { range } = setup({ cpuLimits: () => [{ hz: 16e6, because: 'no wait states' }] });
  expect(errorOf(() => range(9))).toBe("EMU006: the processor's clock is set to 24000000 Hz: no wait states");
});

test('reset flags: power-on and brown-out are one, RMVF removes all', () => {
  const { rcc, read, set } = setup();
  expect(read(CSR)).toBe(0x0c000600);
  set(CSR, 1 << 23);
  expect(read(CSR)).toBe(0x600);
  rcc.noteReset('software');
  rcc.reset('system');
  expect(read(CSR)).toBe(0x14000600);
  rcc.noteReset('iwdg');
  rcc.reset('system');
  expect(read(CSR)).toBe(0x34000600);
  rcc.reset('power-on');
  expect(read(CSR)).toBe(0x0c000600);
});

test('LSI', () => {
  const { time, set, read } = setup();
  set(CSR, 1);
  time.passSeconds(79e-6);
  expect(read(CSR) & 3).toBe(1);
  time.passSeconds(1e-6);
  expect(read(CSR) & 3).toBe(3);
});

test('both clock-enable registers of APB1, and their resets', () => {
  const resets: string[] = [];
  const { rcc, set } = setup({ onReset: (register, bit) => resets.push(`${register}.${bit}`) });
  set(APB1ENR1, 1 << 17);
  set(APB1ENR2, 1 << 0);
  const gates = [rcc.gate('APB1ENR1', 17), rcc.gate('APB1ENR2', 0), rcc.gate('APB1ENR2', 5)];
  expect(gates.map((gate) => gate.isOpen())).toEqual([true, true, false]);
  set(APB1RSTR1, 1 << 17);
  set(APB1RSTR2, 1 << 5);
  expect(resets).toEqual(['APB1ENR1.17', 'APB1ENR2.5']);
  expect(gates.map((gate) => gate.isHeldInReset())).toEqual([true, false, true]);
});

test('a system reset keeps the backup domain and goes back to the MSI', () => {
  const { time, rcc, read, set, write } = setup();
  set(CR, HSION);
  time.passSeconds(1e-6);
  write(CFGR, 1);
  set(BDCR, 2 << 8);
  rcc.reset('system');
  expect([read(BDCR), read(CR), rcc.cpuHz(), time.clock.frequency()]).toEqual([2 << 8, 0x63, 4e6, 4e6]);
});

test('snapshot while the PLL locks', () => {
  const bench = setup();
  const { time, rcc, set, read } = bench;
  set(CR, HSION);
  time.passSeconds(1e-6);
  bench.write(PLLCFGR, pll('hsi', 1, 10, 2));
  set(CR, PLLON);
  time.passSeconds(10e-6);
  const state = structuredClone([rcc.snapshot(), time.clock.snapshot()]);
  time.passSeconds(10e-6);
  time.clock.restore(state[1]);
  rcc.restore(state[0]);
  expect(read(CR) & PLLRDY).toBe(0);
  time.passSeconds(5e-6);
  expect(read(CR) & PLLRDY).toBe(PLLRDY);
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
