/** `kickstage map --svg`: to a file, to the terminal, and to where no file can be. */
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { copyOfExample, kickstage, removeCopies } from './run-cli.ts';

afterAll(removeCopies);

test('a file named, with its folder; the terminal gets the same bytes', () => {
  const folder = copyOfExample('two-apps');
  const { code, events } = kickstage(folder, 'map', '--no-build', '--svg', 'out/map.svg', '--json');
  expect(code).toBe(0);
  expect(events.map(({ event }) => event)).toEqual(['svg', 'map']);
  expect(events[0].file).toBe(join('out', 'map.svg'));
  const written = readFileSync(join(folder, 'out/map.svg'), 'utf8');
  expect(written).toMatch(/^<\?xml .*>\n<svg [\s\S]*<\/svg>\n$/);
  expect(readdirSync(join(folder, 'out'))).toEqual(['map.svg']);
  const printed = kickstage(folder, 'map', '--no-build', '--svg', '-');
  expect([printed.code, printed.stderr]).toEqual([0, '']);
  expect(printed.stdout).toBe(written);
});

test('no name: beside the config, wherever the command was called', () => {
  const folder = copyOfExample('two-apps');
  const { code, stdout } = kickstage(join(folder, 'apps'), 'map', '--no-build', '--svg');
  expect(code).toBe(0);
  expect(stdout).toContain('memory-map.svg');
  expect(existsSync(join(folder, 'memory-map.svg'))).toBe(true);
});

test('a folder is in the way: CLI006, and nothing is left behind', () => {
  const folder = copyOfExample('two-apps');
  mkdirSync(join(folder, 'map.svg'));
  const before = readdirSync(folder);
  const { code, stderr } = kickstage(folder, 'map', '--no-build', '--svg', 'map.svg');
  expect(code).toBe(2);
  expect(stderr).toContain('CLI006');
  expect(stderr).not.toMatch(/^ {4}at /m);
  expect(readdirSync(folder)).toEqual(before);
});
