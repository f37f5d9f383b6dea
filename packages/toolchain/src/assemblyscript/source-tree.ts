/**
 * Where the firmware compiler's files come from. It asks for paths; three sources answer:
 *
 *   `kickstage/layout`        generated from the Layout
 *   `kickstage/state` and `kickstage/storage`  ours, or what the user has in their place: `kickstage/own/...`, his project
 *   `kickstage/firmware/...`  Kickstage's own firmware library
 *   everything else           the user's project
 *
 * The compiler looks for a package first in the folder `node_modules/`, whose name it then drops: the file that it
 * reads as `node_modules/kickstage/firmware/hal/nvic.ts` has the name `~lib/kickstage/firmware/hal/nvic.ts` in places.
 */

/** Reads a file of the user's project. Paths are relative to the project's folder, with `/`. */
export type ReadSource = (path: string) => string | undefined;

export interface SourceTree {
  readonly readSource: ReadSource;
  /** Files of the firmware library by path within it: `hal/nvic.ts`. The abi's constants are at `abi/`. */
  readonly firmware: ReadonlyMap<string, string>;
  /** Text of `kickstage/layout`. */
  readonly layout: string;
  /** Texts of modules that the user has in place of ours: `state`, `storage`. */
  readonly replaced?: ReadonlyMap<string, string>;
}

/** Interfaces of the boot core that a user can bring his own implementation of, and ours. */
const REPLACEABLE: Readonly<Record<string, string>> = {
  'state.ts': "export * from './firmware/update/journal';\n",
  'storage.ts': "export * from './firmware/storage/storage';\n",
};
const PACKAGE = 'node_modules/kickstage/';
/** What the compiler puts before the name of a package's file. */
const LIBRARY_PREFIX = '~lib/kickstage/';
/** Where the user's project is seen from `kickstage/state` and `kickstage/storage`: the compiler finds no other way to it. */
const OWN = 'own/';

/** The text of a module in whose place the user has one of his own, `path` in his project. */
export const replacedBy = (path: string) =>
  `export * from './${OWN}${path.replace(/^\.\//, '').replace(/\.ts$/, '')}';\n`;

/** Answers the compiler's wish for a file; null where there is none, as its interface asks. */
export function readFromTree(tree: SourceTree, path: string): string | null {
  if (path === 'asconfig.json') return null;
  const inPackage = path.lastIndexOf(PACKAGE);
  if (inPackage < 0) return tree.readSource(path) ?? null;
  const name = path.slice(inPackage + PACKAGE.length);
  if (name === 'layout.ts') return tree.layout;
  const replaceable = REPLACEABLE[name];
  if (replaceable !== undefined) return tree.replaced?.get(name.slice(0, -'.ts'.length)) ?? replaceable;
  if (name.startsWith(OWN)) return tree.readSource(name.slice(OWN.length)) ?? null;
  if (!name.startsWith('firmware/')) return null;
  return tree.firmware.get(name.slice('firmware/'.length)) ?? null;
}

/** Text of a source by its name in places; null where there is none. */
export function readSource(tree: SourceTree, name: string): string | null {
  return readFromTree(tree, name.replace(LIBRARY_PREFIX, PACKAGE));
}

/** Line and column, from 1, of an offset into a text. */
export function positionIn(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset).split('\n');
  return { line: before.length, column: before[before.length - 1].length + 1 };
}

/** A source's name as the user knows it: `kickstage/firmware/hal/nvic.ts`, or his own path unchanged. */
export function shownName(source: string): string {
  if (!source.startsWith(LIBRARY_PREFIX)) return source;
  const name = source.slice(LIBRARY_PREFIX.length);
  return name.startsWith(OWN) ? name.slice(OWN.length) : `kickstage/${name}`;
}

/** Whether a source or function name belongs to the compiler's standard library (Kickstage's firmware does not). */
export function isStandardLibrary(name: string): boolean {
  return name.startsWith('~lib/') && !name.startsWith(LIBRARY_PREFIX);
}
