import { expect, test } from 'vitest';
import { Noise } from './noise.ts';
import { type Change, TEAR_PATTERNS, tearAll } from './tear.ts';

const bytes = (size: number, value: number) => new Uint8Array(size).fill(value);
const programs: Change = { op: 'program', start: 0, before: bytes(4096, 0xff), after: bytes(4096, 0x0f) };
const erases: Change = { op: 'erase', start: 0, before: bytes(4096, 0x33), after: bytes(4096, 0xff) };

/** How many bits of a byte are set. */
const weight = (byte: number) => byte.toString(2).replaceAll('0', '').length;
const total = (list: Uint8Array) => list.reduce((sum, byte) => sum + weight(byte), 0);

test.each(TEAR_PATTERNS)('%s: nothing at part 0, everything at part 1, and the same with the same seed', (pattern) => {
  const { next } = new Noise(7);
  for (const change of [programs, erases]) {
    expect(tearAll([change], { pattern, part: 0, random: next })[0].bytes).toEqual(change.before);
    expect(tearAll([change], { pattern, part: 1, random: next })[0].bytes).toEqual(change.after);
    const [one, same, other] = [1, 1, 2].map((seed) =>
      tearAll([change], { pattern, part: 0.5, random: new Noise(seed).next }),
    );
    expect(one).toEqual(same);
    if (pattern !== 'prefix') expect(one).not.toEqual(other);
  }
});

test('prefix: over the changes of one operation', () => {
  const change = (value: number): Change => ({ op: 'erase', start: 0, before: bytes(4, value), after: bytes(4, 0xff) });
  const torn = tearAll([change(1), change(2), change(3)], { pattern: 'prefix', part: 0.5, random: () => 0 });
  expect(torn.map((piece) => [...piece.bytes])).toEqual([
    [255, 255, 255, 255],
    [255, 255, 2, 2],
    [3, 3, 3, 3],
  ]);
});

test('bits: programming clears each bit with the probability of the part; none rises', () => {
  for (const part of [0.1, 0.5, 0.9]) {
    const [torn] = tearAll([programs], { pattern: 'bits', part, random: new Noise(3).next });
    const fallen = total(programs.before) - total(torn.bytes);
    expect(fallen / (4 * 4096)).toBeCloseTo(part, 1);
    expect(torn.bytes.every((byte) => (byte & 0x0f) === 0x0f)).toBe(true);
    expect(total(torn.unstable)).toBe(0);
  }
});

test('unstable: only bits that were to change, about a quarter of them', () => {
  for (const change of [programs, erases]) {
    const [torn] = tearAll([change], { pattern: 'unstable', part: 0.5, random: new Noise(4).next });
    const moving = change.before[0] ^ change.after[0];
    expect(torn.unstable.every((mask) => (mask & ~moving) === 0)).toBe(true);
    expect(total(torn.unstable) / (weight(moving) * 4096)).toBeCloseTo(0.25, 1);
  }
});
