/** `kickstage map`: the picture of flash and RAM, in the terminal or as SVG. */
import { join, relative, resolve } from 'node:path';
import { mapData, type UsedBytes } from '@kickstage/memory-map/map-data';
import { mapPicture, type Tone } from '@kickstage/memory-map/picture';
import { mapSvg } from '@kickstage/memory-map/svg';
import type { Command } from 'commander';
import {
  type CommandContext,
  CommandFailure,
  type CommonOptions,
  contextOf,
  withCommonOptions,
} from '../command-context.ts';
import type { Output } from '../output.ts';
import { buildFirmware, loadProject, type Project, usedBytes } from '../project.ts';
import { figuresOf, printFigures } from '../update-figures.ts';
import { writeFileAtomically } from '../write-file.ts';

const SVG_NAME = 'memory-map.svg';

interface MapOptions extends CommonOptions {
  readonly build: boolean;
  readonly relayout?: boolean;
  readonly svg?: string | true;
}

export function addMapCommand(program: Command): void {
  withCommonOptions(program.command('map'))
    .description('draw flash and RAM: sectors, slots, used bytes')
    .option('--no-build', 'do not build to find out how much the images use')
    .option('--relayout', 'draw the map as kickstage build --relayout would make it')
    .option('--svg [file]', `write the map as an SVG picture (default: ${SVG_NAME} beside the config; - prints it)`)
    .action(async (options: MapOptions) => {
      const context = contextOf(options);
      const project = await loadProject(context, options);
      const used = options.build ? await usedOrNothing(project, context) : undefined;
      if (options.svg !== undefined) writeSvg(options.svg, project, used, context);
      else drawText(project, used, context);
      const updates = figuresOf(project, used);
      if (options.svg === undefined) printFigures(context.output, updates);
      const data = mapData(project.layout, used);
      context.output.object({ event: 'map', ...data, ...(updates.length > 0 ? { updates } : {}) });
    });
}

function drawText({ layout }: Project, used: UsedBytes | undefined, { output }: CommandContext): void {
  for (const line of mapPicture(layout, used)) {
    const painted = line.map(({ text, tone }) => paint(output, tone, text)).join('');
    output.line(painted.trimEnd());
  }
}

/** `file` is `true` where the option has none. */
function writeSvg(
  file: string | true,
  { layout, file: config }: Project,
  used: UsedBytes | undefined,
  { output, cwd }: CommandContext,
): void {
  const svg = mapSvg(layout, used);
  if (file === '-') {
    output.text(svg);
    output.object({ event: 'svg', text: svg });
    return;
  }
  const path = file === true ? join(config.folder, SVG_NAME) : resolve(cwd, file);
  const shown = relative(process.cwd(), path) || path;
  try {
    writeFileAtomically(path, svg);
  } catch (error) {
    const got = error instanceof Error ? error.message : String(error);
    const fix = 'name a file in a folder that is writable, or - for the terminal';
    throw new CommandFailure([{ code: 'CLI006', severity: 'error', what: `cannot write ${shown}`, got, fix }]);
  }
  output.line(`the map is in ${shown}`);
  output.object({ event: 'svg', file: shown });
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
    region: colors.blue,
    mailbox: colors.yellow,
  };
  return painters[tone](text);
}
