/** add, remove and rename: the first system's fourteen steps as one command, and what must be refused. */
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { copyOfExample, edit, kickstage, removeCopies } from './run-cli.ts';

afterAll(removeCopies);

const read = (folder: string, file: string) => readFileSync(join(folder, file), 'utf8');
const snapshot = (folder: string) =>
  ['boot.config.ts', 'boot.lock.json', 'apps/app1.ts', 'apps/app2.ts'].map((file) => read(folder, file));
const codes = (events: readonly Record<string, unknown>[]) => events.map(({ code }) => code);

describe('a third app', () => {
  const folder = copyOfExample('two-apps');
  const before = read(folder, 'boot.config.ts');

  test('is one command', () => {
    const added = kickstage(folder, 'add', 'app', 'app3', '--size', '64K', '--json');
    expect(added.stderr).toBe('');
    expect(added.code).toBe(0);
    expect(added.events.at(-1)).toMatchObject({
      event: 'added',
      app: 'app3',
      files: expect.arrayContaining([expect.stringContaining('app3.ts'), expect.stringContaining('boot.config.ts')]),
      changes: [{ kind: 'added', app: 'app3' }],
      flash: ['bootloader', 'app3'],
    });
    const line = "    app3: app({ entry: 'apps/app3.ts', version: '0.1.0', size: '64K' }),\n";
    expect(read(folder, 'boot.config.ts')).toBe(before.replace("'128K' }),\n  },", `'128K' }),\n${line}  },`));
  });

  test('moves no other app', () => {
    const lock = JSON.parse(read(folder, 'boot.lock.json')) as { apps: Record<string, { id: number; start: string }> };
    expect(lock.apps.app1).toMatchObject({ id: 0, start: '0x0802_0000' });
    expect(lock.apps.app2).toMatchObject({ id: 1, start: '0x0804_0000' });
    expect(lock.apps.app3).toMatchObject({ id: 2, start: '0x0801_0000' });
  });

  test('builds, and runs in its turn: app1, app2, app3, app1', () => {
    edit(folder, 'apps/app2.ts', 'switchTo(App.app1)', 'switchTo(App.app3)');
    const presses = ['PA0@1s', 'PA0@2s', 'PA0@3s'].flatMap((press) => ['--press', press]);
    const { events, code } = kickstage(folder, 'run', '--for', '4s', ...presses, '--json');
    expect(code).toBe(0);
    const boots = events.filter(({ event }) => event === 'boot').map(({ slot, reason }) => `${slot} ${reason}`);
    expect(boots).toEqual(['app1 default', 'app2 mailbox', 'app3 mailbox', 'app1 mailbox']);
    expect(events.filter(({ event }) => event === 'uart').map(({ text }) => text)).toContain('=== app3 ===');
  });

  test('is not removed while app2 switches to it', () => {
    const before = snapshot(folder);
    const { code, events } = kickstage(folder, 'remove', 'app', 'app3', '--json');
    expect(code).toBe(2);
    expect(events).toMatchObject([
      { code: 'CLI014', at: { file: expect.stringContaining('app2.ts'), line: 31, column: 16 } },
    ]);
    expect(snapshot(folder)).toEqual(before);
  });

  test('is renamed with what refers to it, keeps its place and number, and is removed when nothing does', () => {
    expect(codes(kickstage(folder, 'rename', 'app', 'app3', 'diag', '--json').events)).toEqual(['CLI014']);
    const renamed = kickstage(folder, 'rename', 'app', 'app3', 'diag', '--references', '--json');
    expect(renamed.code).toBe(0);
    expect(read(folder, 'apps/app2.ts')).toContain('switchTo(App.diag)');
    expect(JSON.parse(read(folder, 'boot.lock.json')).apps.diag).toMatchObject({ id: 2, start: '0x0801_0000' });
    expect(kickstage(folder, 'check').code).toBe(0);
    edit(folder, 'apps/app2.ts', 'switchTo(App.diag)', 'switchTo(App.app1)');
    const removed = kickstage(folder, 'remove', 'app', 'diag', '--json');
    expect(removed.events.at(-1)).toMatchObject({ event: 'removed', flash: ['bootloader'] });
    expect(read(folder, 'boot.config.ts')).toBe(before);
    expect(existsSync(join(folder, 'apps/app3.ts'))).toBe(true);
  });
});

describe('refused, and nothing changed', () => {
  const folder = copyOfExample('two-apps');
  const before = snapshot(folder);

  test.each([
    ['a name that is taken', ['add', 'app', 'app1'], ['CLI013']],
    ['a name that cannot be', ['add', 'app', '2nd'], ['MAP019']],
    ['a size that is none', ['add', 'app', 'big', '--size', '64KB'], ['MAP004']],
    ['more than there is room for', ['add', 'app', 'big', '--size', '300K'], ['MAP005']],
    ['an address in another slot', ['add', 'app', 'big', '--at', '0x08020000', '--size', '128K'], ['MAP006']],
    ['an app that is not there', ['remove', 'app', 'app9'], ['CLI008']],
    ['the default app, which others name', ['remove', 'app', 'app1'], ['CLI014', 'CLI014']],
    ['a new name that is taken', ['rename', 'app', 'app2', 'app1', '--references'], ['CLI013']],
  ])('%s', (_, args, expected) => {
    const { code, events, stderr } = kickstage(folder, ...args, '--json');
    expect(code).toBe(2);
    expect(stderr).toBe('');
    for (const one of expected) expect(codes(events)).toContain(one);
    expect(snapshot(folder)).toEqual(before);
    expect(existsSync(join(folder, 'apps/big.ts'))).toBe(false);
  });

  test('a file that cannot be written', () => {
    rmSync(join(folder, 'boot.lock.json'));
    mkdirSync(join(folder, 'boot.lock.json'));
    const { code, events } = kickstage(folder, 'add', 'app', 'diag', '--json');
    expect(code).toBe(2);
    expect(['CLI005', 'CLI006']).toContain(events.at(-1)?.code);
    expect(existsSync(join(folder, 'apps/diag.ts'))).toBe(false);
    expect(read(folder, 'boot.config.ts')).toBe(before[0]);
  });
});

test('apps that are not a literal are edited by hand: the diagnostic says what to write', () => {
  const folder = copyOfExample('two-apps');
  edit(folder, 'boot.config.ts', 'export default', 'const apps = {};\nexport default');
  edit(folder, 'boot.config.ts', '  apps: {', '  apps: {\n    ...apps,');
  expect(kickstage(folder, 'add', 'app', 'diag', '--dry-run').code).toBe(0);
  edit(
    folder,
    'boot.config.ts',
    /const apps = \{\};/,
    "const apps = { app1: app({ entry: 'apps/app1.ts', size: '64K' }) };",
  );
  edit(folder, 'boot.config.ts', / {2}apps: \{[\s\S]*?\n {2}\},/, '  apps,');
  const { code, events } = kickstage(folder, 'add', 'app', 'diag', '--json');
  expect(code).toBe(2);
  expect(events.at(-1)).toMatchObject({
    code: 'CLI012',
    fix: expect.stringContaining("diag: app({ entry: 'apps/diag.ts'"),
  });
});

test('in the magic-word protocol a new app gets a word of its own', () => {
  const folder = copyOfExample('two-apps-classic');
  edit(folder, 'boot.config.ts', "size: '368K'", "size: '240K'");
  const { code, stderr } = kickstage(folder, 'add', 'app', 'diag');
  expect(stderr).toBe('');
  expect(code).toBe(0);
  expect(read(folder, 'boot.config.ts')).toMatch(/diag: app\(\{ .*magic: 0x[0-9A-F]{4}_[0-9A-F]{4} \}\),/);
});
