/** Vectors from DWARF 4, 7.6, figures 22 and 23. */
import { ByteWriter } from '@kickstage/base/bytes';
import { expect, test } from 'vitest';
import { sleb, uleb } from './leb128.ts';

const bytes = (out: ByteWriter) => [...out.toBytes()];

test.each([
  [2, [2]],
  [127, [127]],
  [128, [0x80, 1]],
  [129, [0x81, 1]],
  [130, [0x82, 1]],
  [12857, [0xb9, 0x64]],
  [0xffff_ffff, [0xff, 0xff, 0xff, 0xff, 0x0f]],
])('unsigned %d', (value, expected) => {
  expect(bytes(uleb(new ByteWriter(), value))).toEqual(expected);
});

test.each([
  [2, [2]],
  [-2, [0x7e]],
  [127, [0xff, 0]],
  [-127, [0x81, 0x7f]],
  [128, [0x80, 1]],
  [-128, [0x80, 0x7f]],
  [129, [0x81, 1]],
  [-129, [0xff, 0x7e]],
  [0, [0]],
  [-1, [0x7f]],
])('signed %d', (value, expected) => {
  expect(bytes(sleb(new ByteWriter(), value))).toEqual(expected);
});
