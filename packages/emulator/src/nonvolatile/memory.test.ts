/** Pages of snapshots, unstable bits, worn sectors. */
import { expect, test } from 'vitest';
import { PagedMemory } from './paged-memory.ts';
import { UnstableBits } from './unstable-bits.ts';
import { Wear } from './wear.ts';

test('snapshots share the pages that did not change, and a restore says what did', () => {
  const bytes = new Uint8Array(3 * 4096 + 100);
  const memory = new PagedMemory(bytes);
  const first = memory.snapshot();
  bytes[4096] = 1;
  memory.touch(4096, 4097);
  const second = memory.snapshot();
  expect(second.map((page, i) => page === first[i])).toEqual([true, false, true, true]);
  bytes.fill(9, 3 * 4096);
  memory.touch(3 * 4096, 3 * 4096 + 100);
  const changed: number[][] = [];
  memory.restore(first, (start, end) => changed.push([start, end]));
  expect(changed).toEqual([
    [4096, 8192],
    [12288, 12388],
  ]);
  expect(bytes.every((byte) => byte === 0)).toBe(true);
  memory.restore(second);
  expect([bytes[4096], memory.snapshot().every((page, i) => page === second[i])]).toEqual([1, true]);
});

test('a copy of a snapshot is as good', () => {
  const bytes = new Uint8Array(8192).fill(5);
  const memory = new PagedMemory(bytes);
  const copy = structuredClone(memory.snapshot());
  bytes[0] = 6;
  memory.touch(0, 1);
  const changed: number[] = [];
  memory.restore(copy, (start) => changed.push(start));
  expect([bytes[0], changed]).toEqual([5, [0]]);
});

test('unstable bits come again after a restore, and end with erase and programming', () => {
  const bytes = new Uint8Array(16).fill(0xf0);
  const bits = new UnstableBits(bytes, 1);
  bits.add(3, 0x81);
  bits.add(5, 0xff);
  const saved = bits.snapshot();
  const read = () => Array.from({ length: 40 }, () => (bits.settle(0, 16) ? bytes[3] : -1));
  const first = read();
  expect(new Set(first)).toEqual(new Set([0x70, 0x71, 0xf0, 0xf1]));
  bits.restore(saved);
  expect(read()).toEqual(first);
  bits.programmed(3, 0x80);
  expect([bits.has(3), bits.settle(0, 3), bits.settle(3, 1)]).toEqual([true, false, true]);
  bits.programmed(3, 0);
  expect([bits.has(3), bits.exist]).toEqual([false, true]);
  bits.erased(0, 16);
  expect(bits.exist).toBe(false);
});

test('a sector loses one bit more with each erase beyond its endurance, the same ones each time', () => {
  const wear = new Wear([64, 64], 2, 5);
  const erase = (sector: number) => {
    const bytes = new Uint8Array(64).fill(0xff);
    wear.count(sector);
    wear.spoil(sector, bytes);
    return bytes;
  };
  const lost = (bytes: Uint8Array) => [...bytes.entries()].filter(([, byte]) => byte !== 0xff).map(([i]) => i);
  expect([erase(0), erase(0)].map(lost)).toEqual([[], []]);
  const [third] = [erase(0)].map(lost);
  expect(third).toHaveLength(1);
  expect(lost(erase(0))).toEqual(expect.arrayContaining(third));
  expect([lost(erase(1)), wear.eraseCounts]).toEqual([[], [4, 1]]);
});
