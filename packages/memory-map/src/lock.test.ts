import { renderDiagnostic } from '@kickstage/base/diagnostic';
import { blackpill } from '@kickstage/chips/boards/blackpill';
import { w25q16 } from '@kickstage/chips/nor-flash';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { app } from './define.ts';
import { lockOf, printLock } from './lock.ts';
import { parseLock } from './lock-parse.ts';
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

const entry = (text: string) => `{ "formatVersion": 1, "chip": "X", "apps": { "a": ${text} } }`;

test.each([
  ['{', 'no JSON'],
  ['', 'no JSON'],
  ['null', 'no object'],
  ['[]', 'no object'],
  ['"x"', 'no object'],
  ['{ "formatVersion": 2 }', 'formatVersion'],
  ['{ "formatVersion": "1" }', 'formatVersion'],
  ['{ "formatVersion": 1, "apps": {} }', 'no chip'],
  ['{ "formatVersion": 1, "chip": "X" }', '`apps`'],
  ['{ "formatVersion": 1, "chip": "X", "apps": [] }', '`apps`'],
  ['{ "formatVersion": 1, "chip": "X", "apps": {}, "x": 1 }', '`x`'],
  [entry('null'), '`a` is not'],
  [entry('{}'), 'id of `a` in the lock is missing', 'start of `a`', 'size of `a`'],
  [entry('{ "id": -1, "start": "0x0800_0000", "size": 1 }'), 'id of `a` in the lock is -1'],
  [entry('{ "id": 0.5, "start": "0x0800_0000", "size": 1 }'), 'id of `a` in the lock is 0.5'],
  [entry('{ "id": 0, "start": 1, "size": 1 }'), 'start of `a` in the lock is 1'],
  [entry('{ "id": 0, "start": "0x800", "size": "16K" }'), 'start of `a`', 'size of `a` in the lock is "16K"'],
  [entry('{ "id": 0, "start": "0xFFFF_FFFF", "size": 2 }'), 'last address'],
  [entry('{ "id": 0, "start": "0x0800_0000", "size": 1, "end": 1 }'), '`end` of `a`'],
  [TEXT.replace('32768', '0'), 'size of `a` in the lock is 0'],
  [TEXT.replace('"id": 1', '"id": 0'), '`a` and `b` have the same id in the lock, 0'],
  [TEXT.replace('0x0802_0000', '0x0800_8000'), '`a` and `b` in the lock overlap'],
  [TEXT.replace('"b"', '"a"'), 'the lock has `a` twice'],
  [TEXT.replace('    "b"', '=======\n    "b"'), 'a merge'],
])('MAP007: %s', (text, ...whats) => {
  const { value, diagnostics } = parseLock(text, 'boot.lock.json');
  expect(value).toBeUndefined();
  expect(diagnostics.length).toBe(whats.length);
  diagnostics.forEach((diagnostic, i) => {
    expect(diagnostic.what).toContain(whats[i]);
    expect(renderDiagnostic(diagnostic)).toMatch(/^error MAP007: .*\n {2}at {3}.*boot\.lock\.json/);
  });
});

test('any text gives a lock or a diagnostic', () => {
  const judged = (text: string) => {
    const { value, diagnostics } = parseLock(text, 'f');
    expect(value === undefined).toBe(diagnostics.length > 0);
    for (const { code, what } of diagnostics) expect([code, what]).toEqual(['MAP007', expect.not.stringMatching(/\n/)]);
  };
  const damaged = fc.tuple(fc.nat({ max: TEXT.length }), fc.nat({ max: 20 }), fc.string({ maxLength: 6 }));
  fc.assert(
    fc.property(damaged, ([at, cut, put]) => judged(TEXT.slice(0, at) + put + TEXT.slice(at + cut))),
    { numRuns: 500, seed: 20_26 },
  );
  fc.assert(fc.property(fc.json(), judged), { numRuns: 200, seed: 20_26 });
  const entries = fc.dictionary(fc.string(), fc.anything(), { noNullPrototype: true });
  fc.assert(
    fc.property(entries, (apps) => judged(JSON.stringify({ formatVersion: 1, chip: 'X', apps }))),
    { numRuns: 200, seed: 20_26 },
  );
});

test('names of apps that are keys of every object are read as they are', () => {
  const text = TEXT.replace('"a"', '"__proto__"').replace('"b"', '"constructor"');
  expect(Object.keys(parseLock(text, 'f').value!.apps)).toEqual(['__proto__', 'constructor']);
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

test('MAP009 is about apps that the tool places; relayout forgets the places', () => {
  const config = configOf({ a: '20K', b: '128K' });
  const lock = { ...lockOf(first), apps: { ...lockOf(first).apps, b: { id: 1, start: 0x0802_0000, size: 1000 } } };
  const codesOf = (apps: object, relayout = false) =>
    resolve({ ...config, apps }, { lock, relayout }).diagnostics.map(({ code }) => code);
  expect(codesOf(config.apps)).toEqual(['MAP009']);
  expect(codesOf(config.apps, true)).toEqual([]);
  expect(codesOf({ ...config.apps, b: { ...config.apps.b, at: 0x0804_0000 } })).toEqual([]);
  expect(codesOf({ a: config.apps.a })).toEqual([]);
});

test('MAP008 is only of an app that is new and nearly of the name', () => {
  const codesOf = (sizes: Record<string, string>) =>
    resolve(configOf(sizes), { lock: lockOf(resolve(configOf({ logger: '4K', main: '4K' })).value!) }).diagnostics.map(
      ({ code, severity }) => `${severity} ${code}`,
    );
  expect(codesOf({ loger: '4K', main: '4K' })).toEqual(['warning MAP008']);
  expect(codesOf({ other: '4K', main: '4K' })).toEqual([]);
  expect(codesOf({ main: '4K' })).toEqual([]);
  expect(codesOf({ logger: '4K', loger: '4K', main: '4K' })).toEqual([]);
});

test('regions in external flash keep their places', () => {
  const board = { ...blackpill, externalFlash: w25q16({ port: 'SPI1', select: 'PA4' }) };
  const config = (names: readonly string[]) => ({
    board,
    bootloader: { entry: 'boot.ts', size: '16K' },
    apps: Object.fromEntries(
      names.map((name) => [
        name,
        { entry: `${name}.ts`, size: '16K', update: { strategy: 'overwrite', memory: 'external' } },
      ]),
    ),
    boot: { default: 'b' },
  });
  const first = resolve(config(['b']) as never).value!;
  const text = printLock(lockOf(first));
  expect(text).toContain('"b.download": { "memory": "external", "start": "0x0000_0000", "size": 16384 }');
  const lock = parseLock(text, 'boot.lock.json').value!;
  const resolved = resolve(config(['a', 'b']) as never, { lock });
  expect(resolved.diagnostics).toEqual([]);
  const later = resolved.value!;
  const downloadOf = (name: string) => later.apps.find((app) => app.name === name)!.update!.downloads[0].start;
  expect([downloadOf('a'), downloadOf('b')]).toEqual([0x4000, 0]);
  const wrong = parseLock(text.replace('"external"', '"moon"'), 'boot.lock.json');
  expect(wrong.diagnostics.map(({ what }) => what)).toEqual(['the memory of `b.download` in the lock is "moon"']);
});
