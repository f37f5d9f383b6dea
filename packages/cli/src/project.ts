/** A project on disk: its config resolved, its sources at hand, its images built. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { hasErrors } from '@kickstage/base/diagnostic';
import type { ChipFacts } from '@kickstage/chips/chip';
import type { Layout } from '@kickstage/memory-map/layout';
import type { LockFile } from '@kickstage/memory-map/lock';
import { resolve as resolveLayout } from '@kickstage/memory-map/resolve';
import type { Build, ImageCache } from '@kickstage/toolchain/build';
import { BuildCache, cacheFolder, TwoCaches } from './build-cache.ts';
import type { BuildOptions } from './build-options.ts';
import { type CommandContext, CommandFailure } from './command-context.ts';
import { type ConfigFile, loadConfig } from './config-file.ts';
import { EXIT } from './exit-codes.ts';
import { configKeyReader, findSigners } from './keys/config-keys.ts';
import { readLock } from './lock-file.ts';
import { preferQuickCompilers } from './quick-compilers.ts';
import { writeFileAtomically } from './write-file.ts';

export interface Project {
  readonly file: ConfigFile;
  /** What boot.lock.json held; undefined when there was none. */
  readonly lock: LockFile | undefined;
  readonly layout: Layout;
  readonly chip: ChipFacts;
}

export interface LoadOptions {
  /** Places apps anew, wherever the lock has them. */
  readonly relayout?: boolean;
}

/** Loads and resolves the config. All that is wrong with it ends the command. */
export async function loadProject(
  { cwd, config, output }: CommandContext,
  { relayout = false }: LoadOptions = {},
): Promise<Project> {
  const loaded = await loadConfig(cwd, config);
  if ('diagnostics' in loaded) throw new CommandFailure(loaded.diagnostics);
  const { file } = loaded;
  const lock = readLock(file.folder);
  const source = { file: file.shown, text: file.text };
  const { value: layout, diagnostics } = resolveLayout(file.value, {
    source,
    ...(lock ? { lock } : {}),
    relayout,
    readKey: configKeyReader(file.folder),
  });
  if (!layout || hasErrors(diagnostics)) throw new CommandFailure(diagnostics);
  output.diagnostics(diagnostics);
  return { file, lock, layout, chip: (file.value as { board: { chip: ChipFacts } }).board.chip };
}

/** Where the firmware library lies beside the running program. */
function firmwareFolder(): string {
  return join(dirname(fileURLToPath(import.meta.url)), 'firmware');
}

/** The firmware library by path within it. */
export function readFirmware(folder = firmwareFolder()): Map<string, string> {
  const files = new Map<string, string>();
  const visit = (at: string): void => {
    for (const entry of readdirSync(at, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const path = join(at, entry.name);
      if (entry.isDirectory()) visit(path);
      else if (entry.name.endsWith('.ts'))
        files.set(relative(folder, path).split(sep).join('/'), readFileSync(path, 'utf8'));
    }
  };
  visit(folder);
  return files;
}

/** Told of every file that a build looks for: its path in the project, and its text if it is there. */
export type OnRead = (path: string, text: string | undefined) => void;

export interface BuildRequest extends Partial<BuildOptions> {
  readonly onRead?: OnRead;
  /** Images of earlier builds of this process; asked before the cache on disk. */
  readonly kept?: ImageCache;
  /** Refuse development keys. */
  readonly release?: boolean;
  /** Sign with this key, a file or `$NAME`, in place of the config's; with `signer` its public half. */
  readonly key?: string;
  readonly signer?: string;
}

/** Builds all images. What is wrong with the firmware ends the command with exit code 1. */
export async function buildFirmware(
  project: Project,
  { output }: CommandContext,
  { onRead, kept, optimize, checks, release = false, key, signer }: BuildRequest = {},
): Promise<Build> {
  const { layout, chip, file } = project;
  checkEntries(project);
  const signing = await findSigners({
    layout,
    folder: file.folder,
    release,
    ...(key === undefined ? {} : { key }),
    ...(signer === undefined ? {} : { signer }),
  });
  output.diagnostics(signing.diagnostics);
  output.progress(`building ${[layout.bootloader, ...layout.apps].map((image) => image.name).join(', ')}`);
  // The compiler takes half a second to load, and most commands do without it.
  preferQuickCompilers();
  const { buildProject } = await import('@kickstage/toolchain/build');
  const firmware = readFirmware();
  const onDisk = new BuildCache(cacheFolder(file.folder), firmware);
  const { value, diagnostics } = await buildProject({
    layout,
    chip,
    firmware,
    ...(optimize ? { optimize } : {}),
    ...(checks ? { checks } : {}),
    signers: signing.signers,
    cache: kept ? new TwoCaches(kept, onDisk) : onDisk,
    readSource: (path) => {
      const text = readSource(resolve(file.folder, path));
      onRead?.(path, text);
      return text;
    },
  });
  if (!value) throw new CommandFailure(diagnostics, EXIT.program);
  output.diagnostics(diagnostics);
  return value;
}

export function readSource(path: string): string | undefined {
  return existsSync(path) && statSync(path).isFile() ? readFileSync(path, 'utf8') : undefined;
}

/** Entry files that are not there: said before anything is compiled, with the place in the config. */
function checkEntries({ layout, file }: Project): void {
  const missing = [layout.bootloader, ...layout.apps].filter(
    ({ entry }) => entry !== undefined && readSource(resolve(file.folder, entry)) === undefined,
  );
  if (missing.length === 0) return;
  throw new CommandFailure(
    missing.map(({ name, entry, kind }) => ({
      code: 'CLI005',
      severity: 'error' as const,
      what: `the source of \`${name}\` cannot be read`,
      at: { file: file.shown, path: kind === 'app' ? `apps.${name}.entry` : 'bootloader.entry' },
      got: `no file ${entry} beside the config`,
      fix: 'make the file, or mend its path in the config',
    })),
  );
}

/** Writes the build's files to the project's build folder; gives the folder. */
export function writeBuild({ file }: Project, build: Build, out: string | undefined): string {
  const folder = out === undefined ? join(file.folder, 'build') : resolve(out);
  for (const [name, bytes] of build.files) {
    try {
      writeFileAtomically(join(folder, name), bytes);
    } catch (error) {
      throw new CommandFailure([
        {
          code: 'CLI006',
          severity: 'error',
          what: `cannot write ${join(folder, name)}`,
          got: error instanceof Error ? error.message : String(error),
          fix: 'make the folder writable, or name another one with --out DIR',
        },
      ]);
    }
  }
  return folder;
}

/** Bytes of flash that each image takes. */
export function usedBytes(build: Build): Record<string, number> {
  return Object.fromEntries(build.images.map(({ name, linked }) => [name, linked.bytes.length]));
}
