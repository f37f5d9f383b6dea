/**
 * The place of a config path in the config's text. `defineConfig` and `app` tell the line of their call (call-site.ts);
 * from there the keys are found in the text. Where a value is written elsewhere (a variable, another file), the place of
 * the nearest call or key around it stands in. Loaders that rewrite a module keep lines but not columns, so a call
 * site's column is used only to tell nothing: columns come from the text alone.
 */
import type { Place } from '@kickstage/base/diagnostic';
import { type CallSite, callSiteOf } from './call-site.ts';
import { type KeyPosition, membersAt } from './scan-source.ts';

export interface ConfigSource {
  /** As the file is shown to people. */
  readonly file: string;
  readonly text: string;
}

/** The place of `path` (such as `apps.app1.at`; empty for the whole) in the config. */
export function locate(config: unknown, source: ConfigSource | undefined, path: string): Place {
  const keys = path === '' ? [] : path.split('.');
  const named = path === '' ? {} : { path };
  const sites = sitesOnTheWay(config, keys);
  const innermost = sites[sites.length - 1];
  if (!source) return { ...(innermost ? { file: innermost.site.file, line: innermost.site.line } : {}), ...named };
  let best: { depth: number; offset: number } | undefined;
  for (const { offset, depth } of starts(source, sites)) {
    const walked = walk(source.text, offset, keys.slice(depth));
    if (!best || depth + walked.depth > best.depth) best = { depth: depth + walked.depth, offset: walked.offset };
  }
  const depth = best?.depth ?? 0;
  if (innermost && !isIn(innermost.site, source) && innermost.depth >= depth && depth < keys.length)
    return { file: innermost.site.file, line: innermost.site.line, ...named };
  return { file: source.file, ...(best ? positionOf(source.text, best.offset) : {}), ...named };
}

interface SiteOnTheWay {
  readonly site: CallSite;
  /** How many keys of the path lead to it. */
  readonly depth: number;
}

/** The calls that made the objects along a path, outermost first. */
function sitesOnTheWay(config: unknown, keys: readonly string[]): SiteOnTheWay[] {
  const sites: SiteOnTheWay[] = [];
  let at = config;
  for (let depth = 0; depth <= keys.length; depth++) {
    const site = callSiteOf(at);
    if (site) sites.push({ site, depth });
    at = typeof at === 'object' && at !== null ? (at as Record<string, unknown>)[keys[depth]] : undefined;
  }
  return sites;
}

/** Offsets in the text from which keys can be looked for. */
function starts(source: ConfigSource, sites: readonly SiteOnTheWay[]): { offset: number; depth: number }[] {
  const found: { offset: number; depth: number }[] = [];
  if (!sites.some(({ depth }) => depth === 0)) {
    const exported = /export\s+default\s+/.exec(source.text);
    if (exported) found.push({ offset: exported.index + exported[0].length, depth: 0 });
  }
  for (const { site, depth } of sites) {
    const offset = isIn(site, source) ? callOffset(source.text, site.line) : undefined;
    if (offset !== undefined) found.push({ offset, depth });
  }
  return found;
}

/** The offset of the call on a line, if there is exactly one of ours. */
function callOffset(text: string, line: number): number | undefined {
  const start = lineStart(text, line);
  const end = text.indexOf('\n', start);
  const calls = [...text.slice(start, end < 0 ? undefined : end).matchAll(/\b(?:app|defineConfig)\s*\(/g)];
  return calls.length === 1 ? start + calls[0].index : undefined;
}

/** Follows keys as far as they are written as literals. */
function walk(text: string, offset: number, keys: readonly string[]): { depth: number; offset: number } {
  let at: Pick<KeyPosition, 'key' | 'value'> = { key: offset, value: offset };
  let depth = 0;
  for (; depth < keys.length; depth++) {
    const next = membersAt(text, at.value)?.get(keys[depth]);
    if (!next) break;
    at = next;
  }
  return { depth, offset: at.key };
}

/** Whether a call was made in the file whose text we have; that is shown by a relative path. */
function isIn(site: CallSite, source: ConfigSource): boolean {
  const normal = (path: string) => path.replaceAll('\\', '/').replace(/^(?:\.{1,2}\/)+/, '');
  const file = normal(source.file);
  return normal(site.file) === file || normal(site.file).endsWith(`/${file}`);
}

function lineStart(text: string, line: number): number {
  let start = 0;
  for (let i = 1; i < line && start >= 0; i++) start = text.indexOf('\n', start) + 1 || text.length;
  return start;
}

function positionOf(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset);
  const newline = before.lastIndexOf('\n');
  return { line: before.split('\n').length, column: offset - newline };
}
