import { expect, test } from 'vitest';
import { UartLines } from './uart-lines.ts';

const bytes = (text: string) => [...new TextEncoder().encode(text)];

test('lines end with LF or CR LF; ports do not mix; the rest comes with the end', () => {
  const lines = new UartLines();
  const seen = [];
  for (const byte of bytes('one\r\ntw')) seen.push(lines.push('USART2', byte));
  for (const byte of bytes('other\n')) seen.push(lines.push('USART1', byte));
  expect(lines.partial('USART2')).toBe('tw');
  for (const byte of bytes('ö')) seen.push(lines.push('USART2', byte));
  expect(seen.filter(Boolean)).toEqual([
    { port: 'USART2', text: 'one' },
    { port: 'USART1', text: 'other' },
  ]);
  expect(lines.flush()).toEqual([{ port: 'USART2', text: 'twö' }]);
  expect(lines.flush()).toEqual([]);
});
