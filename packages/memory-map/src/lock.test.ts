import { renderDiagnostic } from '@kickstage/base/diagnostic';
import { blackpill } from '@kickstage/chips/boards/blackpill';
import { expect, test } from 'vitest';
import { app } from './define.ts';
import { lockOf, parseLock, printLock } from './lock.ts';
import { resolve } from './resolve.ts';

function configOf(sizes: Readonly<Record<string, string>>) {
  const apps = Object.fromEntries(Object.entries(sizes).map(([name, size]) => [name, app({ entry: 'x.ts', size })]));
  return {
    board: blackpill,
    bootloader: { entry: 'boot/main.ts', size: '16K' },
    apps,
    boot: { default: Object.keys(sizes)[0] },
  };
}

const first = resolve(configOf({ a: '20K', b: '128K' })).value!;

const TEXT = `{
  "formatVersion": 1,
  "chip": "STM32F411xE",
  "apps": {
    "a": { "id": 0, "start": "0x0800_4000", "size": 32768 },
    "b": { "id": 1, "start": "0x0802_0000", "size": 131072 }
  }
}
`;

test('print and parse', () => {
  expect(printLock(lockOf(first))).toBe(TEXT);
  expect(parseLock(TEXT, 'boot.lock.json')).toEqual({ value: lockOf(first), diagnostics: [] });
  const empty = { formatVersion: 1, chip: 'X', apps: {} } as const;
  expect(parseLock(printLock(empty), 'f').value).toEqual(empty);
});

test.each([
  ['{', 'JSON'],
  ['null', 'formatVersion'],
  ['[]', 'formatVersion'],
  ['{ "formatVersion": 2 }', 'formatVersion'],
  ['{ "formatVersion": 1, "apps": {} }', 'chip or apps'],
  ['{ "formatVersion": 1, "chip": "X", "apps": [] }', 'chip or apps'],
  ['{ "formatVersion": 1, "chip": "X", "apps": { "a": {} } }', '`a`'],
  ['{ "formatVersion": 1, "chip": "X", "apps": { "a": { "id": 0, "start": 1, "size": 1 } } }', '`a`'],
  [TEXT.replace('32768', '0'), '`a`'],
  [TEXT.replace('"id": 1', '"id": 0'), 'two apps have the same id'],
])('MAP007: %s', (text, got) => {
  const { value, diagnostics } = parseLock(text, 'boot.lock.json');
  expect(value).toBeUndefined();
  expect(diagnostics.map(renderDiagnostic).join()).toMatch(/^error MAP007: .*\n {2}at {3}boot\.lock\.json\n {2}got /);
  expect(diagnostics[0].got).toContain(got);
});

test('an app that comes before others in the config moves none and renumbers none', () => {
  const config = configOf({ small: '4K', big: '128K', b: '128K', a: '20K' });
  const layout = resolve(config, { lock: lockOf(first) }).value!;
  expect(layout.apps.map(({ name, id, sectors }) => [name, id, sectors])).toEqual([
    ['a', 0, [1, 2]],
    ['b', 1, [5]],
    ['small', 2, [3]],
    ['big', 3, [6]],
  ]);
  expect(layout.fallback).toEqual(['big', 'b', 'a']);
});

test('an app grows into free sectors, and gives back what it no longer needs', () => {
  const sectorsOf = (sizes: Record<string, string>) =>
    resolve(configOf(sizes), { lock: lockOf(first) }).value!.apps.map(({ sectors }) => sectors);
  expect(sectorsOf({ a: '100K', b: '256K' })).toEqual([
    [1, 2, 3, 4],
    [5, 6],
  ]);
  expect(sectorsOf({ a: '2K', b: '2K', c: '2K' })).toEqual([[1], [5], [2]]);
});

test('an address in the config is stronger than the lock, and the next lock keeps it', () => {
  const config = configOf({ a: '20K', b: '128K' });
  const moved = { ...config, apps: { ...config.apps, b: { ...config.apps.b, at: 0x0806_0000 } } };
  const layout = resolve(moved, { lock: lockOf(first) }).value!;
  expect(layout.apps[1].slot.start).toBe(0x0806_0000);
  expect(resolve(config, { lock: lockOf(layout) }).value!.apps[1].slot.start).toBe(0x0806_0000);
});

test('names that every object has are not in the lock', () => {
  const { diagnostics } = resolve(configOf({ constructor: '1K', toString: '1K' }), { lock: lockOf(first) });
  expect(diagnostics.map(({ code }) => code)).toEqual(['MAP019', 'MAP019']);
});
