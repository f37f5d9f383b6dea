/** Finds and loads boot.config.ts. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import type { Diagnostic } from '@kickstage/base/diagnostic';
import { evaluatePlainConfig } from './plain-config.ts';

export const CONFIG_NAME = 'boot.config.ts';

export interface ConfigFile {
  /** Absolute path. */
  readonly path: string;
  /** As it is shown: relative to where the command was called. */
  readonly shown: string;
  /** The project's folder: the config's. */
  readonly folder: string;
  readonly text: string;
  /** The default export, not yet checked. */
  readonly value: unknown;
}

export type LoadedConfig = { readonly file: ConfigFile } | { readonly diagnostics: readonly Diagnostic[] };

/** The config file that a call from `cwd` means: `config` itself, or the nearest boot.config.ts upwards. */
export function findConfig(cwd: string, config: string | undefined): string | undefined {
  if (config !== undefined) return resolve(cwd, config);
  for (let folder = resolve(cwd); ; folder = dirname(folder)) {
    const path = join(folder, CONFIG_NAME);
    if (existsSync(path)) return path;
    if (dirname(folder) === folder) return undefined;
  }
}

export async function loadConfig(cwd: string, config: string | undefined): Promise<LoadedConfig> {
  const path = findConfig(cwd, config);
  if (path === undefined || !existsSync(path)) return { diagnostics: [notFound(cwd, path)] };
  const shown = relative(process.cwd(), path) || path;
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    return { diagnostics: [unloadable(shown, `cannot read the config: ${messageOf(error)}`, {})] };
  }
  const evaluated = await evaluateConfig(path, text);
  if ('diagnostics' in evaluated) return evaluated;
  return { file: { path, shown, folder: dirname(path), text, value: evaluated.value } };
}

/** The default export of a config whose text need not be the file's: what an edit would make of it. */
export async function evaluateConfig(
  path: string,
  text: string,
): Promise<{ readonly value: unknown } | { readonly diagnostics: readonly Diagnostic[] }> {
  const shown = relative(process.cwd(), path) || path;
  try {
    const module = (await evaluatePlainConfig(path, text)) ?? (await translateConfig(path, text));
    return module.default === undefined ? { diagnostics: [noDefault(shown)] } : { value: module.default };
  } catch (error) {
    const what = `the config cannot be loaded: ${firstLine(messageOf(error))}`;
    return { diagnostics: [unloadable(shown, what, placeOf(error, path))] };
  }
}

async function translateConfig(path: string, text: string): Promise<{ default?: unknown }> {
  const { createJiti } = await import('jiti');
  const jiti = createJiti(path, { fsCache: false, moduleCache: false, tryNative: false, interopDefault: false });
  return (await jiti.evalModule(text, { filename: path, async: true })) as { default?: unknown };
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));
const firstLine = (text: string) =>
  text.split('\n')[0].replace(/^.*?: (?=\S)/, (prefix) => (prefix.includes('/') ? '' : prefix));

/** The place in the config that a stack or a parser's message names. */
function placeOf(error: unknown, path: string): { line?: number; column?: number } {
  if (!(error instanceof Error)) return {};
  const escaped = path.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const match =
    new RegExp(`${escaped}:(\\d+):(\\d+)`).exec(`${error.message}\n${error.stack ?? ''}`) ??
    /\((\d+):(\d+)\)/.exec(error.message);
  return match ? { line: Number(match[1]), column: Number(match[2]) } : {};
}

function notFound(cwd: string, path: string | undefined): Diagnostic {
  return {
    code: 'CLI001',
    severity: 'error',
    what: path === undefined ? `there is no ${CONFIG_NAME} here or in a folder above` : `there is no file ${path}`,
    got: path === undefined ? `searched from ${resolve(cwd)}` : undefined,
    fix: 'go to the project folder, or name the config with --config FILE',
  };
}

function noDefault(shown: string): Diagnostic {
  return {
    code: 'CLI003',
    severity: 'error',
    what: 'the config exports no config',
    at: { file: shown },
    fix: "end it with `export default defineConfig({ … })`, with defineConfig from 'kickstage'",
  };
}

function unloadable(shown: string, what: string, place: { line?: number; column?: number }): Diagnostic {
  return {
    code: 'CLI002',
    severity: 'error',
    what,
    at: { file: shown, ...place },
    fix: 'mend the config and try again',
  };
}
