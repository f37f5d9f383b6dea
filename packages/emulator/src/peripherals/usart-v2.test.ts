import { beforeEach, expect, test } from 'vitest';
import type { MachineEvent } from '../peripheral.ts';
import { type ClockListener, fixedClock } from './clock-tree.ts';
import { errorOf, TestLine, TestTime } from './test-time.ts';
import { UsartV2, type UsartV2Options } from './usart-v2.ts';

const CR1 = 0x00;
const CR2 = 0x04;
const CR3 = 0x08;
const BRR = 0x0c;
const RQR = 0x18;
const ISR = 0x1c;
const ICR = 0x20;
const RDR = 0x24;
const TDR = 0x28;
const ORE = 1 << 3;
const IDLE = 1 << 4;
const RXNE = 1 << 5;
const TC = 1 << 6;
const TXE = 1 << 7;
const BUSY = 1 << 16;
const TEACK = 1 << 21;
const REACK = 1 << 22;
const UE = 1 << 0;
const RE = 1 << 2;
const TE = 1 << 3;
/** 16 MHz / 139 = 115,108 baud: a frame of 10 bits takes 1,390 cycles. */
const DIVIDER = 139;
const FRAME = 10 * DIVIDER;

let sent: [cycle: number, byte: number][];
beforeEach(() => {
  sent = [];
});

function setup(options: Partial<UsartV2Options> = {}) {
  const time = new TestTime();
  const line = new TestLine();
  const usart = new UsartV2({
    name: 'USART2',
    hz: () => 16e6,
    clocks: fixedClock(16e6),
    scheduler: time,
    interrupt: line,
    emit: (event: MachineEvent) => {
      if (event.event === 'uart') sent.push([time.now(), event.byte]);
    },
    ...options,
  });
  const write = (offset: number, value: number) => usart.write(offset, 4, value);
  const read = (offset: number) => usart.read(offset, 4);
  write(BRR, DIVIDER);
  return { time, line, usart, write, read };
}

type Bench = ReturnType<typeof setup>;

/** On, with the idle frame that TE sends already gone. */
function ready(cr1 = UE | TE | RE, options: Partial<UsartV2Options> = {}) {
  const bench = setup(options);
  bench.write(CR1, cr1);
  bench.time.pass(FRAME);
  return bench;
}

test('after reset, and on', () => {
  const { read, write } = setup();
  expect(read(ISR)).toBe(TXE | TC);
  write(CR1, UE | TE);
  expect(read(ISR)).toBe(TXE | TC | TEACK);
  write(CR1, UE | TE | RE);
  expect(read(ISR)).toBe(TXE | TC | TEACK | REACK);
});

test('bytes follow each other without a gap, TXE and TC say how far they are', () => {
  const { time, read, write } = ready();
  const start = time.now();
  const status = () => read(ISR) & (TXE | TC);
  write(TDR, 1);
  expect(status()).toBe(TXE);
  write(TDR, 2);
  expect(status()).toBe(0);
  time.pass(FRAME);
  expect(status()).toBe(TXE);
  time.pass(FRAME);
  expect(status()).toBe(TXE | TC);
  expect(sent).toEqual([
    [start + FRAME, 1],
    [start + 2 * FRAME, 2],
  ]);
});

/** Cycles of a frame at 16 MHz. */
test.each<[what: string, brr: number, cr1: number, cr2: number, byte: number, cycles: number]>([
  ['8N1', 139, 0, 0, 0x155, 1390],
  ['9 data bits', 139, 1 << 12, 0, 0x55, 1529],
  ['7 data bits', 139, 1 << 28, 0, 0xd5, 1251],
  ['2 stop bits', 139, 0, 2 << 12, 0x55, 1529],
  ['oversampling by 8', 0x113, 1 << 15, 0, 0x55, 1390],
])('%s', (_, brr, cr1, cr2, byte, cycles) => {
  const { time, write } = setup();
  write(BRR, brr);
  write(CR2, cr2);
  write(CR1, UE | TE | cr1);
  time.pass(cycles);
  const start = time.now();
  write(TDR, byte);
  time.pass(2000);
  expect(sent).toEqual([[start + cycles, 0x55]]);
});

test('the rate follows the clock that feeds the port', () => {
  let hz = 16e6;
  const listeners: ClockListener[] = [];
  const clocks = { ...fixedClock(16e6), onChange: (listener: ClockListener) => void listeners.push(listener) };
  const { time, write } = setup({ clocks, hz: () => hz });
  write(CR1, UE | TE);
  time.pass(FRAME);
  write(TDR, 1);
  time.pass(FRAME / 2);
  for (const listener of listeners) listener('before');
  hz = 8e6;
  for (const listener of listeners) listener('after');
  time.pass(2 * FRAME);
  expect(sent).toEqual([[2.5 * FRAME, 1]]);
});

test('a received byte: BUSY while it comes, RXNE, then IDLE when the line rests', () => {
  const { time, usart, read, write } = ready();
  const status = () => read(ISR) & (BUSY | RXNE | IDLE);
  usart.receive(0x42);
  expect(status()).toBe(BUSY);
  time.pass(FRAME);
  expect(status()).toBe(RXNE);
  time.pass(FRAME);
  expect(status()).toBe(RXNE | IDLE);
  expect(read(RDR)).toBe(0x42);
  expect(status()).toBe(IDLE);
  write(ICR, IDLE);
  expect(status()).toBe(0);
});

test('ORE falls by ICR only; the byte that came first is kept', () => {
  const { time, usart, read, write } = ready();
  for (const byte of [1, 2]) usart.receive(byte);
  time.pass(2 * FRAME);
  expect(read(ISR) & (RXNE | ORE)).toBe(RXNE | ORE);
  expect(read(RDR)).toBe(1);
  expect(read(ISR) & (RXNE | ORE)).toBe(ORE);
  write(ICR, ORE);
  expect(read(ISR) & ORE).toBe(0);
});

test('TC falls by ICR, RXNE by RQR', () => {
  const { time, usart, read, write } = ready();
  write(ICR, TC);
  expect(read(ISR) & TC).toBe(0);
  usart.receive(1);
  time.pass(FRAME);
  write(RQR, 1 << 3);
  expect(read(ISR) & RXNE).toBe(0);
});

function arrive({ usart, time }: Bench, bytes: readonly number[], frames: number): void {
  for (const byte of bytes) usart.receive(byte);
  time.pass(frames * FRAME);
}

test.each<[what: string, enable: number, act: (bench: Bench) => void]>([
  ['TXEIE', TXE, () => {}],
  ['TCIE', TC, () => {}],
  ['RXNEIE', RXNE, (bench) => arrive(bench, [1], 1)],
  ['RXNEIE by ORE', RXNE, (bench) => arrive(bench, [1, 2], 2)],
  ['IDLEIE', IDLE, (bench) => arrive(bench, [1], 2)],
])('interrupt by %s', (_, enable, act) => {
  const bench = ready();
  act(bench);
  expect(bench.line.level).toBe(false);
  bench.write(CR1, UE | TE | RE | enable);
  expect(bench.line.level).toBe(true);
});

function writeAll({ write }: Bench, ...writes: readonly (readonly [offset: number, value: number])[]): void {
  for (const [offset, value] of writes) write(offset, value);
}

test.each<[what: string, act: (bench: Bench) => void, error: RegExp]>([
  ['transmitter off', (b) => writeAll(b, [CR1, UE], [TDR, 1]), /EMU010: .*its transmitter is off/],
  ['data register full', (b) => writeAll(b, [TDR, 1], [TDR, 2], [TDR, 3]), /EMU010: .*wait for ISR.TXE/],
  ['switched off too early', (b) => writeAll(b, [TDR, 1], [CR1, 0]), /EMU010: .*wait for ISR.TC/],
  ['BRR while on', ({ write }) => write(BRR, 138), /EMU007: USART2_BRR is changed while the port is on/],
  ['word length while on', ({ write }) => write(CR1, UE | TE | RE | (1 << 12)), /EMU007: USART2_CR1/],
  ['stop bits while on', ({ write }) => write(CR2, 2 << 12), /EMU007: USART2_CR2/],
  ['sending a break', ({ write }) => write(RQR, 1 << 1), /EMU004: USART2_RQR/],
  ['DMA', ({ write }) => write(CR3, 1 << 7), /EMU004: USART2_CR3: DMA/],
  ['RDR', ({ write }) => write(RDR, 0), /EMU007/],
  ['byte access', ({ usart }) => usart.write(TDR, 1, 1), /EMU003/],
])('%s', (_, act, error) => {
  const bench = ready();
  expect(errorOf(() => act(bench))).toMatch(error);
});

test.each<[what: string, offset: number, value: number]>([
  ['parity', CR1, 1 << 10],
  ['mute mode', CR1, 1 << 13],
  ['LIN', CR2, 1 << 14],
  ['swapped pins', CR2, 1 << 15],
  ['automatic rate', CR2, 1 << 20],
  ['half-duplex', CR3, 1 << 3],
  ['no overrun', CR3, 1 << 12],
])('%s', (_, offset, value) => {
  expect(errorOf(() => setup().write(offset, value))).toMatch(/^EMU004: USART2_CR/);
});

test('what was written stays when the same is written while the port is on', () => {
  const { read, write } = ready();
  write(BRR, DIVIDER);
  write(CR2, 0);
  expect(read(BRR)).toBe(DIVIDER);
});

test.each([
  [0, /^EMU006: USART2 sends while USART2_BRR is 0/],
  [15, /^EMU006: USART2_BRR is 15: a bit must take 16 clocks/],
])('BRR %i', (brr, error) => {
  const { write } = setup();
  write(BRR, brr);
  expect(errorOf(() => write(CR1, UE | TE))).toMatch(error);
});

test('EMU010: no pin is connected', () => {
  const { write } = ready(UE | TE, { whyDisconnected: () => 'give PA2 the alternate function 7' });
  expect(errorOf(() => write(TDR, 1))).toMatch(/no pin is connected to it: give PA2 the alternate function 7/);
});

test('snapshot in the middle of two bytes', () => {
  const { time, usart, write } = ready();
  write(TDR, 1);
  write(TDR, 2);
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
