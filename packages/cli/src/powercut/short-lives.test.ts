import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { expectShortLives, FLAG } from './short-lives.ts';

test('the V8 that runs this test has the flag, or is not asked', () => {
  const options = execFileSync(process.execPath, ['--v8-options'], { encoding: 'utf8' });
  expect(options.includes(FLAG.replace('--no-', '--')) || !expectShortLives()).toBe(true);
});

test.each(['10.2.154.26-node.36', '15.0.1', ''])('V8 %s is not asked', (v8) => {
  expect(expectShortLives(v8)).toBe(false);
});
