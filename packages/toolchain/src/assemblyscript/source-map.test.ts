import { expect, test } from 'vitest';
import { readSourceMap } from './source-map.ts';

// Segments written with the digits of RFC 4648's base 64, lowest five bits first and the sign in the lowest bit:
// "gB" is 16, "D" is -1, "C" is 1, "A" is 0.
const MAP = JSON.stringify({ version: 3, sources: ['a.ts', 'b.ts'], names: [], mappings: 'gBAAA,ECCE,CDDD,E' });

test.each([
  [15, undefined],
  [16, { file: 'a.ts', line: 1, column: 1 }],
  [17, { file: 'a.ts', line: 1, column: 1 }],
  [18, { file: 'b.ts', line: 2, column: 3 }],
  [19, { file: 'a.ts', line: 1, column: 2 }],
  [20, { file: 'a.ts', line: 1, column: 2 }],
  [21, undefined],
])('offset %i', (offset, place) => {
  expect(readSourceMap(MAP)(offset)).toEqual(place);
});
