/** For each operand kind, values that it must refuse. What it must take, round-trip.test.ts and the vectors say. */
import { expect, test } from 'vitest';
import { OPERAND_KINDS, type OperandKind, type OperandKindName } from './operand-kinds.ts';

const REFUSED: Record<OperandKindName, readonly [width: number, ...values: (readonly number[])[]]> = {
  u: [8, [256], [-1], [1.5], [Number.NaN]],
  u2: [5, [64], [1], [-2]],
  u4: [8, [1024], [2], [-4]],
  u8: [2, [32], [4], [-8]],
  plus1: [5, [0], [33]],
  s2: [11, [2048], [-2050], [1]],
  sJ: [24, [16777216], [-16777218], [3]],
  same2: [3, [1, 2], [8, 8]],
  cond: [4, [14], [15], [-1]],
  base: [4, [15], [16]],
  dual: [3, [0, 0, 0], [0, 1, 0], [2, 0, 0]],
  puw: [3, [0, 0, 0], [0, 1, 0], [1, 1, 0]],
  copr: [3, [0, 0, 0]],
  low: [8, [0x100], [-1]],
  push: [9, [0x8000], [0x100]],
  pop: [9, [0x4000], [0x100]],
  store: [14, [0x8000], [0x2000], [0x10000]],
  load: [15, [0x2000], [-1]],
  expand: [12, [0x101], [-1]],
  shift: [7, [0, 32], [1, 0], [4, 2]],
  right: [5, [0], [33]],
  saturate: [6, [0, 32], [1, 1], [2, 0], [2, 32]],
  pack: [6, [0, 32], [1, 1], [2, 0], [3, 1]],
  insert: [10, [0, 0], [31, 2], [32, 1], [0, 33]],
  single: [4, [0], [3], [0x10000]],
  twice: [8, [16], [-1]],
  float: [8, [0], [0x3f800001], [1], [0x42000000]],
  fixed: [6, [16, 17], [32, 0], [32, 33], [8, 1], [16, -1]],
  pairs: [8, [128], [-1]],
  ldm: [11, [0, 1, 1], [0, 2, 0], [8, 1, 1], [0, 0x100, 1]],
};

const kinds = Object.entries(OPERAND_KINDS) as [OperandKindName, OperandKind][];

test.each(kinds)('%s', (name, kind) => {
  const [width, ...refused] = REFUSED[name];
  for (const values of refused) expect(kind.encode(values, width), `${name} ${values}`).toBeUndefined();
  expect(kind.range(width)).not.toBe('');
});
