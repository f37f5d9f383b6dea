/**
 * An edit of a project: the config's new text is evaluated and resolved before anything is written, so that what cannot
 * be built is refused; then all files are written, or none.
 */
import { accessSync, constants, existsSync, rmSync } from 'node:fs';
import { relative } from 'node:path';
import { hasErrors } from '@kickstage/base/diagnostic';
import type { Layout } from '@kickstage/memory-map/layout';
import { type LockFile, lockOf, printLock } from '@kickstage/memory-map/lock';
import { resolve as resolveLayout } from '@kickstage/memory-map/resolve';
import { type CommandContext, CommandFailure } from '../command-context.ts';
import { evaluateConfig } from '../config-file.ts';
import { configKeyReader } from '../keys/config-keys.ts';
import { LOCK_NAME } from '../lock-file.ts';
import type { Project } from '../project.ts';
import { writeFileAtomically } from '../write-file.ts';

export interface ProjectEdit {
  readonly project: Project;
  readonly configText: string;
  /** The lock to resolve with: the project's, or one that was renamed. */
  readonly lock: LockFile | undefined;
  /** Other files by absolute path. */
  readonly files: ReadonlyMap<string, string>;
}

/** The layout that the edited config gives. All that is wrong with it ends the command. */
export async function resolveEdit(
  { project, configText, lock }: ProjectEdit,
  context: CommandContext,
): Promise<Layout> {
  const { path, shown } = project.file;
  const loaded = await evaluateConfig(path, configText);
  if ('diagnostics' in loaded) throw new CommandFailure(loaded.diagnostics);
  const readKey = configKeyReader(project.file.folder);
  const options = { source: { file: shown, text: configText }, readKey, ...(lock ? { lock } : {}) };
  const { value, diagnostics } = resolveLayout(loaded.value, options);
  if (!value || hasErrors(diagnostics)) throw new CommandFailure(diagnostics);
  context.output.diagnostics(diagnostics);
  return value;
}

/** Writes everything that the edit changes, the config last. Where one cannot be written, new files are removed again. */
export function writeEdit({ project, configText, files }: ProjectEdit, layout: Layout): string[] {
  const { file } = project;
  const all = new Map([...files, [`${file.folder}/${LOCK_NAME}`, printLock(lockOf(layout))], [file.path, configText]]);
  const isNew = [...all.keys()].filter((path) => !existsSync(path));
  const written: string[] = [];
  try {
    for (const path of all.keys()) if (existsSync(path)) accessSync(path, constants.W_OK);
    for (const [path, text] of all) {
      writeFileAtomically(path, text);
      written.push(path);
    }
  } catch (error) {
    for (const path of isNew) if (written.includes(path)) rmSync(path, { force: true });
    const got = error instanceof Error ? error.message : String(error);
    const fix = 'make the config and its folder writable';
    const what = 'the project cannot be changed';
    throw new CommandFailure([{ code: 'CLI006', severity: 'error', what, got, why: 'nothing was changed', fix }]);
  }
  return [...all.keys()].map((path) => relative(process.cwd(), path));
}

/** The complaint about a config whose text does not show what is to be edited. */
export function cannotEdit(shown: string, what: string, byHand: string): CommandFailure {
  return new CommandFailure([
    {
      code: 'CLI012',
      severity: 'error',
      what: `${what} in ${shown}`,
      at: { file: shown },
      why: 'only what is written as a literal object can be edited without losing its form',
      fix: byHand,
    },
  ]);
}
