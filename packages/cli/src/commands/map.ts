/** `kickstage map`: the picture of flash and RAM. */
import { mapData } from '@kickstage/memory-map/map-data';
import { mapPicture, type Tone } from '@kickstage/memory-map/picture';
import type { Command } from 'commander';
import { CommandFailure, type CommonOptions, contextOf, withCommonOptions } from '../command-context.ts';
import type { Output } from '../output.ts';
import { buildFirmware, loadProject, usedBytes } from '../project.ts';

export function addMapCommand(program: Command): void {
  withCommonOptions(program.command('map'))
    .description('draw flash and RAM: sectors, slots, used bytes')
    .option('--no-build', 'do not build to find out how much the images use')
    .option('--relayout', 'draw the map as kickstage build --relayout would make it')
    .action(async (options: CommonOptions & { build: boolean; relayout?: boolean }) => {
      const context = contextOf(options);
      const project = await loadProject(context, options);
      const used = options.build ? await usedOrNothing(project, context) : undefined;
      for (const line of mapPicture(project.layout, used)) {
        context.output.line(
          line
            .map(({ text, tone }) => paint(context.output, tone, text))
            .join('')
            .trimEnd(),
        );
      }
      context.output.object({ event: 'map', ...mapData(project.layout, used) });
    });
}

/** The map can be drawn of firmware that does not build: then how full the slots are is not known. */
async function usedOrNothing(...[project, context]: Parameters<typeof buildFirmware>) {
  try {
    return usedBytes(await buildFirmware(project, context));
  } catch (error) {
    if (!(error instanceof CommandFailure)) throw error;
    context.output.progress(
      `how much is used is not known: the firmware does not build (${error.diagnostics[0]?.code}; kickstage build says more)`,
    );
    return undefined;
  }
}

function paint({ colors }: Output, tone: Tone, text: string): string {
  const painters: Record<Tone, (text: string) => string> = {
    plain: (t) => t,
    dim: colors.dim,
    bold: colors.bold,
    bootloader: colors.magenta,
    app: colors.green,
    mailbox: colors.yellow,
  };
  return painters[tone](text);
}
