/**
 * Where in the config file `app` or `defineConfig` was called. The value remembers it under a symbol that is not
 * enumerable: copies, JSON and comparisons do not see it.
 */

/** Line and column count from 1. A loader that rewrites the module keeps the line, but may shift the column. */
export interface CallSite {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** Shared between copies of this module: the one that the config imports and the one that resolves it. */
const SITE = Symbol.for('kickstage.callSite');

/** A copy of `value` that remembers where the caller of the function that calls this was called. */
export function withCallSite<T extends object>(value: T): T {
  const site = parseFrame((new Error().stack ?? '').split('\n')[3] ?? '');
  return Object.defineProperty({ ...value }, SITE, { value: site, enumerable: false });
}

/** Where the call that made this value was; undefined for a value that was made otherwise. */
export function callSiteOf(value: unknown): CallSite | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  return (value as Record<symbol, CallSite | undefined>)[SITE];
}

/** Reads a line of a V8 stack: `    at name (file:line:column)` or `    at file:line:column`. */
export function parseFrame(frame: string): CallSite | undefined {
  const match = /^\s*at .*?\((.+):(\d+):(\d+)\)$/.exec(frame) ?? /^\s*at (?:async )?(.+):(\d+):(\d+)$/.exec(frame);
  if (!match) return undefined;
  const [, file, line, column] = match;
  return { file: filePath(file), line: Number(line), column: Number(column) };
}

function filePath(file: string): string {
  return file.startsWith('file://') ? decodeURIComponent(file.slice('file://'.length)) : file;
}
