import { expect, test } from 'vitest';
import { readRunOptions } from './run-options.ts';

test.each([
  [{}, { duration: 3, timeout: undefined }],
  [{ for: '8s' }, { duration: 8, timeout: undefined }],
  [{ expect: 'x' }, { duration: undefined, timeout: 10 }],
  [
    { expect: 'x', timeout: '2s' },
    { duration: undefined, timeout: 2 },
  ],
  [
    { expect: 'x', for: '2s' },
    { duration: 2, timeout: undefined },
  ],
  [{ timeout: '2s' }, { duration: undefined, timeout: 2 }],
  [{ optimize: 'none', checks: true }, { build: { optimize: 'none', checks: true } }],
  [{}, { build: { checks: false } }],
  [{ live: true }, { duration: undefined, timeout: undefined }],
])('%j', (raw, wanted) => {
  const { options, diagnostics } = readRunOptions(raw);
  expect(diagnostics).toEqual([]);
  expect(options).toMatchObject(wanted);
});

test('everything that is wrong is said at once', () => {
  const { diagnostics } = readRunOptions({
    for: '8',
    press: ['PA0', 'PA0@1s', 'PZ9@1s'],
    timeout: '-1s',
    seed: 'x',
    optimize: 'fast',
  });
  expect(diagnostics.map((d) => [d.at?.path, d.got])).toEqual([
    ['--for', '"8"'],
    ['--timeout', '"-1s"'],
    ['--press', '"PA0"'],
    ['--press', '"PZ9@1s"'],
    ['--seed', '"x"'],
    ['--optimize', '"fast"'],
  ]);
});
