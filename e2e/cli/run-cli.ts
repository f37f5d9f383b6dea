/**
 * Calls the command line as a user does, in a folder, with its exit code and both streams: in a process that is warm, or
 * in one of its own where the process itself is what is tested.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CliSession } from './cli-session.ts';

export const ROOT = join(import.meta.dirname, '../..');
export const BIN = join(ROOT, 'packages/cli/bin/kickstage.js');
/** Milliseconds for one command. */
const PATIENCE = 120_000;

export interface CliResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** The objects of `--json`. */
  readonly events: readonly Record<string, unknown>[];
}

let session: CliSession | undefined;

export function kickstage(cwd: string, ...args: string[]): CliResult {
  return kickstageIn(cwd, args);
}

/** The same with more in its environment. */
export function kickstageIn(cwd: string, args: readonly string[], environment: object = {}): CliResult {
  session ??= new CliSession();
  const { code, stdout, stderr } = session.run({ cwd, args, env: { ...process.env, ...environment } });
  return { code, stdout, stderr, events: eventsOf(stdout, args) };
}

/** A process of its own, as a shell starts it. */
export function kickstageProcess(cwd: string, ...args: string[]): CliResult {
  const { status, stdout, stderr } = spawnSync(process.execPath, [BIN, ...args], {
    cwd,
    encoding: 'utf8',
    timeout: PATIENCE,
  });
  return { code: status, stdout, stderr, events: eventsOf(stdout, args) };
}

export function eventsOf(stdout: string, args: readonly string[]): Record<string, unknown>[] {
  if (!args.includes('--json')) return [];
  const lines = stdout.split('\n').filter((line) => line !== '');
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}

export const example = (name: string) => join(ROOT, 'examples', name);

const folders: string[] = [];

/** A temporary copy of an example, with its packages linked, in which files may be changed. */
export function copyOfExample(name: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'kickstage-'));
  folders.push(folder);
  cpSync(example(name), folder, { recursive: true, filter: (path) => !/node_modules|[\\/]build$/.test(path) });
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  return folder;
}

/** Replaces text in a file; the text must be there. */
export function edit(folder: string, file: string, from: string | RegExp, to: string): void {
  const path = join(folder, file);
  const before = readFileSync(path, 'utf8');
  const after = before.replace(from, to);
  if (after === before) throw new Error(`${file} has no ${from}`);
  writeFileSync(path, after);
}

export function removeCopies(): void {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
}
