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

test('flash of the microcontroller, and flash on the board', () => {
  const event = { t: 1, event: 'flash', op: 'erase', address: 0x1000, size: 4096 } as const;
  expect(eventText(event, plain)).toBe('    1.000000  flash   erase 4096 bytes at 0x0000_1000');
  expect(eventText({ ...event, unit: 'W25Q64' }, plain)).toBe(
    '    1.000000  flash   erase 4096 bytes at 0x0000_1000 of W25Q64',
  );
});
