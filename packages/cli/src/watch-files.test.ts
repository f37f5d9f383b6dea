import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Changes, isSourceFile, watchFiles } from './watch-files.ts';

let folder: string;
let changes: Changes;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'kickstage-watch-'));
  for (const name of ['apps', 'build']) mkdirSync(join(folder, name));
  changes = watchFiles(folder);
  // The system's watcher begins a little later than it says.
  await new Promise((resolve) => setTimeout(resolve, 100));
});
afterEach(() => {
  changes.close();
  rmSync(folder, { recursive: true, force: true });
});

test('a burst of changes is one', async () => {
  writeFileSync(join(folder, 'boot.config.ts'), 'a');
  writeFileSync(join(folder, 'apps/app1.ts'), 'b');
  expect(await changes.next()).toEqual([join('apps', 'app1.ts'), 'boot.config.ts']);
});

test('what builds write does not count', async () => {
  writeFileSync(join(folder, 'build/layout.ts'), 'a');
  writeFileSync(join(folder, 'boot.lock.json'), 'b');
  writeFileSync(join(folder, 'apps/app1.ts'), 'c');
  expect(await changes.next()).toEqual([join('apps', 'app1.ts')]);
});

test('a change that comes while nobody waits is not lost', async () => {
  writeFileSync(join(folder, 'apps/app2.ts'), 'a');
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(await changes.next()).toEqual([join('apps', 'app2.ts')]);
});

test('closing ends the wait', async () => {
  const next = changes.next();
  changes.close();
  expect(await next).toBeUndefined();
});

test.each([
  ['apps/app1.ts', true],
  ['boot.config.ts', true],
  ['node_modules/kickstage/dist/main.ts', false],
  ['build/layout.ts', false],
  ['generated/layout.ts', false],
  ['.vscode/tasks.json', false],
  ['boot.lock.json', false],
  ['README.md', false],
])('%s: %s', (path, expected) => {
  expect(isSourceFile(path)).toBe(expected);
});
