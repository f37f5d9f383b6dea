import { beforeEach, expect, test } from 'vitest';
import type { MachineEvent } from '../peripheral.ts';
import { type ClockListener, type ClockTree, fixedClock } from './clock-tree.ts';
import { errorOf, TestLine, TestTime } from './test-time.ts';
import { Usart, type UsartOptions } from './usart.ts';

const SR = 0x00;
const DR = 0x04;
const BRR = 0x08;
const CR1 = 0x0c;
const CR2 = 0x10;
const CR3 = 0x14;
const ORE = 1 << 3;
const IDLE = 1 << 4;
const RXNE = 1 << 5;
const TC = 1 << 6;
const TXE = 1 << 7;
const RE = 1 << 2;
const TE = 1 << 3;
const UE = 1 << 13;
/** 16 MHz / 139 = 115,108 baud: a frame of 10 bits takes 1,390 cycles. */
const DIVIDER = 139;
const FRAME = 10 * DIVIDER;

let sent: [cycle: number, byte: number][];
beforeEach(() => {
  sent = [];
});

function setup(options: Partial<UsartOptions> = {}) {
  const time = new TestTime();
  const line = new TestLine();
  const usart = new Usart({
    name: 'USART2',
    bus: 'APB1',
    clocks: fixedClock(16e6),
    scheduler: time,
    interrupt: line,
    emit: (event: MachineEvent) => {
      if (event.event === 'uart') sent.push([time.now(), event.byte]);
    },
    ...options,
  });
  usart.write(BRR, 4, DIVIDER);
  return { time, line, usart };
}

/** On, with the idle frame that TE sends already gone. */
function ready(cr1 = UE | TE | RE, options: Partial<UsartOptions> = {}) {
  const bench = setup(options);
  bench.usart.write(CR1, 4, cr1);
  bench.time.pass(FRAME);
  return bench;
}

test('after reset', () => {
  expect(setup().usart.read(SR, 4)).toBe(TXE | TC);
});

test('a byte is reported at the end of its stop bit', () => {
  const { time, usart } = ready();
  const start = time.now();
  usart.write(DR, 4, 0x41);
  time.pass(FRAME - 1);
  expect(sent).toEqual([]);
  time.pass(1);
  expect(sent).toEqual([[start + FRAME, 0x41]]);
});

test('TE sends an idle frame first', () => {
  const { time, usart } = setup();
  usart.write(CR1, 4, UE | TE);
  usart.write(DR, 4, 0x41);
  expect(usart.read(SR, 4) & TXE).toBe(0);
  time.pass(2 * FRAME);
  expect(sent).toEqual([[2 * FRAME, 0x41]]);
});

test('bytes follow each other without a gap, TXE and TC say how far they are', () => {
  const { time, usart } = ready();
  const start = time.now();
  const status = () => usart.read(SR, 4) & (TXE | TC);
  usart.read(SR, 4);
  usart.write(DR, 4, 1);
  expect(status()).toBe(TXE);
  usart.write(DR, 4, 2);
  expect(status()).toBe(0);
  time.pass(FRAME);
  expect(status()).toBe(TXE);
  time.pass(FRAME - 1);
  expect(status()).toBe(TXE);
  time.pass(1);
  expect(status()).toBe(TXE | TC);
  expect(sent).toEqual([
    [start + FRAME, 1],
    [start + 2 * FRAME, 2],
  ]);
});

test('TC falls by a write of DR only after a read of SR, or by a zero', () => {
  const { time, usart } = ready();
  usart.write(DR, 4, 1);
  expect(usart.read(SR, 4) & TC).toBe(TC);
  time.pass(FRAME);
  usart.write(DR, 4, 2);
  expect(usart.read(SR, 4) & TC).toBe(0);
  time.pass(FRAME);
  usart.write(SR, 4, ~TC >>> 0);
  expect(usart.read(SR, 4) & (TXE | TC)).toBe(TXE);
});

/** Cycles of a frame at 16 MHz. */
test.each<[what: string, brr: number, cr1: number, cr2: number, cycles: number]>([
  ['8N1', 139, 0, 0, 1390],
  ['9 data bits', 139, 1 << 12, 0, 1529],
  ['2 stop bits', 139, 0, 2 << 12, 1529],
  ['half a stop bit', 139, 0, 1 << 12, 1321],
  ['oversampling by 8', 0x113, 1 << 15, 0, 1390],
])('%s', (_, brr, cr1, cr2, cycles) => {
  const { time, usart } = setup();
  usart.write(BRR, 4, brr);
  usart.write(CR2, 4, cr2);
  usart.write(CR1, 4, UE | TE | cr1);
  time.pass(cycles);
  const start = time.now();
  usart.write(DR, 4, 0x55);
  time.pass(2000);
  expect(sent).toEqual([[start + cycles, 0x55]]);
});

test('the rate follows the bus, and a change of the clock in the middle of a byte', () => {
  let hz = 16e6;
  const listeners: ClockListener[] = [];
  const clocks: ClockTree = {
    cpuHz: () => hz,
    busHz: () => hz / 2,
    timerHz: () => hz,
    onChange: (listener) => listeners.push(listener),
  };
  const { time, usart } = setup({ clocks });
  usart.write(CR1, 4, UE | TE);
  time.pass(2 * FRAME);
  usart.write(DR, 4, 1);
  time.pass(FRAME);
  for (const listener of listeners) listener('before');
  hz = 8e6;
  for (const listener of listeners) listener('after');
  time.pass(FRAME);
  expect(sent).toEqual([[4 * FRAME, 1]]);
});

test('a received byte: RXNE, then IDLE when the line rests', () => {
  const { time, usart } = ready();
  usart.receive(0x42);
  time.pass(FRAME - 1);
  expect(usart.read(SR, 4) & RXNE).toBe(0);
  time.pass(1);
  expect(usart.read(SR, 4) & (RXNE | IDLE)).toBe(RXNE);
  time.pass(FRAME);
  expect(usart.read(SR, 4) & (RXNE | IDLE)).toBe(RXNE | IDLE);
  expect(usart.read(DR, 4)).toBe(0x42);
  expect(usart.read(SR, 4) & (RXNE | IDLE)).toBe(0);
});

test('bytes come in one after the other; one that nobody read is kept, the next is lost with ORE', () => {
  const { time, usart } = ready();
  for (const byte of [1, 2, 3]) usart.receive(byte);
  time.pass(2 * FRAME);
  expect(usart.read(SR, 4) & (RXNE | ORE)).toBe(RXNE | ORE);
  expect(usart.read(DR, 4)).toBe(1);
  time.pass(FRAME);
  expect(usart.read(DR, 4)).toBe(3);
});

test('ORE falls only by a read of SR before that of DR', () => {
  const { time, usart } = ready();
  usart.receive(1);
  usart.receive(2);
  time.pass(2 * FRAME);
  usart.read(DR, 4);
  expect(usart.read(SR, 4) & ORE).toBe(ORE);
  usart.read(DR, 4);
  expect(usart.read(SR, 4) & ORE).toBe(0);
});

test('a port that is off or has no rate receives nothing', () => {
  const { time, usart } = setup();
  usart.receive(1);
  time.pass(FRAME);
  expect(usart.read(SR, 4) & RXNE).toBe(0);
  usart.write(BRR, 4, 0);
  usart.receive(1);
  time.pass(10 * FRAME);
  expect(usart.read(SR, 4) & RXNE).toBe(0);
});

function arrive({ usart, time }: ReturnType<typeof setup>, bytes: readonly number[], frames: number): void {
  for (const byte of bytes) usart.receive(byte);
  time.pass(frames * FRAME);
}

test.each<[what: string, enable: number, act: (bench: ReturnType<typeof setup>) => void]>([
  ['TXEIE', TXE, () => {}],
  ['TCIE', TC, () => {}],
  ['RXNEIE', RXNE, (bench) => arrive(bench, [1], 1)],
  ['RXNEIE by ORE', RXNE, (bench) => arrive(bench, [1, 2], 2)],
  ['IDLEIE', IDLE, (bench) => arrive(bench, [1], 2)],
])('interrupt by %s', (_, enable, act) => {
  const bench = ready();
  act(bench);
  expect(bench.line.level).toBe(false);
  bench.usart.write(CR1, 4, UE | TE | RE | enable);
  expect(bench.line.level).toBe(true);
});

test('the interrupt of TXE falls with the byte', () => {
  const { time, line, usart } = ready(UE | TE | TXE);
  usart.write(DR, 4, 1);
  expect(line.level).toBe(true);
  usart.write(DR, 4, 2);
  expect(line.level).toBe(false);
  time.pass(FRAME);
  expect(line.level).toBe(true);
});

function writeAll(usart: Usart, ...writes: readonly (readonly [offset: number, value: number])[]): void {
  for (const [offset, value] of writes) usart.write(offset, 4, value);
}

test.each<[what: string, act: (usart: Usart) => void, error: RegExp]>([
  ['transmitter off', (u) => writeAll(u, [CR1, UE], [DR, 1]), /EMU010: .*its transmitter is off/],
  ['data register full', (u) => writeAll(u, [DR, 1], [DR, 2], [DR, 3]), /EMU010: .*is full/],
  ['switched off too early', (u) => writeAll(u, [DR, 1], [CR1, 0]), /EMU010: .*wait for SR.TC/],
  ['parity', (u) => u.write(CR1, 4, 1 << 10), /EMU004: USART2_CR1: parity is not modelled/],
  ['LIN', (u) => u.write(CR2, 4, 1 << 14), /EMU004: USART2_CR2/],
  ['DMA', (u) => u.write(CR3, 4, 1 << 7), /EMU004: USART2_CR3: DMA/],
  ['byte access', (u) => u.write(DR, 1, 1), /EMU003/],
])('%s', (_, act, error) => {
  const { usart } = ready();
  expect(errorOf(() => act(usart))).toMatch(error);
});

test('EMU006: sending without a rate', () => {
  const { usart } = setup();
  usart.write(BRR, 4, 0);
  expect(errorOf(() => usart.write(CR1, 4, UE | TE))).toBe('EMU006: USART2 sends while USART2_BRR is 0');
});

test('EMU010: no pin is connected', () => {
  const { usart } = ready(UE | TE, { whyDisconnected: () => 'give PA2 the alternate function 7' });
  expect(errorOf(() => usart.write(DR, 4, 1))).toBe(
    'EMU010: a byte is written to USART2 and lost: no pin is connected to it: give PA2 the alternate function 7',
  );
});

test('snapshot in the middle of two bytes', () => {
  const { time, usart } = ready();
  usart.write(DR, 4, 1);
  usart.write(DR, 4, 2);
  time.pass(100);
  const state = structuredClone([usart.snapshot(), time.clock.snapshot()]);
  time.pass(3 * FRAME);
  const once = sent;
  sent = [];
  time.clock.restore(state[1]);
  usart.restore(state[0]);
  time.pass(3 * FRAME);
  expect(sent).toEqual(once);
});

test('a reset forgets what was under way', () => {
  const { time, usart } = ready();
  usart.write(DR, 4, 1);
  usart.receive(2);
  usart.reset('system');
  time.pass(10 * FRAME);
  expect([sent, usart.read(SR, 4)]).toEqual([[], TXE | TC]);
});
