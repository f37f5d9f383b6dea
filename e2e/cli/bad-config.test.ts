/**
 * Configs and locks that people get wrong, as the command line answers: all faults of one file at once, each with its
 * code and its place, exit code 2, no stack trace, and the lock untouched.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { copyOfExample, kickstage, removeCopies } from './run-cli.ts';

afterAll(removeCopies);

interface Case {
  readonly title: string;
  /** The config's text, when it is another than the example's. */
  readonly config?: string;
  readonly lock?: string;
  /** Code and place of each diagnostic, in their order. */
  readonly says: readonly string[];
}

const IMPORTS = `import { app, defineConfig } from 'kickstage';
import { blackpill } from 'kickstage/boards';
`;

const config = (board: string, apps: string) => `${IMPORTS}export default defineConfig({
  board: ${board},
  bootloader: { entry: 'boot/main.ts', size: '16K' },
  apps: {
${apps}
  },
  boot: { default: 'app1' },
});
`;

const lock = (...entries: readonly string[]) => `{
  "formatVersion": 1,
  "chip": "STM32F411xE",
  "apps": {
${entries.map((entry) => `    ${entry}`).join(',\n')}
  }
}
`;

const APP1 = "    app1: app({ entry: 'apps/app1.ts', size: '64K' }),";

const CASES: readonly Case[] = [
  {
    title: 'a config that throws a text',
    config: `${IMPORTS}throw 'no board today';`,
    says: ['CLI002 boot.config.ts'],
  },
  { title: 'a config that is a number', config: 'export default 5;\n', says: ['MAP003 boot.config.ts:1'] },
  { title: 'a config that is null', config: 'export default null;\n', says: ['MAP003 boot.config.ts:1'] },
  {
    title: 'a config that is a promise',
    config: `${IMPORTS}export default (async () => defineConfig({}))();\n`,
    says: ['MAP003 boot.config.ts:3'],
  },
  {
    title: "sizes: '64KB', -1, 0, 1.5, and none",
    config: config(
      'blackpill',
      ["'64KB'", '-1', '0', '1.5', 'undefined']
        .map((size, i) => `    app${i + 1}: app({ entry: 'apps/app1.ts', size: ${size} }),`)
        .join('\n'),
    ),
    says: [7, 8, 9, 10, 11].map((line) => `${line === 11 ? 'MAP002' : 'MAP004'} boot.config.ts:${line}`),
  },
  {
    title: 'a board of its own with overlapping memories and other impossible facts',
    config: config(
      `{
    ...blackpill,
    chip: {
      ...blackpill.chip,
      resetAddress: 0,
      interruptCount: 10,
      flash: { ...blackpill.chip.flash, erasedByte: 256, writeSize: 3 },
      ram: [
        { name: 'A', start: 0x20000000, size: 0x20000, executable: true, source: '' },
        { name: 'B', start: 0x2001fff0, size: 0x100, executable: true, source: '' },
      ],
    },
  }`,
      APP1,
    ),
    says: ['MAP026 :8', 'MAP028 :9', 'MAP024 :10', 'MAP024 :10', 'MAP024 :10', 'MAP025 :10', 'MAP022 :13'],
  },
  {
    title: 'a board that is a text',
    config: config("'blackpill'", APP1),
    says: ['MAP002 boot.config.ts:4'],
  },
  {
    title: 'a lock with wrong types',
    lock: lock(
      '"app1": { "id": "0", "start": 134234112, "size": "16K" }',
      '"app2": [1]',
      '"app3": { "id": 2, "start": "0x0800_4000" }',
    ),
    says: ['id :5', 'start :5', 'size :5', 'app2 :6', 'size :7'].map((what) => `MAP007 ${what.split(' ')[1]}`),
  },
  {
    title: 'a lock with overlapping places, the same number twice, the same app twice',
    lock: lock(
      '"app1": { "id": 0, "start": "0x0802_0000", "size": 262144 }',
      '"app2": { "id": 0, "start": "0x0804_0000", "size": 131072 }',
      '"app1": { "id": 2, "start": "0x0802_0000", "size": 262144 }',
      '"app3": { "id": 2, "start": "0x0800_4000", "size": 16384 }',
    ),
    says: ['MAP007 :7', 'MAP007 :8', 'MAP007 :6'],
  },
  {
    title: 'a lock with an address outside flash, and a size that is no whole sectors',
    lock: lock(
      '"app1": { "id": 0, "start": "0x2000_0000", "size": 131072 }',
      '"app2": { "id": 1, "start": "0x0804_0000", "size": 1000 }',
    ),
    says: ['MAP009 boot.config.ts', 'MAP009 boot.config.ts'],
  },
  { title: 'a lock that is no JSON', lock: '{ "formatVersion": 1,\n', says: ['MAP007 boot.lock.json'] },
];

interface Found {
  readonly code: string;
  readonly what: string;
  readonly at?: { readonly file?: string; readonly line?: number };
}

describe.each(CASES)('$title', ({ config: text, lock: locked, says }) => {
  test('exit code 2, every fault once, no stack', () => {
    const folder = copyOfExample('two-apps');
    if (text !== undefined) writeFileSync(join(folder, 'boot.config.ts'), text);
    if (locked !== undefined) writeFileSync(join(folder, 'boot.lock.json'), locked);
    const { code, stderr, stdout, events } = kickstage(folder, 'check', '--json');
    expect(stderr).toBe('');
    expect(stdout).not.toContain('node:internal');
    const found = events.filter(({ event }) => event === 'diagnostic') as unknown as Found[];
    const shown = found.map((one) => `${one.code} ${one.at?.file ?? ''}:${one.at?.line ?? ''}`);
    expect(shown.length, shown.join('\n')).toBe(says.length);
    says.forEach((wanted, i) => {
      const [wantedCode, place] = wanted.split(' ');
      expect(shown[i]).toContain(wantedCode);
      expect(`${shown[i]}\n`).toContain(/:\d/.test(place) ? `${place}\n` : place);
    });
    expect(code).toBe(2);
    if (locked !== undefined) expect(readFileSync(join(folder, 'boot.lock.json'), 'utf8')).toBe(locked);
  });
});

test('an app that the lock has under nearly the same name is a warning, not an error', () => {
  const folder = copyOfExample('two-apps');
  const entries = ['"app1": { "id": 0, "start": "0x0802_0000", "size": 131072 }'];
  writeFileSync(
    join(folder, 'boot.lock.json'),
    lock(...entries, '"apq2": { "id": 1, "start": "0x0806_0000", "size": 131072 }'),
  );
  const { code, stderr, stdout } = kickstage(folder, 'check');
  expect(code).toBe(0);
  expect(stderr).toContain('warning MAP008');
  expect(stdout).toContain('boards in use need');
});
