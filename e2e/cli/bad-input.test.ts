/**
 * What users get wrong: one clear diagnostic each, the right exit code, no stack trace, nothing half written.
 */
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { type CliResult, copyOfExample, edit, example, kickstage, removeCopies } from './run-cli.ts';

afterAll(removeCopies);

interface Case {
  readonly title: string;
  /** What is done to a copy of two-apps. */
  readonly harm?: (folder: string) => void;
  readonly args: readonly string[];
  readonly code: string;
  readonly exit: number;
  /** Texts that the diagnostic must hold. */
  readonly says: readonly string[];
}

const config = (from: string | RegExp, to: string) => (folder: string) => edit(folder, 'boot.config.ts', from, to);
const source = (from: string | RegExp, to: string) => (folder: string) => edit(folder, 'apps/app1.ts', from, to);
const inMain = (statement: string) => source('  startUp();\n', `  startUp();\n  ${statement}\n`);

const CASES: readonly Case[] = [
  {
    title: 'a wrong key',
    harm: config('bootloader:', 'bootlaoder:'),
    args: ['check'],
    code: 'MAP001',
    exit: 2,
    says: ['boot.config.ts:', 'bootloader'],
  },
  {
    title: 'an unknown default',
    harm: config("default: 'app1'", "default: 'ap1'"),
    args: ['check'],
    code: 'MAP',
    exit: 2,
    says: ['app1'],
  },
  {
    title: "'64KB'",
    harm: config("size: '128K'", "size: '64KB'"),
    args: ['check'],
    code: 'MAP004',
    exit: 2,
    says: ["'64K'"],
  },
  {
    title: 'overlapping slots',
    harm: config(
      /size: '128K' \}\),\n {4}app2: app\(\{/,
      "at: 0x08020000, size: '128K' }),\n    app2: app({ at: 0x08020000,",
    ),
    args: ['check'],
    code: 'MAP010',
    exit: 2,
    says: ['app1', 'app2', 'boot.config.ts:'],
  },
  {
    title: 'a config that throws',
    harm: config('export default', "throw new Error('no such luck');\nexport default"),
    args: ['check'],
    code: 'CLI002',
    exit: 2,
    says: ['no such luck', 'boot.config.ts:'],
  },
  {
    title: 'a config with a syntax error',
    harm: config('apps: {', 'apps: {{'),
    args: ['check'],
    code: 'CLI002',
    exit: 2,
    says: ['boot.config.ts'],
  },
  {
    title: 'a config that exports nothing',
    harm: config('export default defineConfig', 'defineConfig'),
    args: ['check'],
    code: 'CLI003',
    exit: 2,
    says: ['export default'],
  },
  {
    title: 'a config that is a folder',
    harm: (folder) => mkdirSync(join(folder, 'dir.ts')),
    args: ['check', '--config', 'dir.ts'],
    code: 'CLI002',
    exit: 2,
    says: ['dir.ts'],
  },
  { title: 'no config at all', args: ['check', '--config', 'none.ts'], code: 'CLI001', exit: 2, says: ['none.ts'] },
  {
    title: 'a missing source',
    harm: config("entry: 'apps/app2.ts'", "entry: 'apps/app3.ts'"),
    args: ['build'],
    code: 'CLI005',
    exit: 2,
    says: ['apps/app3.ts'],
  },
  {
    title: 'a misspelt handler',
    harm: source('EXTI0_IRQHandler', 'EXTI0_IRQHandlr'),
    args: ['build'],
    code: 'LNK001',
    exit: 1,
    says: ['EXTI0_IRQHandler'],
  },
  {
    title: 'try and catch',
    harm: inMain('try { led.start(); } catch (e) {}'),
    args: ['build'],
    code: 'ASC',
    exit: 1,
    says: ['apps/app1.ts:'],
  },
  {
    title: 'a closure',
    harm: inMain('let n: u32 = startCrystal(); const f = (): u32 => n; f();'),
    args: ['build'],
    code: 'ASC',
    exit: 1,
    says: ['apps/app1.ts:'],
  },
  {
    title: 'an unknown app in switchTo',
    harm: source('App.app2', 'App.app9'),
    args: ['build'],
    code: 'ASC',
    exit: 1,
    says: ['apps/app1.ts:', 'app9'],
  },
  ...(['led', 'button', 'console'] as const).map((part) => ({
    title: `a board without a ${part}, and an app that uses it`,
    harm: config('board: blackpill', `board: { ...blackpill, ${part}: undefined }`),
    args: ['build'],
    code: 'ASC026',
    exit: 1,
    says: [`board.${part}`],
  })),
  {
    title: 'an ELF that is cut short',
    harm: (folder) => writeFileSync(join(folder, 'cut.elf'), Uint8Array.of(0x7f, 0x45, 0x4c, 0x46, 1, 1)),
    args: ['run', '--elf', 'cut.elf'],
    code: 'ELF002',
    exit: 1,
    says: ['cut.elf'],
  },
  {
    title: 'an ELF that is none',
    harm: (folder) => writeFileSync(join(folder, 'no.elf'), 'hello'),
    args: ['run', '--elf', 'no.elf'],
    code: 'ELF001',
    exit: 1,
    says: ['no.elf'],
  },
  {
    title: 'an ELF that is not there',
    args: ['run', '--elf', 'missing.elf'],
    code: 'CLI005',
    exit: 2,
    says: ['missing.elf'],
  },
  {
    title: 'a file to inspect that is nothing',
    harm: (folder) => writeFileSync(join(folder, 'x'), ''),
    args: ['inspect', 'x'],
    code: 'LNK012',
    exit: 1,
    says: ['x'],
  },
  {
    title: 'a chip that cannot be run',
    harm: (folder) => {
      config('{ blackpill }', '{ nucleoF446re as blackpill }')(folder);
      rmSync(join(folder, 'boot.lock.json'));
    },
    args: ['run'],
    code: 'CLI011',
    exit: 2,
    says: ['boot.config.ts:5:3', 'STM32F446xE', 'STM32F411xE', 'STM32L476xG'],
  },
  { title: 'a press without a unit', args: ['run', '--press', 'PA0@3'], code: 'CLI004', exit: 2, says: ['PA0@3s'] },
  { title: 'an unknown option', args: ['run', '--pres', 'PA0@3s'], code: 'CLI004', exit: 2, says: ['--press'] },
  { title: 'an unknown command', args: ['biuld'], code: 'CLI004', exit: 2, says: ['build'] },
  { title: 'an unknown code', args: ['explain', 'MAP999'], code: 'CLI007', exit: 2, says: ['MAP999'] },
  { title: 'an unknown image', args: ['size', 'app9'], code: 'CLI008', exit: 2, says: ['app1'] },
];

function expectJson({ args, code, exit, says }: Case, folder: string, json: CliResult): void {
  expect(json.code).toBe(exit);
  expect(json.stderr).toBe('');
  const found = json.events.filter((e) => e.event === 'diagnostic');
  expect(found.length).toBeGreaterThan(0);
  expect(found.some((d) => String(d.code).startsWith(code))).toBe(true);
  expect(found.map((d) => d.code)).not.toContain('CLI999');
  expect(existsSync(join(folder, 'build'))).toBe(false);
  if (args[0] !== 'build') return;
  const places = found.map((d) => d.at as Record<string, unknown> | undefined);
  const text = `${JSON.stringify(found)} ${places.map((p) => `${p?.file}:${p?.line}`).join(' ')}`;
  for (const wanted of says) expect(text).toContain(wanted);
}

describe('compiled', () => {
  // What needs a compilation is said once only: compiling takes its time.
  test.each(CASES.filter(({ args }) => args[0] === 'build'))('$title, as JSON', (one) => {
    const folder = copyOfExample('two-apps');
    one.harm?.(folder);
    expectJson(one, folder, kickstage(folder, ...one.args, '--json'));
  });
});

describe.each(CASES.filter(({ args }) => args[0] !== 'build'))('$title', (one) => {
  test('as JSON and as text', () => {
    const folders = [copyOfExample('two-apps'), copyOfExample('two-apps')];
    for (const folder of folders) one.harm?.(folder);
    expectJson(one, folders[0], kickstage(folders[0], ...one.args, '--json'));
    const plain = kickstage(folders[1], ...one.args);
    expect(plain.code).toBe(one.exit);
    for (const text of one.says) expect(plain.stderr).toContain(text);
    expect(plain.stderr).not.toContain('node:internal');
    expect(plain.stderr).not.toMatch(/^ {4}at /m);
  });
});

test('a text that does not come is a time-out, exit code 42', () => {
  const args = ['run', '--expect', 'never', '--timeout', '200ms', '--json'];
  const { code, events } = kickstage(example('two-apps'), ...args);
  expect(code).toBe(42);
  expect(events.at(-1)).toMatchObject({ event: 'end', reason: 'timeout' });
});

test('a text that comes ends the run well', () => {
  const { code, events } = kickstage(example('two-apps'), 'run', '--expect', 'APP1 STARTING', '--json');
  expect(code).toBe(0);
  expect(events.at(-1)).toMatchObject({ event: 'end', reason: 'expected' });
});

describe.each(['two-apps', 'two-apps-classic'])('%s with erased slots', (name) => {
  const run = (...args: string[]) => kickstage(example(name), 'run', ...args, '--for', '200ms', '--json');

  test('the default app is erased: the other one starts, and the report says why', () => {
    const { code, events } = run('--erase', 'app1');
    expect(code).toBe(0);
    expect(events.find((e) => e.event === 'boot')).toMatchObject({
      slot: 'app2',
      reason: 'fallback',
      refused: { status: 'empty' },
    });
  });

  test('both are erased: a halt with its reason, no lockup', () => {
    const { code, events } = run('--erase', 'app1', '--erase', 'app2');
    expect(code).toBe(0);
    expect(events.filter((e) => e.event === 'fault')).toEqual([]);
    expect(events.find((e) => e.event === 'halt')).toMatchObject({ refused: { status: 'empty' } });
    expect(events.at(-1)).toMatchObject({ event: 'end', reason: 'time' });
  });
});
