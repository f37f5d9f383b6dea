/** `npm install` of the packed package into an empty folder, with what the registry has for its dependencies. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ROOT } from '../cli/run-cli.ts';

test('installs, and makes a project that builds', () => {
  const folder = mkdtempSync(join(tmpdir(), 'kickstage-install-'));
  const run = (program: string, ...args: string[]) =>
    execFileSync(program, args, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  try {
    run('npm', 'pack', '--silent', '--pack-destination', folder, join(ROOT, 'packages/cli'));
    writeFileSync(join(folder, 'package.json'), '{ "private": true }');
    run('npm', 'install', '--silent', './kickstage-0.1.0.tgz');
    run('npx', 'kickstage', 'init', 'project', '--yes');
    expect(run('npx', 'kickstage', 'build', '--cwd', 'project')).toContain('flash.hex');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
