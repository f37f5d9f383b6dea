/** `kickstage build`: sources → ELF, Intel HEX, bin and UF2 of each image and of the whole flash. */
import { relative } from 'node:path';
import type { Command } from 'commander';
import { type CommonOptions, contextOf, withCommonOptions } from '../command-context.ts';
import { updateLock } from '../lock-file.ts';
import { buildFirmware, loadProject, writeBuild } from '../project.ts';
import { printSizes } from '../size-table.ts';

export function addBuildCommand(program: Command): void {
  withCommonOptions(program.command('build'))
    .description('compile and link all images; write ELF, HEX, bin and UF2')
    .option('--out <dir>', 'folder for the files (default: build/ beside the config)')
    .option('--relayout', 'place the apps anew, wherever boot.lock.json has them')
    .action(async (options: CommonOptions & { out?: string; relayout?: boolean }) => {
      const context = contextOf(options);
      const project = await loadProject(context, options);
      const build = await buildFirmware(project, context);
      const folder = writeBuild(project, build, options.out);
      updateLock(project.file.folder, project.lock, project.layout, context.output);
      printSizes(context.output, build);
      const shown = relative(process.cwd(), folder) || '.';
      context.output.line();
      context.output.line(`${build.files.size} files in ${shown}/: ${[...build.files.keys()].join(' ')}`);
      context.output.object({
        event: 'built',
        folder: shown,
        files: [...build.files].map(([name, bytes]) => ({ name, size: bytes.length })),
      });
    });
}
