import { expect, test } from 'vitest';
import { runDemo } from './run-demo.ts';

test('f411-alternate', () => {
  const text = runDemo('f411-alternate');
  const before = text.slice(text.indexOf('slots before'), text.indexOf('reset'));
  expect(before).toMatch(/app {10,}.*v1\.bin/);
  const after = text.slice(text.lastIndexOf('slots after'));
  expect(after).toMatch(/app {10,}.*v2\.bin/);
  expect(after).toMatch(/app\.download0 .*v3-faults\.bin/);
  expect(after).toMatch(/app\.download1 .*v2\.bin/);
  expect(after).toContain('app: confirmed; last update taken back; its copy in download1');
}, 600_000);
