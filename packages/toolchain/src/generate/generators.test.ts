import { expect, test } from 'vitest';
import { isGenerated } from './generated-file.ts';
import { GENERATORS } from './generators.ts';
import { MAGIC_WORDS, SHARED_SECTOR } from './sample-files.ts';
import { sampleLayout } from './sample-layout.ts';

const CONFIGS = { record: {}, 'magic words': MAGIC_WORDS, 'a shared sector': SHARED_SECTOR };

test.each(Object.entries(CONFIGS))(
  'all kinds, %s: each path once, known as ours, ended by a line break',
  (_, config) => {
    const { layout, facts } = sampleLayout(config);
    const files = GENERATORS.flatMap(({ generate }) => generate(layout, facts));
    expect(new Set(files.map(({ path }) => path.toLowerCase())).size).toBe(files.length);
    for (const { path, text } of files) {
      expect([path, isGenerated(text), /[^\n]\n$/.test(text), /[ \t]\n|\r|undefined(?!")|NaN/.exec(text)?.[0]]).toEqual(
        [path, true, true, undefined],
      );
    }
    expect(GENERATORS.flatMap(({ generate }) => generate(layout, facts))).toEqual(files);
  },
);

test('apps called like the folders of other kinds', () => {
  const apps = ['c', 'rust', 'kickstage'].map((name) => [name, { entry: 'a.ts', size: '16K' }]);
  const { layout, facts } = sampleLayout({ apps: Object.fromEntries(apps), boot: { default: 'c' } });
  const paths = GENERATORS.flatMap(({ generate }) => generate(layout, facts)).map(({ path }) => path);
  expect(new Set(paths).size).toBe(paths.length);
});

test('names and descriptions', () => {
  expect(GENERATORS.map(({ name }) => name)).toEqual([
    'memory-x',
    'ld',
    'c',
    'rust',
    'assemblyscript',
    'openocd',
    'gdb',
    'vscode',
    'probe-rs',
    'dfu',
  ]);
  for (const { description } of GENERATORS) expect(description).toMatch(/^.{10,70}$/);
});

test('what is missing where other tools have no name for the chip', () => {
  const { facts } = sampleLayout();
  const { tools, ...chip } = facts.chip;
  expect(tools).toBeDefined();
  const lacking = GENERATORS.filter(({ missing }) => missing?.({ ...facts, chip }) !== undefined);
  expect(lacking.map(({ name }) => name)).toEqual(['openocd', 'vscode', 'dfu']);
  expect(GENERATORS.filter(({ missing }) => missing?.(facts) !== undefined)).toEqual([]);
});

test('a name of the board ends no comment', () => {
  const { layout, facts } = sampleLayout();
  const odd = { ...facts.board, name: 'x */\nshutdown', part: '$(rm) "', chip: facts.chip };
  const named = { ...layout, board: { ...layout.board, name: odd.name, chip: 'y */\n' } };
  for (const { generate } of GENERATORS) {
    for (const { text } of generate(named, { ...facts, board: odd })) {
      if (!text.startsWith('{') && !text.startsWith('//')) expect(text).not.toMatch(/^shutdown|\$\(rm\)|y \*\//m);
    }
  }
});
