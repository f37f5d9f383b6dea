import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { shortLivesFlags } from './short-lives.ts';

test('the V8 that runs this test has the flag that it is asked for', () => {
  const options = execFileSync(process.execPath, ['--v8-options'], { encoding: 'utf8' });
  for (const flag of shortLivesFlags(process.versions.v8)) expect(options).toContain(flag.replace('--no-', '--'));
});

test.each([
  ['10.2.154.26-node.36', 0],
  ['11.3.244.8-node.38', 1],
  ['14.6.202.34-node.34', 1],
  ['15.0.1', 0],
  ['', 0],
])('V8 %s: %i flags', (v8, count) => {
  expect(shortLivesFlags(v8)).toHaveLength(count);
});
