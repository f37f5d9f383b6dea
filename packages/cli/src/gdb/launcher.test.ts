import { expect, test } from 'vitest';
import { judge } from './launcher.ts';

test.each([
  [undefined, false, 'there'],
  [undefined, true, 'doubtful'],
  [false, false, 'there'],
  [false, true, 'doubtful'],
  [true, false, 'doubtful'],
  [true, true, 'gone'],
] as const)('stdin closed: %s, parent gone: %s', (inputIsClosed, parentIsGone, launcher) => {
  expect(judge({ inputIsClosed, parentIsGone })).toBe(launcher);
});
