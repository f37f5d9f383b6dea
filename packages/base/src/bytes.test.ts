import { expect, test } from 'vitest';
import { ByteReader, ByteWriter, OutOfBoundsError } from './bytes.ts';

test('round trip across a growing buffer', () => {
  const bytes = new ByteWriter(1).u8(1).u16(0x2302).u32(0x89674504).alignTo(4, 0xff).toBytes();
  expect([...bytes]).toEqual([0x01, 0x02, 0x23, 0x04, 0x45, 0x67, 0x89, 0xff]);
  const reader = new ByteReader(bytes);
  expect([reader.u8(), reader.u16(), reader.u32()]).toEqual([1, 0x2302, 0x89674504]);
});

test('reads never leave the buffer', () => {
  const reader = new ByteReader(new Uint8Array(3));
  expect(() => reader.u32(0)).toThrow(OutOfBoundsError);
  expect(() => reader.u8(-1)).toThrow(OutOfBoundsError);
  expect(() => reader.slice(2, 2)).toThrow(OutOfBoundsError);
});
