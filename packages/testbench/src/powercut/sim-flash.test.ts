import { describe, expect, test } from 'vitest';
import { Random } from './random.ts';
import { ERASE_TEARS, type FlashShape, FlashViolation, HICCUPS, PROGRAM_TEARS, SimFlash } from './sim-flash.ts';

const SHAPE: FlashShape = {
  name: 'flash',
  bounds: [0x1000, 0x1100, 0x1200, 0x1600],
  unit: 8,
  erasedByte: 0xff,
  hasEcc: false,
  regions: [
    { start: 0x1000, end: 0x1100 },
    { start: 0x1200, end: 0x1600 },
  ],
};
const random = new Random(1);
const flash = () => new SimFlash(SHAPE, () => random);
const program = (address: number, byte: number, length = 8) =>
  ({
    op: 'program',
    memory: 0,
    address,
    words: new Array<number>(length / 4).fill(Math.imul(byte, 0x0101_0101)),
  }) as const;

describe('what it refuses', () => {
  test.each([
    ['half a unit', program(0x1004, 1), 'units are 8 bytes'],
    ['four bytes', program(0x1000, 1, 4), 'units are 8 bytes'],
    ['outside', program(0x1600, 1), 'is outside'],
    ['in no region', program(0x1100, 1), 'is in no region'],
    ['an erase in no region', { op: 'erase', memory: 0, address: 0x1100 } as const, 'is in no region'],
    ['an erase within a sector', { op: 'erase', memory: 0, address: 0x1010 } as const, 'no sector begins'],
  ])('%s', (_, operation, what) => {
    expect(() => flash().apply(operation)).toThrow(what);
  });

  test('a unit twice, unless all its bits are programmed', () => {
    const memory = flash();
    memory.apply(program(0x1000, 0x5a));
    expect(() => memory.apply(program(0x1000, 0x5a))).toThrow(FlashViolation);
    memory.apply(program(0x1000, 0));
    expect(memory.readWord(0x1000)).toBe(0);
  });
});

test('the end of the sector that an address is in', () => {
  expect([0x1000, 0x10ff, 0x1100, 0x15ff].map((at) => flash().sectorEnd(at))).toEqual([0x1100, 0x1100, 0x1200, 0x1600]);
});

test('the first byte of a range that is not erased, after whatever was done', () => {
  for (let seed = 1; seed <= 200; seed++) {
    const draws = new Random(seed);
    const memory = flash();
    for (let step = 0; step < 6; step++) {
      const operation = program(0x1200 + 8 * draws.below(0x80), draws.below(4) === 0 ? 0xff : draws.below(256));
      const erase = { op: 'erase', memory: 0, address: 0x1200 } as const;
      try {
        const what = draws.below(10);
        if (what < 2) memory.tear(erase, ERASE_TEARS[draws.below(ERASE_TEARS.length)], draws);
        else if (what < 3) memory.apply(erase);
        else if (what < 5) memory.tear(operation, PROGRAM_TEARS[draws.below(PROGRAM_TEARS.length)], draws);
        else if (what < 6) memory.stumble(erase, HICCUPS[draws.below(HICCUPS.length)], draws);
        else memory.apply(operation);
      } catch (error) {
        expect(error).toBeInstanceOf(FlashViolation);
      }
      if (draws.below(3) === 0) memory.restore(memory.snapshot());
      const start = 0x1000 + draws.below(0x500);
      const length = draws.below(0x1600 - start);
      const at = memory.peek(start, length).findIndex((byte) => byte !== 0xff);
      expect(memory.firstUsed(start, length)).toBe(at < 0 ? undefined : at);
    }
  }
});
