import { expect, test } from 'vitest';
import { DEFAULT_PRESS_SECONDS, parseDuration, parsePress } from './press.ts';

test.each([
  ['3s', 3],
  ['150ms', 0.15],
  ['20us', 0.00002],
  ['1.5s', 1.5],
  ['2min', 120],
  ['3', undefined],
  ['-3s', undefined],
  ['3 s', undefined],
  ['s', undefined],
])('duration %s', (text, seconds) => {
  if (seconds === undefined) expect(parseDuration(text)).toBeUndefined();
  else expect(parseDuration(text)).toBeCloseTo(seconds, 9);
});

test.each([
  ['PA0@3s', { pin: 'PA0', at: 3, duration: DEFAULT_PRESS_SECONDS }],
  ['pc13@0.5s:200ms', { pin: 'PC13', at: 0.5, duration: 0.2 }],
  ['PA16@1s', undefined],
  ['PA0', undefined],
  ['PA0@', undefined],
  ['PA0@1s:0ms', undefined],
  ['PA0@1s:x', undefined],
])('press %s', (text, press) => {
  expect(parsePress(text)).toEqual(press);
});
