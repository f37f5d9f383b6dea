/** Trailers, by the byte table. */
import { describe, expect, test } from 'vitest';
import { isErased, padToSlot, readTrailer, trailerMagic, trailerSize } from './trailer.ts';

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

test.each([
  ['8-byte writes, 128 sectors', { writeSize: 8 }, 128 * 3 * 8 + 4 * 8 + 16],
  ['4-byte writes: fields stay aligned to 8', { writeSize: 4 }, 128 * 3 * 4 + 4 * 8 + 16],
  ['1-byte writes, 7 sectors', { writeSize: 1, sectors: 7 }, 7 * 3 + 4 * 8 + 16],
  ['32-byte writes: the magic is aligned, too', { writeSize: 32 }, 128 * 3 * 32 + 4 * 32 + 32],
  ['overwriting', { writeSize: 8, overwriteOnly: true }, 2 * 8 + 16],
])('size with %s', (_, shape, size) => {
  expect(trailerSize(shape)).toBe(size);
});

test('magic', () => {
  expect(hex(trailerMagic(8))).toBe('77c295f360d2ef7f3552500f2cb67980');
  expect(hex(trailerMagic(16))).toBe('10002de15d29410b8d77679c110f1f8a');
  expect(hex(trailerMagic(32))).toBe('20002de15d29410b8d77679c110f1f8a');
});

describe('padded slots', () => {
  test.each([
    [1, false],
    [8, true],
    [16, true],
    [32, false],
  ])('writes of %i bytes', (writeSize, confirm) => {
    const slot = padToSlot(Uint8Array.of(1, 2, 3), { slotSize: 8192, writeSize, confirm });
    expect([...slot.slice(0, 4)]).toEqual([1, 2, 3, 0xff]);
    const alignment = Math.max(8, writeSize);
    expect(readTrailer(slot)).toEqual({ alignment, imageOk: confirm, copyDone: false });
    const written = slot.reduce((count, byte) => count + (byte === 0xff ? 0 : 1), 0);
    expect(written).toBe(3 + 16 + (confirm ? 1 : 0));
  });

  test('an erased byte of 0', () => {
    expect(padToSlot(Uint8Array.of(1), { slotSize: 4096, writeSize: 8, erasedByte: 0 })[100]).toBe(0);
  });
});

test('what a bootloader has written', () => {
  const slot = new Uint8Array(64).fill(0xff);
  slot.set(trailerMagic(8), 48);
  expect(readTrailer(slot)).toEqual({ alignment: 8, imageOk: false, copyDone: false });
  slot[40] = 1;
  slot[32] = 1;
  slot[24] = 0x13;
  expect(readTrailer(slot)).toEqual({ alignment: 8, imageOk: true, copyDone: true, swapKind: 3 });
});

test('none', () => {
  for (const size of [0, 1, 15, 16, 39]) {
    const bytes = new Uint8Array(size).fill(0xff);
    if (size >= 16) bytes.set(trailerMagic(8), size - 16);
    expect(readTrailer(bytes)).toBeUndefined();
  }
  expect(readTrailer(new Uint8Array(100).fill(0xff))).toBeUndefined();
});

test('erased', () => {
  expect([[], [255, 255], [0, 0]].map((bytes) => isErased(Uint8Array.from(bytes)))).toEqual([true, true, true]);
  expect([[0, 255], [1], [255, 254]].map((bytes) => isErased(Uint8Array.from(bytes)))).toEqual([false, false, false]);
});
