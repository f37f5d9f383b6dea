/** Whatever a config file exports, `resolve` answers with diagnostics of its catalogue, and never throws. */
import { blackpill } from '@kickstage/chips/boards/blackpill';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MAP_CODES } from './catalogue.ts';
import { app } from './define.ts';
import { resolve } from './resolve.ts';

const CODES = new Set(MAP_CODES.map(({ code }) => code));

const valid = () => ({
  board: { ...blackpill, chip: { ...blackpill.chip, flash: { ...blackpill.chip.flash } } },
  bootloader: { entry: 'boot/main.ts', size: '16K', version: '1.0.0', at: 0x0800_0000, vectors: 'full' },
  mailbox: { protocol: 'record', at: 0x2001_ffc0 },
  apps: {
    app1: app({ entry: 'a.ts', version: '1.0.0', size: '128K', at: 0x0802_0000 }),
    app2: app({ entry: 'b.ts', size: '16K' }),
  },
  boot: { default: 'app1', fallback: ['app2'] },
});

function diagnose(config: unknown) {
  const text = 'export default defineConfig({ apps: { app1: 1 } });';
  const { value, diagnostics } = resolve(config, { source: { file: 'boot.config.ts', text } });
  for (const { code, what, severity } of diagnostics) {
    expect(CODES).toContain(code);
    expect(what).not.toMatch(/undefined|NaN|\[object/);
    expect(severity).toBe('error');
  }
  expect(value === undefined).toBe(diagnostics.length > 0);
  return diagnostics;
}

/** Every path of keys in a value, but into the chip's tables. */
function pathsOf(value: unknown, path: readonly string[] = []): string[][] {
  if (typeof value !== 'object' || value === null || path.length > 4) return [[...path]];
  return [[...path], ...Object.keys(value).flatMap((key) => pathsOf((value as never)[key], [...path, key]))];
}

const PATHS = pathsOf(valid()).filter((path) => !path.includes('registerBlocks') && !path.includes('interrupts'));

function withValue(config: unknown, path: readonly string[], value: unknown): unknown {
  if (path.length === 0) return value;
  if (typeof config !== 'object' || config === null) return config;
  const [key, ...rest] = path;
  const inner = (config as Record<string, unknown>)[key];
  const changed = withValue(inner, rest, value);
  if (Array.isArray(config)) return config.map((item, i) => (String(i) === key ? changed : item));
  return { ...config, [key]: changed };
}

test('the config before it is damaged', () => {
  expect(diagnose(valid())).toEqual([]);
  expect(PATHS.length).toBeGreaterThan(40);
});

test('one value replaced by anything', () => {
  const anything = fc.anything({ withBigInt: true, withDate: true, withMap: true, withNullPrototype: true });
  fc.assert(
    fc.property(fc.constantFrom(...PATHS), anything, (path, value) => {
      diagnose(withValue(valid(), path, value));
    }),
    { numRuns: 1500, seed: 20_26 },
  );
});

test('two values missing', () => {
  fc.assert(
    fc.property(fc.constantFrom(...PATHS), fc.constantFrom(...PATHS), (a, b) => {
      diagnose(withValue(withValue(valid(), a, undefined), b, undefined));
    }),
    { numRuns: 500, seed: 20_26 },
  );
});

test.each([
  [null, 'null'],
  [undefined, 'undefined'],
  [5, '5'],
  ['config', "'config'"],
  [[], 'a list'],
  [() => valid(), 'a function'],
  [Promise.resolve(valid()), 'a promise'],
])('MAP003: %s', (value, got) => {
  expect(diagnose(value).map((one) => [one.code, one.got])).toEqual([['MAP003', got]]);
});

test.each([
  '64KB',
  '64kb',
  '64 K',
  '1.5K',
  '-1',
  '',
  'K',
  -1,
  0,
  1.5,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  2 ** 33,
  null,
  {},
])('MAP004: %s', (size) => {
  const config = valid();
  const apps = { ...config.apps, app2: { entry: 'b.ts', size } };
  const [{ code, fix, at }, ...others] = diagnose({ ...config, apps });
  expect([code, at?.path, others]).toEqual(['MAP004', 'apps.app2.size', []]);
  expect(fix).toMatch(/^write /);
});

test('what is wrong in one part does not hide the others', () => {
  const config = valid();
  const broken = {
    ...config,
    bootloader: { ...config.bootloader, size: 'x' },
    mailbox: { at: 0x2001_0000 },
    apps: { ...config.apps, app1: { ...config.apps.app1, at: 0x0802_0100 }, 'a-b': config.apps.app2 },
    boot: { default: 'app3' },
  };
  const codes = diagnose(broken).map(({ code }) => code);
  expect(codes.sort()).toEqual(['MAP004', 'MAP012', 'MAP012', 'MAP014', 'MAP015', 'MAP018', 'MAP019']);
});
