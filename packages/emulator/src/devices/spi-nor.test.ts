import { w25q64 } from '@kickstage/chips/nor-flash';
import { beforeEach, describe, expect, test } from 'vitest';
import { fixedClock } from '../peripherals/clock-tree.ts';
import { errorOf, TestTime } from '../peripherals/test-time.ts';
import { SpiNor } from './spi-nor.ts';

const FACTS = w25q64({ port: 'SPI1', select: 'PA4' });
const KIB = 1024;
const SIZE = 8 * KIB * KIB;
const WREN = [0x06];
const BUSY = 1;
const WEL = 2;

let events: string[];
beforeEach(() => {
  events = [];
});

/** Random numbers that are no such: the given ones again and again. */
const cycle = (...values: number[]) => {
  let i = 0;
  return () => values[i++ % values.length];
};

function setup() {
  const time = new TestTime();
  const nor = new SpiNor({
    facts: FACTS,
    scheduler: time,
    clocks: fixedClock(16e6),
    emit: (event) => event.event === 'flash' && events.push(`${event.op} ${event.address} ${event.size} ${event.unit}`),
    seed: 1,
  });
  /** One transfer: what goes out, what came in. */
  const send = (...bytes: number[]) => {
    nor.select(true);
    const answer = bytes.map((byte) => nor.exchange(byte, 0));
    nor.select(false);
    return answer;
  };
  const at = (address: number) => [address >>> 16, (address >>> 8) & 0xff, address & 0xff];
  const status = () => send(0x05, 0)[1];
  const read = (address: number, count: number) => send(3, ...at(address), ...new Array(count).fill(0)).slice(4);
  const program = (address: number, ...data: number[]) => {
    send(...WREN);
    send(2, ...at(address), ...data);
  };
  const write = (...command: number[]) => {
    send(...WREN);
    send(...command);
  };
  return { time, nor, send, at, status, read, program, write };
}

type Bench = ReturnType<typeof setup>;

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
    const { time, send, status, program, read } = setup();
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
    const { time, nor, at, status, write } = setup();
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

describe('power fails', () => {
  const HALF = 0.5;

  test('while it programs, bit by bit: each has fallen or not', () => {
    const { time, nor, program, read, status } = setup();
    program(0, 0x0f, 0x0f, 0x0f);
    time.passSeconds(0.2e-3);
    const rolls = [...new Array(8).fill(0), ...new Array(8).fill(1), 1, 1, 1, 1, 1, 1, 1, 0];
    const torn = nor.powerFails({ pattern: 'bits', random: cycle(...rolls) });
    expect(torn).toEqual({ unit: 'W25Q64', op: 'program', address: 0, size: 256, part: HALF, pattern: 'bits' });
    expect([status(), read(0, 4)]).toEqual([0, [0x0f, 0xff, 0x7f, 0xff]]);
  });

  test('while it programs, byte by byte', () => {
    const { time, nor, program, read } = setup();
    program(126, 1, 2, 3, 4);
    time.passSeconds(0.2e-3);
    nor.powerFails({ pattern: 'prefix', random: cycle(0) });
    expect(read(125, 5)).toEqual([0xff, 1, 2, 0xff, 0xff]);
  });

  test('while it erases: as before, erased, or anything; the rest is untouched', () => {
    const { time, nor, at, read, write, status } = setup();
    nor.bytes.fill(0x55);
    write(0x20, ...at(0x1000));
    time.passSeconds(22.5e-3);
    const torn = nor.powerFails({ pattern: 'bits', random: cycle(0.25, 0, 0.25, 0.4, 0.25, 0.9) });
    expect(torn).toEqual({ unit: 'W25Q64', op: 'erase', address: 0x1000, size: 4096, part: HALF, pattern: 'bits' });
    expect([status(), read(0xfff, 4), nor.eraseCounts[1]]).toEqual([0, [0x55, 0x55, 0xff, 0x40], 1]);
    expect(nor.bytes[0x2000]).toBe(0x55);
  });

  test('half of a sector is erased', () => {
    const { time, nor, at, read, write } = setup();
    nor.bytes.fill(0x55);
    write(0x20, ...at(0x1000));
    time.passSeconds(22.5e-3);
    nor.powerFails({ pattern: 'prefix', random: cycle(0) });
    expect([read(0xfff, 2), read(0x17ff, 2)]).toEqual([
      [0x55, 0xff],
      [0xff, 0x55],
    ]);
  });

  test('bits that read differently each time, until they are programmed or erased', () => {
    const { time, nor, at, read, write, program } = setup();
    program(0, 0x00);
    nor.powerFails({ pattern: 'unstable', random: cycle(0.2) });
    time.passSeconds(1e-4);
    program(0, 0x00);
    time.passSeconds(0.2e-3);
    nor.powerFails({ pattern: 'unstable', random: cycle(0, 255 / 256) });
    const seen = new Set(Array.from({ length: 50 }, () => read(0, 1)[0]));
    expect(seen.size).toBeGreaterThan(20);
    program(0, 0xf0);
    time.passSeconds(1e-3);
    const after = new Set(Array.from({ length: 50 }, () => read(0, 1)[0] & 0x0f));
    expect([...after]).toEqual([0]);
    write(0x20, ...at(0));
    time.passSeconds(1);
    expect(new Set(Array.from({ length: 20 }, () => read(0, 1)[0]))).toEqual(new Set([0xff]));
  });

  test('while it writes its status: old or new', () => {
    for (const [random, value] of [
      [0.1, 4],
      [0.9, 0],
    ]) {
      const { time, nor, write, status } = setup();
      write(0x01, 4);
      time.passSeconds(5e-3);
      expect(nor.powerFails({ pattern: 'bits', random: cycle(random) })?.op).toBe('status');
      expect(status()).toBe(value);
    }
  });

  test('while it rests: nothing but write enable is lost', () => {
    const { nor, send, status } = setup();
    send(...WREN);
    expect(nor.powerFails({ random: cycle(0) })).toBe(undefined);
    expect([status(), nor.bytes.every((byte) => byte === 0xff)]).toEqual([0, true]);
  });

  test('power-on is a power failure too, when something is under way', () => {
    const { time, nor, at, write, read } = setup();
    nor.bytes.fill(0);
    write(0x20, ...at(0));
    time.passSeconds(20e-3);
    nor.reset('power-on');
    const bytes = read(0, 4096);
    expect([bytes.includes(0), bytes.includes(0xff)]).toEqual([true, true]);
  });
});

test('a sector that is erased more often than it stands keeps zeros', () => {
  const time = new TestTime();
  const parts = { scheduler: time, clocks: fixedClock(16e6), emit: () => {} };
  const nor = new SpiNor({ ...parts, facts: FACTS, endurance: 2 });
  const erase = () => {
    for (const command of [WREN, [0x20, 0, 0, 0]]) {
      nor.select(true);
      for (const byte of command) nor.exchange(byte, 0);
      nor.select(false);
    }
    time.passSeconds(1);
    return nor.bytes.subarray(0, 4096).filter((byte) => byte !== 0xff).length;
  };
  expect([erase(), erase(), erase(), erase()]).toEqual([0, 0, 1, 2]);
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
