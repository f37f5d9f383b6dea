/**
 * Finds where in the config's text a key was written. `app` and `defineConfig` tell the line of their call; the key's own
 * line is found by looking for it from there. It is a help for people: when the text is too clever for it, the call's
 * place stands in.
 */
import type { Place } from '@kickstage/base/diagnostic';
import { type CallSite, callSiteOf } from './define.ts';

export interface ConfigSource {
  /** As the file is shown to people. */
  readonly file: string;
  readonly text: string;
}

/** The place of `path` (such as `apps.app1.at`) in the config. */
export function locate(config: unknown, source: ConfigSource | undefined, path: string): Place {
  const keys = path.split('.');
  const site = innermostSite(config, keys);
  if (!source) return { ...(site ? { file: site.file, line: site.line, column: site.column } : {}), path };
  const lines = source.text.split('\n');
  let line = (site?.line ?? 1) - 1;
  let column = (site?.column ?? 1) - 1;
  for (const key of keys.slice(site?.depth ?? 0)) {
    const found = findKey(lines, key, line, column);
    if (!found) break;
    ({ line, column } = found);
  }
  return { file: source.file, line: line + 1, column: column + 1, path };
}

/** The call site of the deepest object on the way to `keys`, and how deep it is. */
function innermostSite(config: unknown, keys: readonly string[]): (CallSite & { depth: number }) | undefined {
  let at = config;
  let site = callSiteOf(at);
  let depth = 0;
  keys.forEach((key, i) => {
    at = typeof at === 'object' && at !== null ? (at as Record<string, unknown>)[key] : undefined;
    const own = callSiteOf(at);
    if (!own) return;
    site = own;
    depth = i + 1;
  });
  return site ? { ...site, depth } : undefined;
}

function findKey(lines: readonly string[], key: string, fromLine: number, fromColumn: number) {
  const pattern = new RegExp(`(?<![\\w$.])['"]?${key.replace(/[^\w$]/g, '\\$&')}['"]?\\s*(?=[:,(}])`, 'g');
  for (let line = fromLine; line < lines.length; line++) {
    pattern.lastIndex = line === fromLine ? fromColumn : 0;
    const text = lines[line].replace(/\/\/.*$/, (comment) => ' '.repeat(comment.length));
    const match = pattern.exec(text);
    if (match) return { line, column: match.index };
  }
  return undefined;
}
