/** `kickstage build`: sources → ELF, Intel HEX, bin and UF2 of each image and of the whole flash. */
import { dirname, relative } from 'node:path';
import type { ImageCache } from '@kickstage/toolchain/build';
import type { Command } from 'commander';
import { KeptImages } from '../build-cache.ts';
import { type RawBuildOptions, readBuildOptions, withBuildOptions } from '../build-options.ts';
import {
  type CommandContext,
  CommandFailure,
  type CommonOptions,
  contextOf,
  withCommonOptions,
} from '../command-context.ts';
import { findConfig } from '../config-file.ts';
import { updateLock } from '../lock-file.ts';
import { buildFirmware, loadProject, writeBuild } from '../project.ts';
import { printSizes } from '../size-table.ts';
import { watchFiles } from '../watch-files.ts';

export function addBuildCommand(program: Command): void {
  withBuildOptions(withCommonOptions(program.command('build')))
    .description('compile and link all images; write ELF, HEX, bin and UF2')
    .option('--out <dir>', 'folder for the files (default: build/ beside the config)')
    .option('--relayout', 'place the apps anew, wherever boot.lock.json has them')
    .option('--release', 'refuse development keys')
    .option('--key <file>', "sign with this key in place of the config's; with --signer its public half")
    .option('--signer <command>', 'program that signs: digest on its input, signature on its output')
    .option('--watch', 'build again whenever a source changes, until Ctrl-C')
    .action(async (options: BuildCommandOptions) => {
      const context = contextOf(options);
      if (options.watch) await buildOnChange(context, options);
      else await buildOnce(context, options);
    });
}

interface BuildCommandOptions extends CommonOptions, RawBuildOptions {
  readonly out?: string;
  readonly relayout?: boolean;
  readonly watch?: boolean;
  readonly release?: boolean;
  readonly key?: string;
  readonly signer?: string;
}

/** Gives the project's folder. */
async function buildOnce(
  context: CommandContext,
  { out, relayout, ...raw }: BuildCommandOptions,
  kept?: ImageCache,
): Promise<string> {
  checkSigner(raw);
  const { options, diagnostics } = readBuildOptions(raw);
  if (diagnostics.length > 0) throw new CommandFailure(diagnostics);
  const project = await loadProject(context, relayout === undefined ? {} : { relayout });
  const build = await buildFirmware(project, context, {
    ...options,
    ...signingOf(raw),
    ...(kept ? { kept } : {}),
  });
  const folder = writeBuild(project, build, out);
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
  return project.file.folder;
}

/** A program that signs is asked by the name of its public key. */
function checkSigner({ key, signer }: BuildCommandOptions): void {
  if (signer === undefined || key !== undefined) return;
  const what = '--signer needs --key';
  const why = 'its signature is verified with the public half, and the image names the key';
  const fix = 'give the public half: --key FILE';
  throw new CommandFailure([{ code: 'CLI004', severity: 'error', what, at: { path: '--signer' }, why, fix }]);
}

function signingOf({ release, key, signer }: BuildCommandOptions) {
  return {
    release: release === true,
    ...(key === undefined ? {} : { key }),
    ...(signer === undefined ? {} : { signer }),
  };
}

/** What is wrong is said, and the next change waited for. The first build must find the project. */
async function buildOnChange(context: CommandContext, options: BuildCommandOptions): Promise<void> {
  const path = findConfig(context.cwd, context.config);
  const changes = path === undefined ? undefined : watchFiles(dirname(path));
  process.once('SIGINT', () => changes?.close());
  const kept = new KeptImages();
  for (;;) {
    const started = performance.now();
    try {
      await buildOnce(context, options, kept);
    } catch (error) {
      if (!(error instanceof CommandFailure) || changes === undefined) throw error;
      context.output.diagnostics(error.diagnostics);
    }
    context.output.progress(`${((performance.now() - started) / 1000).toFixed(1)} s; waiting for changes`);
    context.output.object({ event: 'waiting' });
    const files = await changes?.next();
    if (files === undefined) return;
    context.output.progress(`changed: ${files.join(', ')}`);
  }
}
