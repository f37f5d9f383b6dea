/**
 * The command line as a process of its own: its exit codes, its two streams, and that no stack trace gets out. All else is
 * tried in one warm process for many commands.
 */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import {
  BIN,
  type CliResult,
  copyOfExample,
  edit,
  example,
  kickstage,
  kickstageProcess,
  ROOT,
  removeCopies,
} from './run-cli.ts';

afterAll(removeCopies);

function expectRefused(result: CliResult, exit: number, says: string): void {
  expect([result.code, result.stdout]).toEqual([exit, '']);
  expect(result.stderr).toContain(says);
  expect(result.stderr).not.toContain('node:internal');
  expect(result.stderr).not.toMatch(/^ {4}at /m);
}

test('--version', () => {
  const { version } = JSON.parse(readFileSync(join(ROOT, 'packages/cli/package.json'), 'utf8'));
  expect(kickstageProcess(ROOT, '--version')).toMatchObject({ code: 0, stdout: `${version}\n`, stderr: '' });
});

describe('refused', () => {
  test.each([
    ['an unknown command', ['biuld'], 'Did you mean build?'],
    ['an unknown option', ['check', '--fast'], "unknown option '--fast'"],
    ['an unknown code', ['explain', 'MAP999'], 'MAP999'],
    ['no project', ['check'], 'CLI001'],
  ])('%s', (_title, args, says) => {
    expectRefused(kickstageProcess('/', ...args), 2, says);
  });

  test.each([
    ['a config that throws', "throw new Error('no such luck');\nexport default", 'no such luck'],
    ['a config with a syntax error', '{ export default', 'boot.config.ts:'],
  ])('%s', (_title, text, says) => {
    const folder = copyOfExample('two-apps');
    edit(folder, 'boot.config.ts', 'export default', text);
    expectRefused(kickstageProcess(folder, 'check'), 2, says);
  });
});

test('a build, in its own process and in a warm one: the same bytes, streams and exit code', () => {
  const [own, warm] = [copyOfExample('two-apps-classic'), copyOfExample('two-apps-classic')];
  const results = [kickstageProcess(own, 'build', '--json'), kickstage(warm, 'build', '--json')];
  expect(results[0].code).toBe(0);
  expect(results[1]).toEqual(results[0]);
  const [one, other] = [own, warm].map((folder) => readFileSync(join(folder, 'build/flash.bin')));
  expect(one.equals(other)).toBe(true);
});

test('a text that does not come is a time-out, exit code 42', () => {
  const args = ['run', '--expect', 'never', '--timeout', '100ms', '--json'];
  const { code, events } = kickstageProcess(example('two-apps'), ...args);
  expect([code, events.at(-1)]).toEqual([42, expect.objectContaining({ event: 'end', reason: 'timeout' })]);
});

test('a reader that closes the pipe early is no error', async () => {
  const child = spawn(process.execPath, [BIN, 'explain'], { stdio: ['ignore', 'pipe', 'pipe'] });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  child.stdout.destroy();
  const [code] = await once(child, 'close');
  expect([code, stderr]).toEqual([0, '']);
});

test('create-kickstage starts the command line too', () => {
  const bin = join(ROOT, 'packages/create-kickstage/bin/create-kickstage.js');
  const { status, stdout } = spawnSync(process.execPath, [bin, '--help'], { encoding: 'utf8' });
  expect([status, stdout]).toEqual([0, expect.stringContaining('kickstage init')]);
});
