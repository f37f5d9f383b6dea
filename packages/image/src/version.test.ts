import { expect, test } from 'vitest';
import { compareVersions, isVersion, parseVersion, printVersion } from './version.ts';

test.each([
  ['1', '1.0.0'],
  ['1.2', '1.2.0'],
  ['1.2.3', '1.2.3'],
  ['1.2.3+4', '1.2.3+4'],
  ['1.2.3+0', '1.2.3'],
  ['255.255.65535+4294967295', '255.255.65535+4294967295'],
  ['0.0.0', '0.0.0'],
])('%s is %s', (text, printed) => {
  expect(printVersion(parseVersion(text)!)).toBe(printed);
});

test.each([
  '',
  ' 1',
  '1.2.3 ',
  '1.',
  '1..2',
  'v1.2.3',
  '1.2.3-rc1',
  '1.2.3.4',
  '1.2+4',
  '01.2.3',
  '1.2.3+04',
  '256.0.0',
  '0.256.0',
  '0.0.65536',
  '0.0.0+4294967296',
  '-1.0.0',
  '1,2,3',
  '٣.0.0',
  '1.2.3+99999999999999999999',
])('%j is none', (text) => {
  expect(parseVersion(text)).toBeUndefined();
});

test('order', () => {
  const sorted = ['0.0.1', '0.1.0', '0.1.0+1', '0.2.0', '1.0.0', '1.0.10', '10.0.0'].map((text) => parseVersion(text)!);
  for (const [i, a] of sorted.entries()) {
    for (const [k, b] of sorted.entries()) expect(Math.sign(compareVersions(a, b))).toBe(Math.sign(i - k));
  }
});

test('parts that do not fit their field', () => {
  const version = { major: 1, minor: 2, revision: 3, build: 4 };
  expect(isVersion(version)).toBe(true);
  for (const [part, value] of [
    ['major', 256],
    ['minor', -1],
    ['revision', 1.5],
    ['build', 2 ** 32],
    ['build', Number.NaN],
  ] as const) {
    expect(isVersion({ ...version, [part]: value })).toBe(false);
  }
});
