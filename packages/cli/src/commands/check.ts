/** `kickstage check`: is the config right? */
import type { Command } from 'commander';
import { type CommonOptions, contextOf, withCommonOptions } from '../command-context.ts';
import { loadProject } from '../project.ts';

export function addCheckCommand(program: Command): void {
  withCommonOptions(program.command('check'))
    .description('check the config: every rule of the memory map at once')
    .action(async (options: CommonOptions) => {
      const context = contextOf(options);
      const { layout, file } = await loadProject(context);
      const names = layout.apps.map((app) => app.name);
      context.output.line(
        `${file.shown}: ${names.length} ${names.length === 1 ? 'app' : 'apps'} (${names.join(', ')}), no problem found`,
      );
      context.output.object({ event: 'checked', config: file.shown, apps: names });
    });
}
