/** boot.lock.json beside the config: read before the config is resolved, written by commands that build or edit. */
import { existsSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { Layout } from '@kickstage/memory-map/layout';
import { type LockFile, lockOf, parseLock, printLock } from '@kickstage/memory-map/lock';
import { changesSince, describeChange, imagesToFlash, type LayoutChange } from '@kickstage/memory-map/lock-changes';
import { CommandFailure } from './command-context.ts';
import type { Output } from './output.ts';
import { writeFileAtomically } from './write-file.ts';

export const LOCK_NAME = 'boot.lock.json';

/** The project's lock; undefined when it has none. A damaged one ends the command (MAP007). */
export function readLock(folder: string): LockFile | undefined {
  const path = join(folder, LOCK_NAME);
  if (!existsSync(path)) return undefined;
  const shown = relative(process.cwd(), path);
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    const got = error instanceof Error ? error.message : String(error);
    const what = `${shown} cannot be read`;
    throw new CommandFailure([
      { code: 'CLI005', severity: 'error', what, at: { file: shown }, got, fix: 'make it readable' },
    ]);
  }
  const { value, diagnostics } = parseLock(text, shown);
  if (!value) throw new CommandFailure(diagnostics);
  return value;
}

/** Writes the lock of a layout where it differs from what is there. Says what changes for boards in use. */
export function updateLock(folder: string, lock: LockFile | undefined, layout: Layout, output: Output): void {
  const text = printLock(lockOf(layout));
  const path = join(folder, LOCK_NAME);
  const changes = changesSince(lock, layout);
  if (lock && text === printLock(lock)) return;
  try {
    writeFileAtomically(path, text);
  } catch (error) {
    const got = error instanceof Error ? error.message : String(error);
    const what = `cannot write ${relative(process.cwd(), path)}`;
    throw new CommandFailure([
      { code: 'CLI006', severity: 'error', what, got, fix: 'make the folder writable: the lock keeps apps in place' },
    ]);
  }
  output.progress(`${lock ? 'changed' : 'new'}: ${relative(process.cwd(), path)}; commit it with the config`);
  output.object({ event: 'lock', file: relative(process.cwd(), path), ...changeReport(changes, layout) });
  if (lock) sayChanges(changes, layout, output);
}

export function changeReport(changes: readonly LayoutChange[], layout: Layout) {
  return { changes, flash: imagesToFlash(changes, layout) };
}

/** What changes for boards in use, for people. */
export function sayChanges(changes: readonly LayoutChange[], layout: Layout, output: Output): void {
  if (changes.length === 0) return;
  for (const change of changes) output.line(`  ${describeChange(change)}`);
  const images = imagesToFlash(changes, layout);
  output.line(`  boards in use need: ${images.join(', ')}`);
}
