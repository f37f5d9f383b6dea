/** `kickstage check`: is the config right? */
import { changesSince } from '@kickstage/memory-map/lock-changes';
import type { Command } from 'commander';
import { type CommonOptions, contextOf, withCommonOptions } from '../command-context.ts';
import { changeReport, sayChanges } from '../lock-file.ts';
import { loadProject } from '../project.ts';
import { figuresOf, printFigures } from '../update-figures.ts';

export function addCheckCommand(program: Command): void {
  withCommonOptions(program.command('check'))
    .description('check the config: every rule of the memory map at once')
    .option('--relayout', 'show what placing the apps anew would change; kickstage build --relayout does it')
    .action(async (options: CommonOptions & { relayout?: boolean }) => {
      const context = contextOf(options);
      const project = await loadProject(context, options);
      const { layout, file, lock } = project;
      const changes = changesSince(lock, layout);
      const names = layout.apps.map((app) => app.name);
      context.output.line(
        `${file.shown}: ${names.length} ${names.length === 1 ? 'app' : 'apps'} (${names.join(', ')}), no problem found`,
      );
      const updates = figuresOf(project);
      printFigures(context.output, updates);
      if (lock) sayChanges(changes, layout, context.output);
      context.output.object({
        event: 'checked',
        config: file.shown,
        apps: names,
        ...(updates.length > 0 ? { updates } : {}),
        ...(lock ? changeReport(changes, layout) : {}),
      });
    });
}
