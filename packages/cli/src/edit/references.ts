/** Where the project's firmware names an app: `App.name` in its TypeScript files. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

export interface Reference {
  readonly path: string;
  /** As it is shown: relative to where the command was called. */
  readonly shown: string;
  readonly line: number;
  readonly column: number;
}

const SKIPPED = new Set(['node_modules', 'build', 'dist', 'generated', '.git']);

/** All of them, by file and line. */
export function findReferences(folder: string, app: string): Reference[] {
  return sourcesIn(folder).flatMap((path) => referencesIn(path, readFileSync(path, 'utf8'), app));
}

/** The text with every `App.from` as `App.to`. */
export function renameReferences(text: string, from: string, to: string): string {
  return text.replace(pattern(from), `App.${to}`);
}

const pattern = (app: string) => new RegExp(`\\bApp\\.${app}\\b`, 'g');

function referencesIn(path: string, text: string, app: string): Reference[] {
  return [...text.matchAll(pattern(app))].map(({ index }) => {
    const before = text.slice(0, index).split('\n');
    const shown = relative(process.cwd(), path);
    return { path, shown, line: before.length, column: before[before.length - 1].length + 1 };
  });
}

function sourcesIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return SKIPPED.has(entry.name) ? [] : sourcesIn(path);
      return entry.isFile() && /(?<!\.d)\.ts$/.test(entry.name) ? [path] : [];
    });
}
