/** `kickstage size`: what takes the room. */
import type { Layout } from '@kickstage/memory-map/layout';
import type { Build } from '@kickstage/toolchain/build';
import type { Command } from 'commander';
import { CommandFailure, type CommonOptions, contextOf, withCommonOptions } from '../command-context.ts';
import type { Output } from '../output.ts';
import { buildFirmware, loadProject } from '../project.ts';
import { printSizes } from '../size-table.ts';

export function addSizeCommand(program: Command): void {
  withCommonOptions(program.command('size'))
    .description('sizes of the images, of each function and datum with an image named, and stack depths')
    .argument('[image]', 'bootloader, or the name of an app')
    .action(async (image: string | undefined, options: CommonOptions) => {
      const context = contextOf(options);
      const project = await loadProject(context);
      if (image !== undefined) requireImage(image, project.layout);
      const build = await buildFirmware(project, context);
      if (image === undefined) printSizes(context.output, build);
      else printImage(context.output, build, image);
    });
}

/** A wrong name is said before anything is built. */
function requireImage(name: string, { bootloader, apps }: Layout): void {
  const names = [bootloader, ...apps].filter(({ entry }) => entry !== undefined).map((image) => image.name);
  if (names.includes(name)) return;
  throw new CommandFailure([
    {
      code: 'CLI008',
      severity: 'error',
      what: `there is no image \`${name}\``,
      got: `the images are ${names.join(', ')}`,
      fix: 'name one of them',
    },
  ]);
}

function printImage(output: Output, build: Build, name: string): void {
  const found = build.images.find((image) => image.name === name)!;
  const symbols = [...found.linked.symbols].sort(
    (a, b) => b.symbol.size - a.symbol.size || (a.symbol.name < b.symbol.name ? -1 : 1),
  );
  for (const { symbol, address } of symbols) {
    const section = found.linked.sections.find((p) => p.address + symbol.offset === address)?.section;
    output.line(`${String(symbol.size).padStart(8)}  ${(section?.kind ?? '').padEnd(7)} ${symbol.name}`);
    output.object({ event: 'symbol', image: name, name: symbol.name, kind: section?.kind, size: symbol.size, address });
  }
  output.line();
  for (const { name: entry, depth } of [found.stack.reset, ...found.stack.handlers]) {
    output.line(`stack ${String(depth).padStart(6)}  ${entry}`);
    output.object({ event: 'stack', image: name, entry, depth });
  }
}
