import { stm32f411xe } from '@kickstage/chips/stm32f411';
import { beforeEach, expect, test } from 'vitest';
import { type ClockTree, fixedClock } from './clock-tree.ts';
import { Flash } from './flash.ts';
import { errorOf, TestLine, TestTime } from './test-time.ts';

const ACR = 0x00;
const KEYR = 0x04;
const SR = 0x0c;
const CR = 0x10;
const OPTCR = 0x14;
const EOP = 1 << 0;
const OPERR = 1 << 1;
const PGAERR = 1 << 5;
const PGPERR = 1 << 6;
const PGSERR = 1 << 7;
const BSY = 1 << 16;
const PG = 1 << 0;
const SER = 1 << 1;
const MER = 1 << 2;
const STRT = 1 << 16;
const EOPIE = 1 << 24;
const ERRIE = 1 << 25;
const LOCK = 0x80000000;
const BASE = 0x08000000;
const sector = (n: number) => n << 3;
const psize = (bits: 8 | 16 | 32 | 64) => Math.log2(bits / 8) << 8;

let events: string[];
beforeEach(() => {
  events = [];
});

function setup(clocks: ClockTree = fixedClock(16e6)) {
  const time = new TestTime();
  const line = new TestLine();
  const stalls: number[] = [];
  const memory = new Uint8Array(512 * 1024).fill(0xff);
  const sizes = [16, 16, 16, 16, 64, 128, 128, 128];
  let start = BASE;
  const sectors = sizes.map((kib) => {
    const range = { start, end: start + kib * 1024 };
    start = range.end;
    return range;
  });
  const flash = new Flash({
    sectors,
    timing: stm32f411xe.flash.timing!,
    memory,
    scheduler: time,
    clocks,
    interrupt: line,
    emit: (event) => {
      if (event.event === 'flash') events.push(`${event.op} ${event.address.toString(16)} ${event.size}`);
    },
    onChange: () => {},
    stall: (cycles) => stalls.push(cycles),
  });
  const write = (offset: number, value: number) => flash.write(offset, 4, value >>> 0);
  const read = (offset: number) => flash.read(offset, 4);
  return { time, line, stalls, memory, flash, write, read };
}

function unlocked() {
  const bench = setup();
  bench.write(KEYR, 0x45670123);
  bench.write(KEYR, 0xcdef89ab);
  return bench;
}

test('locked after reset; two keys unlock it; LOCK locks it again', () => {
  const { write, read } = setup();
  expect(read(CR)).toBe(LOCK);
  write(KEYR, 0x45670123);
  expect(read(CR)).toBe(LOCK);
  write(KEYR, 0xcdef89ab);
  expect(read(CR)).toBe(0);
  write(CR, LOCK);
  write(KEYR, 0x45670123);
  write(KEYR, 0xcdef89ab);
  expect(read(CR)).toBe(0);
});

test.each<[what: string, number: number, bits: 8 | 16 | 32, seconds: number]>([
  ['16 KiB', 1, 8, 0.4],
  ['16 KiB', 1, 32, 0.25],
  ['64 KiB', 4, 16, 0.7],
  ['128 KiB', 5, 8, 2],
  ['128 KiB', 7, 32, 1],
])('erase of a sector of %s: number %i, %i bits at once, %d s', (_, number, bits, seconds) => {
  const { time, memory, flash, stalls, write, read } = unlocked();
  memory.fill(0);
  write(CR, SER | sector(number) | psize(bits) | STRT);
  expect([read(SR), stalls]).toEqual([BSY, [seconds * 16e6]]);
  time.passSeconds(seconds - 1e-6);
  expect(read(SR)).toBe(BSY);
  time.passSeconds(1e-6);
  expect(read(SR)).toBe(0);
  expect(flash.eraseCounts.map((count, i) => (count === 1 ? i : -1)).filter((i) => i >= 0)).toEqual([number]);
  const erased = memory.reduce((count, byte) => count + (byte === 0xff ? 1 : 0), 0);
  expect([erased, events.length]).toEqual([[16, 16, 16, 16, 64, 128, 128, 128][number] * 1024, 1]);
});

test('mass erase', () => {
  const { time, memory, flash, write, read } = unlocked();
  memory.fill(0);
  write(CR, MER | psize(32) | STRT);
  time.passSeconds(4);
  expect([read(SR), memory.every((byte) => byte === 0xff)]).toEqual([0, true]);
  expect(flash.eraseCounts).toEqual([1, 1, 1, 1, 1, 1, 1, 1]);
});

test('programming clears bits, takes 16 us, and is reported', () => {
  const { time, memory, flash, write, read } = unlocked();
  write(CR, PG | psize(32));
  flash.program(BASE + 0x4000, 4, 0x12345678);
  expect(read(SR)).toBe(BSY);
  time.passSeconds(16e-6);
  expect(read(SR)).toBe(0);
  flash.program(BASE + 0x4000, 4, 0xffff00ff);
  expect([...memory.subarray(0x4000, 0x4005)]).toEqual([0x78, 0x00, 0x34, 0x12, 0xff]);
  expect(events).toEqual(['program 8004000 4', 'program 8004000 4']);
});

test.each<[what: string, cr: number, address: number, size: 1 | 2 | 4, flag: number]>([
  ['without PG', psize(8), BASE, 1, PGSERR],
  ['word while PSIZE says byte', PG | psize(8), BASE, 4, PGPERR],
  ['byte while PSIZE says word', PG | psize(32), BASE, 1, PGPERR],
  ['across a row of 128 bits', PG | psize(32), BASE + 14, 4, PGAERR],
])('flag in SR: %s', (_, cr, address, size, flag) => {
  const { line, memory, flash, write, read } = unlocked();
  write(CR, cr);
  flash.program(address, size, 0);
  expect([read(SR), line.level, memory[address - BASE], events]).toEqual([flag, false, 0xff, []]);
  write(SR, flag);
  expect(read(SR)).toBe(0);
});

test.each([
  ['STRT without SER or MER', STRT],
  ['SER and MER', SER | MER | STRT],
])('PGSERR: %s', (_, cr) => {
  const { write, read, flash } = unlocked();
  write(CR, cr);
  expect([read(SR), flash.eraseCounts.every((count) => count === 0)]).toEqual([PGSERR, true]);
});

test('EOP and its interrupt only where they are wanted', () => {
  const { time, line, write, read } = unlocked();
  write(CR, SER | sector(2) | psize(32) | EOPIE | STRT);
  expect(line.level).toBe(false);
  time.passSeconds(0.25);
  expect([read(SR), line.level]).toEqual([EOP, true]);
  write(SR, EOP);
  expect(line.level).toBe(false);
});

test('OPERR and its interrupt only where they are wanted', () => {
  const { line, flash, write, read } = unlocked();
  write(CR, PG | psize(8) | ERRIE);
  flash.program(BASE, 4, 0);
  expect([read(SR), line.level]).toEqual([PGPERR | OPERR, true]);
});

test('the busy time is in seconds', () => {
  let hz = 16e6;
  let change: ((phase: 'before' | 'after') => void) | undefined;
  const clocks: ClockTree = {
    cpuHz: () => hz,
    busHz: () => hz,
    timerHz: () => hz,
    onChange: (listener) => {
      change = listener;
    },
  };
  const { time, write, read } = setup(clocks);
  write(KEYR, 0x45670123);
  write(KEYR, 0xcdef89ab);
  write(CR, SER | sector(0) | psize(32) | STRT);
  time.pass(0.125 * 16e6);
  change?.('before');
  hz = 8e6;
  change?.('after');
  time.pass(0.125 * 8e6 - 1);
  expect(read(SR)).toBe(BSY);
  time.pass(1);
  expect(read(SR)).toBe(0);
});

type Act = (bench: ReturnType<typeof setup>) => void;

test.each<[what: string, act: Act, error: RegExp]>([
  ['CR while locked', ({ write }) => write(CR, PG), /^EMU008: FLASH_CR is written while it is locked/],
  [
    'store while locked',
    ({ flash }) => flash.program(BASE, 4, 0),
    /^EMU008: store of 4 bytes to 0x08000000 .* it is lost/,
  ],
  ['second key first', ({ write }) => write(KEYR, 0xcdef89ab), /^EMU008: FLASH_KEYR got 0xcdef89ab: 0x45670123 is due/],
  ['option bytes while locked', ({ write }) => write(OPTCR, 0x0fffaaef), /^EMU008: FLASH_OPTCR/],
])('%s', (_, act, error) => {
  expect(errorOf(() => act(setup()))).toMatch(error);
});

test.each<[what: string, act: Act, error: RegExp]>([
  ['a third key', ({ write }) => write(KEYR, 0x45670123), /^EMU008: .*no more keys/],
  ['a sector that there is not', ({ write }) => write(CR, SER | sector(8) | STRT), /^EMU008: .*sector 8/],
  ['64 bits at once', ({ write }) => write(CR, SER | psize(64) | STRT), /^EMU004: FLASH_CR: parallelism of 64 bits/],
  [
    'CR while busy',
    ({ write }) => {
      write(CR, SER | STRT);
      write(CR, 0);
    },
    /^EMU008: FLASH_CR is written while an operation/,
  ],
  [
    'programming while busy',
    ({ flash, write }) => {
      write(CR, PG);
      flash.program(BASE, 1, 0);
      flash.program(BASE + 1, 1, 0);
    },
    /^EMU008: flash is programmed while/,
  ],
])('unlocked: %s', (_, act, error) => {
  expect(errorOf(() => act(unlocked()))).toMatch(error);
});

test('wait states: what clock they allow', () => {
  const { flash, write } = setup(fixedClock(64e6));
  expect(flash.clockLimit().hz).toBe(30e6);
  write(ACR, 0x0702);
  expect(flash.clockLimit().hz).toBe(90e6);
  expect(errorOf(() => write(ACR, 0))).toMatch(/^EMU006: the processor runs at 64000000 Hz: FLASH_ACR.LATENCY is 0/);
});

test('snapshot in the middle of an erase', () => {
  const { time, flash, write, read } = unlocked();
  write(CR, SER | sector(1) | psize(32) | STRT);
  time.passSeconds(0.1);
  const state = structuredClone([flash.snapshot(), time.clock.snapshot()]);
  flash.reset('system');
  expect(read(SR)).toBe(0);
  time.clock.restore(state[1]);
  flash.restore(state[0]);
  expect([read(SR), flash.eraseCounts[1]]).toEqual([BSY, 1]);
  time.passSeconds(0.15);
  expect(read(SR)).toBe(0);
});
