import { describe, expect, test } from 'vitest';
import { fixedClock } from '../peripherals/clock-tree.ts';
import { TestTime } from '../peripherals/test-time.ts';
import { SpiNor } from './spi-nor.ts';
import { FACTS, setup, WREN } from './spi-nor-bench.ts';

/** Random numbers that are no such: the given ones again and again. */
const cycle = (...values: number[]) => {
  let i = 0;
  return () => values[i++ % values.length];
};

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
