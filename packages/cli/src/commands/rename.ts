/** `kickstage rename app OLD NEW`: in the config and its lock; in the firmware where it is asked for. */
import { readFileSync } from 'node:fs';
import { renameMember, replaceText } from '@kickstage/memory-map/edit-source';
import type { LockFile } from '@kickstage/memory-map/lock';
import type { Command } from 'commander';
import { CommandFailure, type CommonOptions, contextOf, withCommonOptions } from '../command-context.ts';
import { checkNewName, noSuchApp } from '../edit/app-names.ts';
import { cannotEdit, resolveEdit, writeEdit } from '../edit/edit-project.ts';
import { findReferences, renameReferences } from '../edit/references.ts';
import { loadProject, type Project } from '../project.ts';

interface RenameOptions extends CommonOptions {
  readonly references?: boolean;
  readonly dryRun?: boolean;
}

export function addRenameCommand(program: Command): void {
  const rename = program.command('rename').description('rename an app of the project');
  withCommonOptions(rename.command('app <old> <new>'))
    .description('rename an app in config and lock; it keeps its place and its number')
    .option('--references', 'rename App.OLD in the firmware, too')
    .option('--dry-run', 'show what would change, change nothing')
    .action(async (from: string, to: string, options: RenameOptions) => {
      const context = contextOf(options);
      const project = await loadProject(context);
      const { layout, file, lock } = project;
      if (!layout.apps.some((app) => app.name === from)) throw noSuchApp(from, layout);
      checkNewName(project, to, from);
      const files = firmwareEdits(project, from, to, options.references === true);
      const configText = renameInConfig(project, from, to);
      if (configText === undefined)
        throw cannotEdit(file.shown, `\`${from}\` is not in a literal \`apps: { … }\``, 'rename it by hand');
      const edit = { project, configText, lock: renamedLock(lock, from, to), files };
      const renamed = await resolveEdit(edit, context);
      const written = options.dryRun ? [] : writeEdit(edit, renamed);
      const { output } = context;
      output.line(
        options.dryRun
          ? `${from} would be ${to}`
          : `${from} is now ${to}: ${written.join(', ')}; its source keeps its name`,
      );
      output.object({ event: 'renamed', app: from, to, files: written, dryRun: options.dryRun === true });
    });
}

/** The config with the key and what the boot order says. */
function renameInConfig({ file, layout }: Project, from: string, to: string): string | undefined {
  let text = renameMember(file.text, ['apps'], from, to);
  if (text === undefined) return undefined;
  if (layout.defaultApp === from) text = replaceText(text, ['boot', 'default'], from, to) ?? text;
  return replaceText(text, ['boot', 'fallback'], from, to) ?? text;
}

function renamedLock(lock: LockFile | undefined, from: string, to: string): LockFile | undefined {
  if (!lock) return undefined;
  const apps = Object.entries(lock.apps).map(([name, app]) => [name === from ? to : name, app]);
  return { ...lock, apps: Object.fromEntries(apps) };
}

/** The sources with their references renamed; without `--references` all of them are a complaint. */
function firmwareEdits({ file }: Project, from: string, to: string, isWanted: boolean): Map<string, string> {
  const references = findReferences(file.folder, from);
  if (isWanted) {
    const paths = new Set(references.map(({ path }) => path));
    return new Map([...paths].map((path) => [path, renameReferences(readFileSync(path, 'utf8'), from, to)]));
  }
  if (references.length === 0) return new Map();
  throw new CommandFailure(
    references.map(({ shown, line, column }) => ({
      code: 'CLI014',
      severity: 'error' as const,
      what: `the firmware refers to \`App.${from}\``,
      at: { file: shown, line, column },
      fix: `rename it there, too: kickstage rename app ${from} ${to} --references`,
    })),
  );
}
