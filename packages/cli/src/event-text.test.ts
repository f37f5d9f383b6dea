import { expect, test } from 'vitest';
import { eventText } from './event-text.ts';

const plain = new Proxy({}, { get: () => (text: string) => text }) as Parameters<typeof eventText>[1];

test.each([
  ['power-on', 'reset   power-on'],
  ['software', 'reset   software'],
  ['watchdog', 'reset   watchdog: IWDG was not refreshed in time'],
  ['window-watchdog', 'reset   window-watchdog: WWDG was not refreshed in time, or too early'],
  ['option-bytes', 'reset   option-bytes'],
])('%s', (cause, text) => {
  expect(eventText({ t: 0.5, event: 'reset', cause }, plain)).toBe(`    0.500000  ${text}`);
});
