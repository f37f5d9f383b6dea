import { expect, test } from 'vitest';
import { ExtiL4 } from './exti-l4.ts';
import { SyscfgL4 } from './syscfg-l4.ts';
import { errorOf, TestLine } from './test-time.ts';

const IMR1 = 0x00;
const EMR1 = 0x04;
const RTSR1 = 0x08;
const FTSR1 = 0x0c;
const SWIER1 = 0x10;
const PR1 = 0x14;
const IMR2 = 0x20;
const EMR2 = 0x24;
const RTSR2 = 0x28;
const SWIER2 = 0x30;
const PR2 = 0x34;
const DIRECT1 = 0xff820000;
const EXTICR1 = 0x08;

function setup() {
  const syscfg = new SyscfgL4();
  const lines = Array.from({ length: 16 }, () => new TestLine());
  let events = 0;
  const exti = new ExtiL4({
    interrupts: lines,
    portOfLine: (line) => syscfg.portOfLine(line),
    onEvent: () => {
      events++;
    },
  });
  const read = (offset: number) => exti.read(offset, 4);
  const write = (offset: number, value: number) => exti.write(offset, 4, value >>> 0);
  return { syscfg, exti, lines, read, write, events: () => events };
}

test('direct lines are unmasked after reset', () => {
  const { read, write } = setup();
  expect([read(IMR1), read(IMR2)]).toEqual([DIRECT1, 0x87]);
  write(IMR1, 0);
  write(IMR1, DIRECT1 | 1);
  expect(read(IMR1)).toBe(DIRECT1 + 1);
});

test('an edge on a pin: pending, interrupt, cleared by a one', () => {
  const { syscfg, exti, lines, read, write } = setup();
  syscfg.write(EXTICR1 + 12, 4, 2 << 4);
  write(FTSR1, 1 << 13);
  write(IMR1, DIRECT1 | (1 << 13));
  exti.pinChanged('A', 13, 0);
  exti.pinChanged('C', 13, 1);
  expect([read(PR1), lines[13].level]).toEqual([0, false]);
  exti.pinChanged('C', 13, 0);
  expect([read(PR1), lines[13].level]).toEqual([1 << 13, true]);
  write(PR1, 1 << 13);
  expect([read(PR1), lines[13].level]).toEqual([0, false]);
});

test('a software trigger, and an event', () => {
  const { read, write, lines, events } = setup();
  write(IMR1, 2);
  write(EMR1, 4);
  write(SWIER1, 6);
  expect([read(PR1), lines[1].level, lines[2].level, events()]).toEqual([2, true, false, 1]);
  write(PR1, 6);
  expect(read(SWIER1)).toBe(0);
});

test('the second bank keeps its registers to itself', () => {
  const { read, write, lines } = setup();
  write(RTSR2, 0x78);
  write(SWIER2, 0x08);
  expect([read(RTSR1), read(PR1), read(PR2), lines[3].level]).toEqual([0, 0, 0, false]);
  write(PR2, 0x08);
  expect(read(SWIER2)).toBe(0);
});

test.each<[what: string, act: (bench: ReturnType<typeof setup>) => void, error: RegExp]>([
  ['halfword', ({ exti }) => exti.write(IMR1, 2, 1), /^EMU003/],
  ['alarm of the real-time clock', ({ write }) => write(IMR1, 1 << 18), /^EMU004: EXTI_IMR1: line 18/],
  ['event of a direct line', ({ write }) => write(EMR1, 1 << 22), /^EMU004: EXTI_EMR1: line 22/],
  ['voltage monitor', ({ write }) => write(IMR2, 0x08), /^EMU004: EXTI_IMR2: line 35/],
  ['event in the second bank', ({ write }) => write(EMR2, 0x40), /^EMU004: EXTI_EMR2: line 38/],
  ['edge of a direct line', ({ write }) => write(RTSR1, 1 << 17), /^EMU005/],
  ['line that there is not', ({ write }) => write(IMR2, 0x100), /^EMU005/],
  ['RAM at address 0', ({ syscfg }) => syscfg.write(0, 4, 3), /^EMU004: SYSCFG_MEMRMP: another memory/],
  ['exchanged banks', ({ syscfg }) => syscfg.write(0, 4, 0x100), /^EMU004: SYSCFG_MEMRMP: exchanging/],
  ['the firewall', ({ syscfg }) => syscfg.write(4, 4, 0x7c000000), /^EMU004: SYSCFG_CFGR1: the firewall/],
  ['erasing SRAM2', ({ syscfg }) => syscfg.write(0x18, 4, 1), /^EMU004: SYSCFG_SCSR/],
])('%s', (_, act, error) => {
  expect(errorOf(() => act(setup()))).toMatch(error);
});

test.each([...'ABCDEFGH'].map((port, value) => [port, value] as const))('port %s', (port, value) => {
  const { syscfg } = setup();
  syscfg.write(EXTICR1 + 4, 4, value << 8);
  expect([syscfg.portOfLine(6), syscfg.read(0, 4)]).toEqual([port, 0]);
});

test('snapshot', () => {
  const { exti, lines, write } = setup();
  write(IMR1, 1);
  write(SWIER1, 1);
  const state = structuredClone(exti.snapshot());
  exti.reset('system');
  expect(lines[0].level).toBe(false);
  exti.restore(state);
  expect(lines[0].level).toBe(true);
});
