import { expect, test } from 'vitest';
import { formatPlace, renderDiagnostic } from './diagnostic.ts';
import { formatAddress, formatSize } from './hex.ts';
import { nearMiss } from './near-miss.ts';

test('a diagnostic with every part', () => {
  const text = renderDiagnostic({
    code: 'MAP012',
    severity: 'error',
    what: 'slot `b` starts inside flash sector 4',
    at: { file: 'boot.config.ts', line: 3, column: 5, path: 'apps.b.at' },
    got: formatAddress(0x08018000),
    why: 'whole sectors are erased',
    fix: 'start it at 0x0802_0000',
    notes: [{ text: 'sector 4 also holds `a`', at: { path: 'apps.a' } }],
  });
  expect(text).toBe(`error MAP012: slot \`b\` starts inside flash sector 4
  at   apps.b.at (boot.config.ts:3:5)
  got  0x0801_8000
  why  whole sectors are erased
  fix  start it at 0x0802_0000
  note sector 4 also holds \`a\` at apps.a`);
});

test('places', () => {
  expect(formatPlace({ file: 'x.ts' })).toBe('x.ts');
  expect(formatPlace({ file: 'x.ts', line: 2 })).toBe('x.ts:2');
  expect(formatPlace({ path: 'apps' })).toBe('apps');
});

test('sizes', () => {
  expect(formatSize(65536)).toBe('64 KiB');
  expect(formatSize(644)).toBe('644 bytes');
  expect(formatSize(1)).toBe('1 byte');
  expect(formatSize(0)).toBe('0 bytes');
});

test('near misses', () => {
  expect(nearMiss('EXTI0_IRQHandlr', ['EXTI0_IRQHandler', 'EXTI1_IRQHandler'])).toBe('EXTI0_IRQHandler');
  expect(nearMiss('bord', ['board', 'apps'])).toBe('board');
  expect(nearMiss('zzz', ['board', 'apps'])).toBeUndefined();
});
