/** New projects: made in empty and in used folders, refused where something is in the way, and good for what they say. */
import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EMULATED_CHIPS } from '@kickstage/emulator/machines/machine-of';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { DEFAULTS } from '../../packages/cli/src/init/answers.ts';
import { appSource } from '../../packages/cli/src/init/app-source.ts';
import { BOARD_CHOICES, runsVirtually } from '../../packages/cli/src/init/boards.ts';
import { makePlan } from '../../packages/cli/src/init/make-plan.ts';
import { placeFiles } from '../../packages/cli/src/init/place-files.ts';
import { projectFiles } from '../../packages/cli/src/init/project-files.ts';
import { MAILBOX_PROTOCOLS } from '../../packages/cli/src/init/project-plan.ts';
import { kickstage, ROOT } from './run-cli.ts';

const FILES = [
  'package.json',
  'boot.config.ts',
  'boot/main.ts',
  'apps/app1.ts',
  'apps/app2.ts',
  'tsconfig.json',
  '.gitignore',
  'README.md',
];

/** An empty folder in which projects are made, with the packages of this workspace installed. */
let parent: string;

beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'kickstage-init-'));
  symlinkSync(join(ROOT, 'node_modules'), join(parent, 'node_modules'));
});

afterEach(() => rmSync(parent, { recursive: true, force: true }));

const init = (...args: string[]) => kickstage(parent, 'init', ...args, '--json');
const read = (path: string) => readFileSync(join(parent, path), 'utf8');
const contents = (folder: string) => readdirSync(join(parent, folder)).sort();

/** What `npm install` does, without a registry. */
function install(project: string): string {
  const folder = join(parent, project);
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  return folder;
}

/** A program of the workspace's own dependencies: its exit code and all that it says. */
function tool(name: string, cwd: string, ...args: string[]): [code: number | null, text: string] {
  const { status, stdout, stderr } = spawnSync(join(ROOT, 'node_modules/.bin', name), args, { cwd, encoding: 'utf8' });
  return [status, stdout + stderr];
}

/** The apps that booted, in their order, and why. */
function boots(events: readonly Record<string, unknown>[]): unknown[] {
  return events.filter(({ event }) => event === 'boot').map(({ slot, reason }) => `${slot} (${reason})`);
}

test('a new folder, the defaults: it can be checked, built and run with the commands that are said', () => {
  const { code, stderr, events } = init('my-board', '--yes');
  expect([code, stderr]).toEqual([0, '']);
  expect(events).toEqual([
    { event: 'defaults', board: 'blackpill', apps: 'app1,app2', mailbox: 'record' },
    {
      event: 'created',
      folder: 'my-board',
      name: 'my-board',
      board: 'blackpill',
      apps: ['app1', 'app2'],
      mailbox: 'record',
      files: FILES,
      kept: [],
      next: ['cd my-board', 'npm install', 'npm start'],
    },
  ]);
  expect(contents('my-board')).toEqual([...new Set(FILES.map((path) => path.split('/')[0]))].sort());

  const folder = install('my-board');
  const npm = (...args: string[]) => spawnSync('npm', args, { cwd: folder, encoding: 'utf8' });
  expect(npm('run', '--silent', 'check').stdout).toContain('boot.config.ts: 2 apps (app1, app2), no problem found');
  expect(npm('run', '--silent', 'build').stdout).toContain('flash.hex');
  const run = npm('start', '--silent', '--', '--for', '2s', '--press', 'PA0@500ms', '--press', 'PA0@1200ms', '--json');
  const lines = run.stdout.trim().split('\n');
  expect(run.status).toBe(0);
  expect(boots(lines.map((line) => JSON.parse(line)))).toEqual(['app1 (default)', 'app2 (mailbox)', 'app1 (mailbox)']);
});

test('as text: the files and the next commands; without a terminal it says that it takes the defaults', () => {
  const { code, stdout, stderr } = kickstage(parent, 'init', 'two words', '--board', 'nucleo-f446re');
  expect(code).toBe(0);
  for (const path of FILES) expect(stdout).toContain(`\n  ${path}\n`);
  expect(stdout).toMatch(/Next:\n {2}cd "two words"\n {2}npm install\n {2}npm start\n$/);
  expect(stderr).toContain('no terminal to ask in; taking the defaults: apps app1,app2, mailbox record');
  expect(stderr).toContain('warning CLI025');
  expect(JSON.parse(read('two words/package.json')).name).toBe('two-words');
});

test('npm create kickstage: create-kickstage is kickstage init', () => {
  const bin = join(ROOT, 'packages/create-kickstage/bin/create-kickstage.js');
  const { status, stdout } = spawnSync(process.execPath, [bin, 'x', '--apps', 'a,b', '--name', 'y', '--json'], {
    cwd: parent,
    encoding: 'utf8',
  });
  expect(status).toBe(0);
  expect(JSON.parse(stdout.trim().split('\n').at(-1)!)).toMatchObject({ event: 'created', folder: 'x', name: 'y' });
  expect(contents('x/apps')).toEqual(['a.ts', 'b.ts']);
});

describe('in a used folder', () => {
  beforeEach(() => mkdirSync(join(parent, 'used')));

  test('a repository with README and licence: both stay, git is not touched', () => {
    mkdirSync(join(parent, 'used/.git'));
    writeFileSync(join(parent, 'used/readme.txt'), 'mine');
    writeFileSync(join(parent, 'used/LICENSE'), 'mine');
    const { code, events } = init('used', '--yes');
    expect(code).toBe(0);
    expect(events.at(-1)).toMatchObject({ kept: ['readme.txt'], files: FILES.filter((path) => path !== 'README.md') });
    expect(read('used/readme.txt')).toBe('mine');
    expect(contents('used')).not.toContain('README.md');
    expect(contents('used/.git')).toEqual([]);
  });

  test('a folder of a repository: no repository in it', () => {
    mkdirSync(join(parent, '.git'));
    expect(init('used/firmware', '--yes').code).toBe(0);
    expect(contents('used/firmware')).not.toContain('.git');
    expect(contents('.git')).toEqual([]);
  });

  test('files in the way are all named, and none is written', () => {
    mkdirSync(join(parent, 'used/apps'));
    for (const file of ['package.json', 'apps/app2.ts', '.gitignore'])
      writeFileSync(join(parent, 'used', file), 'mine');
    const { code, events } = init('used', '--yes');
    expect(code).toBe(2);
    expect(events.at(-1)).toMatchObject({ code: 'CLI021', got: 'package.json, apps/app2.ts, .gitignore' });
    expect(contents('used')).toEqual(['.gitignore', 'apps', 'package.json']);
    expect(contents('used/apps')).toEqual(['app2.ts']);

    expect(init('used', '--yes', '--force').code).toBe(0);
    expect(JSON.parse(read('used/package.json')).name).toBe('used');
    expect(contents('used')).not.toContainEqual(expect.stringContaining('.kickstage-init'));
  });

  test('a file where a folder must be, a folder where a file must be: --force replaces neither', () => {
    writeFileSync(join(parent, 'used/apps'), 'mine');
    mkdirSync(join(parent, 'used/package.json'));
    const { code, events } = init('used', '--yes', '--force');
    expect(code).toBe(2);
    expect(events.at(-1)).toMatchObject({ code: 'CLI021', got: 'apps, package.json' });
    expect(contents('used')).toEqual(['apps', 'package.json']);
  });

  test('a file instead of the folder', () => {
    writeFileSync(join(parent, 'used/file'), 'mine');
    expect(init('used/file', '--yes').events.at(-1)).toMatchObject({ code: 'CLI023' });
  });

  test('a folder that cannot be made', () => {
    writeFileSync(join(parent, 'used/file'), 'mine');
    const { code, events } = init('used/file/project', '--yes');
    expect(code).toBe(2);
    expect(events.at(-1)).toMatchObject({ code: 'CLI006' });
    expect(contents('used')).toEqual(['file']);
  });
});

test.each([
  ['a misspelt board', ['--board', 'blackpil'], 'CLI020', 'did you mean blackpill?'],
  ['a name that is no identifier', ['--apps', 'my-app,b'], 'MAP019', 'my-app'],
  ['too many apps', ['--apps', 'a,b,c,d,e,f,g,h'], 'MAP005', 'fewer'],
  ['a misspelt protocol', ['--mailbox', 'records'], 'CLI004', 'did you mean record?'],
  ['a name that npm does not take', ['--name', 'My Board'], 'CLI022', 'my-board'],
])('%s is refused, and nothing is written', (_title, args, wanted, says) => {
  const { code, stderr, events } = init('x', '--yes', ...args);
  expect([code, stderr]).toEqual([2, '']);
  const found = events.filter(({ event }) => event === 'diagnostic');
  expect(found.map((diagnostic) => diagnostic.code)).toEqual([wanted]);
  expect(JSON.stringify(found)).toContain(says);
  expect(existsSync(join(parent, 'x'))).toBe(false);
});

/** A project made without a process of its own. */
function make(name: string, answers: Partial<typeof DEFAULTS>): string {
  const folder = join(parent, name);
  const { value: plan, diagnostics } = makePlan({ ...DEFAULTS, ...answers }, folder, undefined);
  expect(diagnostics).toEqual([]);
  placeFiles(folder, projectFiles(plan!));
  return folder;
}

const BUILT_BOARDS = ['nucleo-f411re', 'nucleo-l476rg', 'all'];

test.each(BOARD_CHOICES.map((choice, i) => [choice.board.name, MAILBOX_PROTOCOLS[i % 2], choice] as const))(
  '%s, mailbox %s: the project passes check and build, and runs where there is a virtual board',
  (name, mailbox, { board }) => {
    const folder = make('x', { board: name, apps: 'main,service,test', mailbox });
    const check = kickstage(folder, 'check', '--json');
    expect(check.events).toEqual([expect.objectContaining({ event: 'checked', apps: ['main', 'service', 'test'] })]);
    // Building takes seconds: a board of each family in the ordinary run, all of them in init.long.test.ts.
    if (!BUILT_BOARDS.includes(process.env.KICKSTAGE_BOARDS ?? name)) return;
    const build = kickstage(folder, 'build', '--json');
    expect(build.code).toBe(0);
    expect(build.events.filter(({ event }) => event === 'diagnostic')).toEqual([]);
    if (!EMULATED_CHIPS.includes(board.chip.name)) return;
    const presses = ['300ms', '800ms', '1300ms'].flatMap((time) => ['--press', `${board.button?.pin}@${time}`]);
    const run = kickstage(folder, 'run', '--for', '1600ms', ...presses, '--json');
    expect(boots(run.events)).toEqual(['main (default)', 'service (mailbox)', 'test (mailbox)', 'main (mailbox)']);
  },
);

test.each(BOARD_CHOICES.map((choice) => [choice.board.name, choice] as const))(
  '%s: npm start runs it on the virtual board where there is one',
  (board, choice) => {
    make('x', { board });
    const { scripts } = JSON.parse(read('x/package.json'));
    expect(scripts.start).toBe(runsVirtually(choice) ? 'kickstage run --live' : 'kickstage flash');
  },
);

test('without a button an app gives way after five seconds', () => {
  const folder = make('x', {});
  const [app1, app2] = makePlan(DEFAULTS, folder, undefined).value!.apps;
  for (const app of [app1, app2]) writeFileSync(join(folder, `apps/${app.name}.ts`), appSource(app, false));
  const { code, events } = kickstage(folder, 'run', '--expect', '=== app2 ===', '--json');
  expect(code).toBe(0);
  expect(events.at(-1)?.t).toBeCloseTo(5, 1);
  expect(boots(events)).toEqual(['app1 (default)', 'app2 (mailbox)']);
});

describe('what is written', () => {
  const long = ['a_long_name_', 'another_name_'].map((name) => name.repeat(4));
  const VARIANTS: readonly [name: string, answers: Partial<typeof DEFAULTS>][] = [
    ...BOARD_CHOICES.map(({ board: { name } }): [string, Partial<typeof DEFAULTS>] => [name, { board: name }]),
    ['one-app', { apps: 'only' }],
    ['long-names', { mailbox: 'magic-word', apps: long.join() }],
  ];

  beforeEach(() => VARIANTS.forEach(([name, answers]) => make(name, answers)));

  test('the configs pass tsc', () => {
    const config = { extends: join(ROOT, 'tsconfig.json'), include: ['*/boot.config.ts'] };
    writeFileSync(join(parent, 'tsconfig.json'), JSON.stringify(config));
    expect(tool('tsc', parent, '-p', '.')).toEqual([0, '']);
  });

  test('all of it is formatted and passes the linter', () => {
    const config = JSON.parse(readFileSync(join(ROOT, 'biome.json'), 'utf8'));
    writeFileSync(join(parent, 'biome.json'), JSON.stringify({ ...config, $schema: undefined, vcs: undefined }));
    const [code, text] = tool('biome', parent, 'check', '--colors=off', ...VARIANTS.map(([folder]) => folder));
    expect(text).toMatch(/Checked \d\d files/);
    expect(code, text).toBe(0);
  });
});

test.each([
  ['a board with button', {}],
  ['a board without button', { board: 'nucleo-l432kc' }],
  ['an only app', { apps: 'a' }],
])('firmware for %s passes tsc with the project of its own', (_title, answers) => {
  make('x', answers);
  const folder = install('x');
  expect(kickstage(folder, 'build').code).toBe(0);
  expect(tool('tsc', folder, '-p', '.')).toEqual([0, '']);
});
