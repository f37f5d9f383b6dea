import { expect, test } from 'vitest';
import { runDemo } from './run-demo.ts';

test.each(['f411-swap', 'f411-direct', 'l476-swap', 'l476-direct'])(
  '%s',
  (name) => {
    const after = runDemo(name).split('slots after').at(-1);
    expect(after).toMatch(/v2(\.bank1)?\.bin/);
    expect(after).toContain('app: confirmed; last update taken back');
  },
  300_000,
);
