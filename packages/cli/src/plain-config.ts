/**
 * Configs that are JavaScript as they stand: imports of names from packages, then an exported default. They are evaluated
 * without a translator, which takes longer to load than all else that a command on an unchanged project does. Anything
 * else (types, files of one's own, top-level await) is for the translator.
 */
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { compileFunction } from 'node:vm';

/** The module's exports; undefined where the translator is to look at it. What the config itself throws is thrown. */
export async function evaluatePlainConfig(path: string, text: string): Promise<{ default?: unknown } | undefined> {
  const parts = splitConfig(text);
  const names = parts && (await importNames(path, parts.imports));
  const run = names && compile(path, parts.body, [...names.keys()]);
  return run && { default: run(...names.values()) };
}

interface Import {
  readonly from: string;
  /** Name in the config → name in the package. */
  readonly names: ReadonlyMap<string, string>;
}

const IMPORT = /^(?:\s|\/\/[^\n]*\n|\/\*.*?\*\/)*import\s*\{([^{}]*)\}\s*from\s*(['"])([^'"\n]+)\2[ \t]*(?:;|(?=\n))/s;
const NAME = /^([A-Za-z_$][\w$]*)(?:\s+as\s+([A-Za-z_$][\w$]*))?$/;
const EXPORT = /^export default (?=\S)/gm;
/** What a function's body cannot have, or has another meaning there. */
const FOREIGN = /^\s*(?:import|export)\b|\bimport\s*[.(]|\b(?:await|require|__dirname|__filename|module|exports)\b/m;

/** Line by line as long as the text, so that errors have the places that they have in it. */
function splitConfig(text: string): { imports: Import[]; body: string } | undefined {
  const imports: Import[] = [];
  let rest = text;
  for (let match = IMPORT.exec(rest); match; match = IMPORT.exec(rest)) {
    const [all, list, , from] = match;
    const names = new Map<string, string>();
    for (const item of list.split(',').map((part) => part.trim())) {
      const name = NAME.exec(item);
      if (name && name[1] !== 'type') names.set(name[2] ?? name[1], name[1]);
      else if (item !== '') return undefined;
    }
    imports.push({ from, names });
    rest = all.replace(/[^\n]/g, ' ') + rest.slice(all.length);
    if (from.startsWith('.') || from.startsWith('/')) return undefined;
  }
  if (rest.match(EXPORT)?.length !== 1) return undefined;
  const body = rest.replace(EXPORT, 'return         ');
  return FOREIGN.test(body) ? undefined : { imports, body };
}

async function importNames(path: string, imports: readonly Import[]): Promise<Map<string, unknown> | undefined> {
  const { resolve } = createRequire(path);
  const values = new Map<string, unknown>();
  for (const { from, names } of imports) {
    let module: Record<string, unknown>;
    try {
      module = await import(from.startsWith('node:') ? from : pathToFileURL(resolve(from)).href);
    } catch {
      return undefined;
    }
    for (const [local, name] of names) {
      if (!(name in module)) return undefined;
      values.set(local, module[name]);
    }
  }
  return values;
}

function compile(path: string, body: string, names: string[]): ((...values: unknown[]) => unknown) | undefined {
  const strict = "'use strict';";
  try {
    const options = { filename: path, columnOffset: -strict.length };
    return compileFunction(strict + body, names, options) as (...values: unknown[]) => unknown;
  } catch {
    return undefined;
  }
}
