import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Checked } from '@kickstage/base/diagnostic';
import type { BuiltImage } from '@kickstage/toolchain/build';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { BuildCache, KeptImages, TwoCaches } from './build-cache.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kickstage-cache-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const FIRMWARE = new Map([['hal/gpio.ts', 'text']]);
const image = (name: string) =>
  ({
    value: { name, elf: Uint8Array.of(1, 2), linked: { linkerSymbols: new Map([['a', 1]]) } },
    diagnostics: [],
  }) as unknown as Checked<BuiltImage>;
const reader = (sources: Record<string, string>) => (path: string) => sources[path];
const SOURCES = new Map([
  ['app.ts', 'one'],
  ['app/index.ts', undefined],
]);

test('what was stored is found while every source is as it was', () => {
  new BuildCache(folder, FIRMWARE).store('base', SOURCES, image('app'));
  const cache = new BuildCache(folder, FIRMWARE);
  expect(cache.find('base', reader({ 'app.ts': 'one' }))).toEqual(image('app'));
  expect(cache.find('base', reader({ 'app.ts': 'two' }))).toBeUndefined();
  expect(cache.find('base', reader({}))).toBeUndefined();
  expect(cache.find('other', reader({ 'app.ts': 'one' }))).toBeUndefined();
});

test('a file that was not there and now is makes it another build', () => {
  const cache = new BuildCache(folder, FIRMWARE);
  cache.store('base', SOURCES, image('app'));
  expect(cache.find('base', reader({ 'app.ts': 'one', 'app/index.ts': '' }))).toBeUndefined();
});

test('another firmware library is another build', () => {
  new BuildCache(folder, FIRMWARE).store('base', SOURCES, image('app'));
  const other = new BuildCache(folder, new Map([['hal/gpio.ts', 'changed']]));
  expect(other.find('base', reader({ 'app.ts': 'one' }))).toBeUndefined();
});

test('variants are kept beside each other, up to a number', () => {
  const cache = new BuildCache(folder, FIRMWARE);
  for (let i = 0; i < 12; i++) cache.store('base', new Map([['app.ts', `v${i}`]]), image(`app${i}`));
  expect(readdirSync(folder)).toHaveLength(8);
  expect(cache.find('base', reader({ 'app.ts': 'v11' }))?.value?.name).toBe('app11');
});

test('a damaged entry counts as absent', () => {
  const cache = new BuildCache(folder, FIRMWARE);
  cache.store('base', SOURCES, image('app'));
  for (const name of readdirSync(folder)) writeFileSync(join(folder, name), 'damaged');
  expect(cache.find('base', reader({ 'app.ts': 'one' }))).toBeUndefined();
});

test('a folder that cannot be made is no error; without one nothing is kept', () => {
  writeFileSync(join(folder, 'file'), '');
  const cache = new BuildCache(join(folder, 'file', 'cache'), FIRMWARE);
  cache.store('base', SOURCES, image('app'));
  expect(cache.find('base', reader({ 'app.ts': 'one' }))).toBeUndefined();
  new BuildCache(undefined, FIRMWARE).store('base', SOURCES, image('app'));
  expect(existsSync(join(folder, 'undefined'))).toBe(false);
});

test('kept images: the last of each base, while every source is as it was', () => {
  const kept = new KeptImages();
  kept.store('base', SOURCES, image('app'));
  kept.store('other', SOURCES, image('other'));
  expect(kept.find('base', reader({ 'app.ts': 'one' }))).toEqual(image('app'));
  expect(kept.find('base', reader({ 'app.ts': 'one', 'app/index.ts': '' }))).toBeUndefined();
  expect(kept.find('none', reader({ 'app.ts': 'one' }))).toBeUndefined();
  kept.store('base', new Map([['app.ts', 'two']]), image('app2'));
  expect(kept.find('base', reader({ 'app.ts': 'one' }))).toBeUndefined();
  expect(kept.find('base', reader({ 'app.ts': 'two' }))).toEqual(image('app2'));
});

test('of two caches the second is asked where the first has nothing; both are told', () => {
  const [first, second] = [new KeptImages(), new KeptImages()];
  const both = new TwoCaches(first, second);
  second.store('base', SOURCES, image('app'));
  expect(both.find('base', reader({ 'app.ts': 'one' }))).toEqual(image('app'));
  both.store('other', SOURCES, image('other'));
  for (const cache of [first, second, both])
    expect(cache.find('other', reader({ 'app.ts': 'one' }))).toEqual(image('other'));
});
