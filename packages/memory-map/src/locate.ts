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

/** The place of a path (such as `apps.app1.at`; empty for the whole) in a config. */
export type PlaceOf = (path: string) => Place;

/** The place of `path` in the config. */
export function locate(config: unknown, source: ConfigSource | undefined, path: string): Place {
  return locatorOf(config, source)(path);
}

/** Places in one config: its text is read once, however many places are asked for. */
export function locatorOf(config: unknown, source: ConfigSource | undefined): PlaceOf {
  const text = source && new ConfigText(source.text);
  return (path) => {
    const keys = path === '' ? [] : path.split('.');
    const named = path === '' ? {} : { path };
    const sites = sitesOnTheWay(config, keys);
    const innermost = sites[sites.length - 1];
    if (!source || !text)
      return { ...(innermost ? { file: innermost.site.file, line: innermost.site.line } : {}), ...named };
    let best: { depth: number; offset: number } | undefined;
    for (const { offset, depth } of starts(source, text, sites)) {
      const walked = text.walk(offset, keys.slice(depth));
      if (!best || depth + walked.depth > best.depth) best = { depth: depth + walked.depth, offset: walked.offset };
    }
    const depth = best?.depth ?? 0;
    if (innermost && !isIn(innermost.site, source) && innermost.depth >= depth && depth < keys.length)
      return { file: innermost.site.file, line: innermost.site.line, ...named };
    return { file: source.file, ...(best ? text.positionOf(best.offset) : {}), ...named };
  };
}

/** Places in a text that is one object or list, such as a JSON file. */
export function locatorOfText({ file, text }: ConfigSource): PlaceOf {
  const read = new ConfigText(text);
  return (path) => {
    if (path === '') return { file };
    const { offset } = read.walk(0, path.split('.'));
    return { file, ...read.positionOf(offset), path };
  };
}

/** A config's text, and what was found in it so far. */
class ConfigText {
  private readonly text: string;
  private readonly members = new Map<number, ReturnType<typeof membersAt>>();
  private readonly lines: readonly number[];
  /** Offset of what `export default` exports. */
  readonly exported: number | undefined;

  constructor(text: string) {
    this.text = text;
    this.lines = [0, ...[...text.matchAll(/\n/g)].map(({ index }) => index + 1)];
    const match = /export\s+default\s+/.exec(text);
    this.exported = match ? match.index + match[0].length : undefined;
  }

  /** Follows keys as far as they are written as literals. */
  walk(offset: number, keys: readonly string[]): { depth: number; offset: number } {
    let at: Pick<KeyPosition, 'key' | 'value'> = { key: offset, value: offset };
    let depth = 0;
    for (; depth < keys.length; depth++) {
      const next = this.membersAt(at.value)?.get(keys[depth]);
      if (!next) break;
      at = next;
    }
    return { depth, offset: at.key };
  }

  /** The offset of the call on a line, if there is exactly one of ours. */
  callOffset(line: number): number | undefined {
    const start = this.lines[line - 1] ?? this.text.length;
    const calls = [...this.text.slice(start, this.lines[line]).matchAll(/\b(?:app|defineConfig)\s*\(/g)];
    return calls.length === 1 ? start + calls[0].index : undefined;
  }

  positionOf(offset: number): { line: number; column: number } {
    let low = 0;
    let high = this.lines.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (this.lines[middle] <= offset) low = middle;
      else high = middle;
    }
    return { line: low + 1, column: offset - this.lines[low] + 1 };
  }

  private membersAt(offset: number): ReturnType<typeof membersAt> {
    if (!this.members.has(offset)) this.members.set(offset, membersAt(this.text, offset));
    return this.members.get(offset);
  }
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
function starts(source: ConfigSource, text: ConfigText, sites: readonly SiteOnTheWay[]) {
  const found: { offset: number; depth: number }[] = [];
  if (text.exported !== undefined && !sites.some(({ depth }) => depth === 0))
    found.push({ offset: text.exported, depth: 0 });
  for (const { site, depth } of sites) {
    const offset = isIn(site, source) ? text.callOffset(site.line) : undefined;
    if (offset !== undefined) found.push({ offset, depth });
  }
  return found;
}

/** Whether a call was made in the file whose text we have; that is shown by a relative path. */
function isIn(site: CallSite, source: ConfigSource): boolean {
  const normal = (path: string) => path.replaceAll('\\', '/').replace(/^(?:\.{1,2}\/)+/, '');
  const file = normal(source.file);
  return normal(site.file) === file || normal(site.file).endsWith(`/${file}`);
}
