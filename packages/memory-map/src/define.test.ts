import { readFileSync } from 'node:fs';
import { blackpill } from '@kickstage/chips/boards/blackpill';
import { expect, test } from 'vitest';
import { callSiteOf, parseFrame } from './call-site.ts';
import { app, defineConfig, KiB } from './define.ts';

const bootloader = { entry: 'boot/main.ts', size: '16K' };

test('names of apps are types: tsc reads these, nothing runs', () => {
  const apps = { app1: app({ entry: 'a.ts', size: '16K' }), app2: app({ entry: 'b.ts', size: KiB(16) }) };
  const config = defineConfig({ board: blackpill, bootloader, apps, boot: { default: 'app1', fallback: ['app2'] } });
  // @ts-expect-error: no such app
  defineConfig({ board: blackpill, bootloader, apps, boot: { default: 'app3' } });
  // @ts-expect-error: no such app
  defineConfig({ board: blackpill, bootloader, apps, boot: { default: 'app1', fallback: ['ap2'] } });
  // @ts-expect-error: no such key
  app({ entry: 'a.ts', size: '16K', sise: 1 });
  // @ts-expect-error: sharedSectors is no flag
  app({ entry: 'a.ts', size: '16K', sharedSectors: true });
  const name: 'app1' | 'app2' = config.boot.default;
  expect(name).toBe('app1');
});

test('a config remembers where it was written, and nobody sees it', () => {
  const value = app({ entry: 'a.ts', size: '16K' }); // here
  expect(callSiteOf(value)?.file).toMatch(/define\.test\.ts$/);
  const text = readFileSync(new URL(import.meta.url), 'utf8').split('\n');
  expect(text[callSiteOf(value)!.line - 1]).toMatch(/const value = app.*here$/);
  expect(value).toEqual({ entry: 'a.ts', size: '16K' });
  expect(JSON.stringify(value)).toBe('{"entry":"a.ts","size":"16K"}');
  expect(callSiteOf({ ...value })).toBeUndefined();
  expect(callSiteOf(null)).toBeUndefined();
});

test.each([
  ['    at /a/b.ts:1:2', '/a/b.ts'],
  ['    at async /a/b.ts:1:2', '/a/b.ts'],
  ['    at Object.<anonymous> (/a b/(c)/d.ts:1:2)', '/a b/(c)/d.ts'],
  ['    at /a (b)/c.ts:1:2', '/a (b)/c.ts'],
  ['    at eval (file:///a%20b/c.ts:1:2)', '/a b/c.ts'],
  ['    at C:\\a\\b.ts:1:2', 'C:\\a\\b.ts'],
])('%s', (frame, file) => {
  expect(parseFrame(frame)).toEqual({ file, line: 1, column: 2 });
});

test('a frame without a place', () => {
  expect(parseFrame('    at <anonymous>')).toBeUndefined();
  expect(parseFrame('')).toBeUndefined();
});
