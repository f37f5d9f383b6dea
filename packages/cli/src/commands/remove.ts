/** `kickstage remove app NAME`: refused while something still refers to the app. */
import { resolve } from 'node:path';
import type { Diagnostic } from '@kickstage/base/diagnostic';
import { removeMember } from '@kickstage/memory-map/edit-source';
import { changesSince } from '@kickstage/memory-map/lock-changes';
import type { Command } from 'commander';
import { CommandFailure, type CommonOptions, contextOf, withCommonOptions } from '../command-context.ts';
import { noSuchApp } from '../edit/app-names.ts';
import { cannotEdit, resolveEdit, writeEdit } from '../edit/edit-project.ts';
import { findReferences } from '../edit/references.ts';
import { changeReport, sayChanges } from '../lock-file.ts';
import { loadProject, type Project } from '../project.ts';

export function addRemoveCommand(program: Command): void {
  const remove = program.command('remove').description('remove an app from the project');
  withCommonOptions(remove.command('app <name>'))
    .description('remove an app from the config; its source file stays')
    .option('--dry-run', 'show what would change, change nothing')
    .action(async (name: string, options: CommonOptions & { dryRun?: boolean }) => {
      const context = contextOf(options);
      const project = await loadProject(context);
      if (!project.layout.apps.some((app) => app.name === name)) throw noSuchApp(name, project.layout);
      refuseIfUsed(project, name);
      const { file, lock } = project;
      const configText = removeMember(file.text, ['apps'], name);
      if (configText === undefined)
        throw cannotEdit(file.shown, `\`${name}\` is not in a literal \`apps: { … }\``, 'remove it by hand');
      const edit = { project, configText, lock, files: new Map<string, string>() };
      const layout = await resolveEdit(edit, context);
      const files = options.dryRun ? [] : writeEdit(edit, layout);
      const changes = changesSince(lock, layout);
      const { output } = context;
      output.line(options.dryRun ? `${name} would be removed:` : `${name} is removed: ${files.join(', ')}`);
      if (lock) sayChanges(changes, layout, output);
      output.object({
        event: 'removed',
        app: name,
        files,
        dryRun: options.dryRun === true,
        ...changeReport(changes, layout),
      });
    });
}

/** All places at once: the config's boot order, and `App.name` in the sources of the other apps. */
function refuseIfUsed({ layout, file }: Project, name: string): void {
  const complaint = (what: string, at: Diagnostic['at'], fix: string): Diagnostic => ({
    code: 'CLI014',
    severity: 'error',
    what,
    ...(at ? { at } : {}),
    fix,
  });
  const found: Diagnostic[] = [];
  if (layout.apps.length === 1)
    found.push(complaint(`\`${name}\` is the only app`, { file: file.shown }, 'add another one first'));
  else if (layout.defaultApp === name) {
    const at = { file: file.shown, path: 'boot.default' };
    found.push(complaint(`\`${name}\` is the default app`, at, 'make another app the default first'));
  }
  if (new RegExp(`fallback\\s*:\\s*\\[[^\\]]*['"\`]${name}['"\`]`).test(file.text)) {
    const at = { file: file.shown, path: 'boot.fallback' };
    found.push(complaint(`\`${name}\` is in the boot order`, at, 'take it out of boot.fallback first'));
  }
  const own = resolve(file.folder, layout.apps.find((app) => app.name === name)?.entry ?? '');
  for (const { path, shown, line, column } of findReferences(file.folder, name)) {
    if (path === own) continue;
    const at = { file: shown, line, column };
    found.push(complaint(`the firmware refers to \`App.${name}\``, at, 'switch to another app there first'));
  }
  if (found.length > 0) throw new CommandFailure(found);
}
