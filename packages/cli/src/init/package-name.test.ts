import { expect, test } from 'vitest';
import { packageNameOf, readPackageName } from './package-name.ts';

test.each([
  ['my-board', 'my-board'],
  ['My Board', 'my-board'],
  ['Prüfstand 2', 'prufstand-2'],
  ['.hidden', 'hidden'],
  ['_draft_', 'draft_'],
  ['a.b_c~d', 'a.b_c~d'],
  ['(x)', 'x'],
  ['板', 'kickstage-project'],
  ['', 'kickstage-project'],
  ['kickstage', 'kickstage-project'],
  ['node_modules', 'kickstage-project'],
])('folder %j: package %s', (folder, name) => {
  expect(packageNameOf(folder)).toBe(name);
  expect(readPackageName(name).value).toBe(name);
});

test.each([
  ['a', true],
  ['@acme/blinker', true],
  ['x'.repeat(214), true],
  ['x'.repeat(215), false],
  ['A', false],
  ['a b', false],
  ['.a', false],
  ['@acme/', false],
  ['', false],
  ['kickstage', false],
])('--name %s', (name, good) => {
  const { value, diagnostics } = readPackageName(name);
  expect(value).toBe(good ? name : undefined);
  expect(diagnostics.map(({ code }) => code)).toEqual(good ? [] : ['CLI022']);
});
