import { describe, expect, test } from 'vitest';
import { errorOf } from '../peripherals/test-time.ts';
import { type Bench, setup, WREN } from './spi-nor-bench.ts';

const KIB = 1024;
const SIZE = 8 * KIB * KIB;
const BUSY = 1;
const WEL = 2;

describe('identity', () => {
  test.each([
    ['JEDEC id', [0x9f, 0, 0, 0], [0xff, 0xef, 0x40, 0x17]],
    ['manufacturer and device', [0x90, 0, 0, 0, 0, 0], [0xff, 0xff, 0xff, 0xff, 0xef, 0x16]],
    ['device and manufacturer', [0x90, 0, 0, 1, 0, 0], [0xff, 0xff, 0xff, 0xff, 0x16, 0xef]],
    ['device', [0xab, 0, 0, 0, 0], [0xff, 0xff, 0xff, 0xff, 0x16]],
  ])('%s', (_, bytes, answer) => {
    expect(setup().send(...bytes)).toEqual(answer);
  });
});

describe('reading', () => {
  test('from any address, as far as one likes, round the end', () => {
    const { nor, read } = setup();
    nor.bytes.set([1, 2, 3], 5);
    nor.bytes.set([9], SIZE - 1);
    nor.bytes.set([8], 0);
    expect([read(4, 4), read(SIZE - 1, 2)]).toEqual([
      [0xff, 1, 2, 3],
      [9, 8],
    ]);
  });

  test('fast: one byte later', () => {
    const { nor, send, at } = setup();
    nor.bytes.set([1, 2, 3], 0x12345);
    expect(send(0x0b, ...at(0x12345), 0, 0, 0, 0).slice(5)).toEqual([1, 2, 3]);
  });
});

describe('programming', () => {
  test('write enable, busy, done; write enable is gone', () => {
    const { events, time, send, status, program, read } = setup();
    send(...WREN);
    expect(status()).toBe(WEL);
    program(0x1000, 0xab, 0xcd);
    expect(status()).toBe(BUSY | WEL);
    time.passSeconds(0.4e-3 - 1e-6);
    expect(status()).toBe(BUSY | WEL);
    time.passSeconds(1e-6);
    expect(status()).toBe(0);
    expect(read(0x0fff, 4)).toEqual([0xff, 0xab, 0xcd, 0xff]);
    expect(events).toEqual(['program 4096 2 W25Q64']);
  });

  test('only ones fall', () => {
    const { time, program, read } = setup();
    program(0, 0xf0);
    time.passSeconds(1e-3);
    program(0, 0x3c);
    time.passSeconds(1e-3);
    expect(read(0, 1)).toEqual([0x30]);
  });

  test('it wraps within the page', () => {
    const { time, program, read } = setup();
    program(0x1fe, 1, 2, 3, 4);
    time.passSeconds(1e-3);
    expect([read(0x1fe, 3), read(0x100, 3)]).toEqual([
      [1, 2, 0xff],
      [3, 4, 0xff],
    ]);
  });

  test('of more than a page the last bytes stay', () => {
    const { time, program, read } = setup();
    program(0x200, ...Array.from({ length: 258 }, (_, i) => (i % 256) ^ (i > 255 ? 0x80 : 0)));
    time.passSeconds(1e-3);
    expect([read(0x200, 4), read(0x2ff, 1)]).toEqual([[0x80, 0x81, 2, 3], [255]]);
  });

  test('write disable', () => {
    const { send, status, at } = setup();
    send(...WREN);
    send(0x04);
    expect(status()).toBe(0);
    expect(errorOf(() => send(2, ...at(0), 1))).toBe(
      'EMU013: W25Q64: Page Program comes without Write Enable (0x06) before it',
    );
  });
});

describe('erasing', () => {
  test.each([
    ['4 KiB', 0x20, 4 * KIB, 45e-3],
    ['32 KiB', 0x52, 32 * KIB, 0.12],
    ['64 KiB', 0xd8, 64 * KIB, 0.15],
  ])('%s', (_, command, size, seconds) => {
    const { events, time, nor, at, status, write } = setup();
    nor.bytes.fill(0);
    const start = 0x120000;
    write(command, ...at(start + size - 1));
    time.passSeconds(seconds - 1e-6);
    expect([status() & BUSY, nor.bytes[start]]).toEqual([BUSY, 0]);
    time.passSeconds(1e-6);
    expect(status()).toBe(0);
    expect([start - 1, start, start + size - 1, start + size].map((i) => nor.bytes[i])).toEqual([0, 255, 255, 0]);
    expect(events).toEqual([`erase ${start} ${size} W25Q64`]);
    const worn = nor.eraseCounts.flatMap((count, i) => (count > 0 ? [i] : []));
    expect(worn).toEqual(Array.from({ length: size / (4 * KIB) }, (_, i) => start / (4 * KIB) + i));
  });

  test.each([0xc7, 0x60])('the whole chip: 0x%s', (command) => {
    const { time, nor, status, write } = setup();
    nor.bytes.fill(0);
    write(command);
    time.passSeconds(19);
    expect(status() & BUSY).toBe(BUSY);
    time.passSeconds(0.3);
    expect([status(), nor.bytes.every((byte) => byte === 0xff)]).toEqual([0, true]);
    expect(nor.eraseCounts.every((count) => count === 1)).toBe(true);
  });
});

describe('status registers', () => {
  test('written one by one, or the first two at once; kept without power', () => {
    const { time, nor, send, write } = setup();
    for (const command of [
      [0x01, 0x04, 0x02],
      [0x11, 0x60],
    ]) {
      write(...command);
      time.passSeconds(10e-3);
    }
    nor.reset('power-on');
    expect([0x05, 0x35, 0x15].map((command) => send(command, 0, 0).slice(1))).toEqual([
      [4, 4],
      [2, 2],
      [0x60, 0x60],
    ]);
  });

  test.each([
    ['the uppermost 64th', 0x04, SIZE - 128 * KIB, SIZE - 128 * KIB - 1],
    ['the upper half', 0x18, SIZE / 2, SIZE / 2 - 1],
    ['the lowest 64th', 0x24, 128 * KIB - 1, 128 * KIB],
    ['all', 0x1c, 0, undefined],
  ])('protection of %s', (_, value, inside, outside) => {
    const { time, write, program, status } = setup();
    write(0x01, value);
    time.passSeconds(10e-3);
    expect(errorOf(() => program(inside, 1))).toMatch(/^EMU013: W25Q64: Page Program at .*: the block is protected/);
    if (outside === undefined) return;
    program(outside, 1);
    expect(status() & BUSY).toBe(BUSY);
  });

  test('erases that reach into protected blocks', () => {
    const { time, write, at } = setup();
    write(0x01, 0x04);
    time.passSeconds(10e-3);
    for (const command of [[0xc7], [0xd8, ...at(SIZE - 1)]]) {
      expect(errorOf(() => write(...command))).toMatch(/^EMU013: .*: the block is protected/);
    }
  });
});

describe('power-down and reset', () => {
  test('asleep until it is released', () => {
    const { time, send } = setup();
    send(0xb9);
    expect(errorOf(() => send(0x9f, 0))).toMatch(/^EMU013: W25Q64: JEDEC ID \(0x9f\) comes while it is powered down/);
    time.passSeconds(3e-6);
    const other = setup();
    other.send(0xb9);
    other.time.passSeconds(3e-6);
    other.send(0xab);
    expect(errorOf(() => other.send(0x9f, 0))).toMatch(/still waking up/);
    const third = setup();
    third.send(0xb9);
    third.time.passSeconds(3e-6);
    third.send(0xab);
    third.time.passSeconds(3e-6);
    expect(third.send(0x9f, 0)).toEqual([0xff, 0xef]);
  });

  test('reset takes two commands', () => {
    const { time, send, status } = setup();
    send(...WREN);
    send(0x66);
    send(0x99);
    expect(status()).toBe(BUSY);
    time.passSeconds(30e-6);
    expect(status()).toBe(0);
    expect(errorOf(() => send(0x99))).toMatch(/^EMU013: .*without Enable Reset/);
    const other = setup();
    other.send(0x66);
    other.send(0x05, 0);
    expect(errorOf(() => other.send(0x99))).toMatch(/^EMU013: .*without Enable Reset/);
  });

  test('a reset of the microcontroller does not reach it', () => {
    const { time, nor, program, read } = setup();
    program(0, 0x12);
    nor.reset('system');
    time.passSeconds(1e-3);
    expect(read(0, 1)).toEqual([0x12]);
  });
});

test('a snapshot in the middle of a transfer and of an erase', () => {
  const { time, nor, write, at, status } = setup();
  nor.bytes.fill(0);
  write(0x20, ...at(0));
  nor.select(true);
  nor.exchange(0x05, 0);
  const state = structuredClone(nor.snapshot());
  time.passSeconds(1);
  nor.select(false);
  time.clock.cycles = 0;
  nor.restore(state);
  expect(nor.exchange(0, 0)).toBe(BUSY | WEL);
  nor.select(false);
  expect(nor.bytes[0]).toBe(0);
  time.passSeconds(45e-3);
  expect([status(), nor.bytes[0]]).toEqual([0, 0xff]);
});

test('a clock that stops within a byte spoils the command', () => {
  const { nor, status } = setup();
  nor.select(true);
  nor.exchange(0x06, 0);
  nor.cutShort();
  nor.select(false);
  expect(status()).toBe(0);
});

test.each<[what: string, act: (b: Bench) => void, error: string]>([
  ['an unknown command', (b) => b.send(0xeb), 'EMU004: W25Q64: the command 0xeb is not modelled'],
  [
    'a read while busy',
    (b) => {
      b.program(0, 1);
      b.read(0, 1);
    },
    'EMU013: W25Q64: Read Data (0x03) comes while it is busy',
  ],
  [
    'mode 1',
    (b) => [b.nor.select(true), b.nor.exchange(5, 1)],
    'EMU013: W25Q64: SPI mode 1 is used; it takes 0 and 3 (CPOL, CPHA)',
  ],
  [
    'an address beyond the end',
    (b) => b.read(SIZE, 1),
    'EMU013: W25Q64: Read Data of address 0x800000, which is beyond its end (0x800000)',
  ],
  [
    'an erase without enable',
    (b) => b.send(0x20, 0, 0, 0),
    'EMU013: W25Q64: Sector Erase (4 KiB) comes without Write Enable (0x06) before it',
  ],
  ['a program of nothing', (b) => b.program(0), 'EMU013: W25Q64: Page Program is ended before its first byte'],
  ['half an address', (b) => b.write(0x20, 0), 'EMU013: W25Q64: Sector Erase (4 KiB) is ended before its address'],
  ['no status', (b) => b.write(0x01), 'EMU013: W25Q64: Write Status Register-1 is ended before its value'],
  [
    'small sectors',
    (b) => b.write(0x01, 0x40),
    'EMU004: W25Q64: protection by small sectors, or of the status registers (SEC, SRP) is not modelled',
  ],
  [
    'the select pin within a byte',
    (b) => b.nor.select(true, true),
    'EMU013: W25Q64: its select pin changes within a byte: wait until SPI_SR.BSY is 0',
  ],
])('refused: %s', (_, act, error) => {
  expect(errorOf(() => act(setup()))).toBe(error);
});
