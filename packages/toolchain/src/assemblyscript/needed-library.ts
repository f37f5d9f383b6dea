/**
 * Leaves files of the standard library out of a compilation that does not name anything in them. The compiler parses its
 * whole library for every program; most of that time goes to mathematics, dates and the texts of numbers, which firmware
 * seldom asks for.
 *
 * A file of `LEFT_OUT` comes in when a source outside of the library has the name of one of its declarations as a word. A
 * file of `FOR_LIBRARY`, which other files of the library import, does not; in its place stand functions that are refused
 * where they are called. What is needed after all (`%` of floats asks for `Math.mod`) so shows as an error: then the
 * program is compiled again with the whole library, which also says what is wrong in that case. What comes out is the same
 * either way; and the files that come in stand where they would stand among all.
 */
import { libraryFiles } from 'assemblyscript/asc';
import type { AscParser } from './parse-cache.ts';

/** Files that may be left out, with what stands for them then: the compiler asks for some names before it begins. */
export const LEFT_OUT: Readonly<Record<string, string>> = {
  math: 'export namespace NativeMath {}\nexport namespace NativeMathf {}\n',
  atomics: '',
  crypto: '',
  dataview: '',
  date: '',
  performance: '',
  process: '',
  set: '',
  symbol: '',
  typedarray: '',
};
/** Files that others of the library import, for what needs a heap or what firmware seldom does. */
export const FOR_LIBRARY: readonly string[] = ['util/casemap', 'util/number', 'util/string', 'util/uri'];
/** Names that the compiler makes of the declared ones. */
const ALIASES: Readonly<Record<string, readonly string[]>> = { math: ['Math', 'Mathf'] };

const DECLARATION =
  /^export (?:declare )?(?:abstract )?(?:class|interface|namespace|function|const|let|var|type|enum) (\w+)/gm;
const LIBRARY = '~lib/';

/** The library's file `name`, as the compiler's parser is given it. */
const pathOf = (name: string) => `${LIBRARY}${name}.ts`;
const ORDER: ReadonlyMap<string, number> = new Map(
  Object.keys(libraryFiles)
    .filter((name) => !name.includes('/'))
    .map((name, i) => [pathOf(name), i]),
);

/** What a file of the library declares for all programs: its exports. */
export function declaredNames(name: string): string[] {
  const names = [...libraryFiles[name].matchAll(DECLARATION)].map(([, declared]) => declared);
  return [...new Set([...names, ...(ALIASES[name] ?? [])])];
}

/** The file's exports, as functions that are refused where they are used. */
export function refusedExports(name: string): string {
  const exported = libraryFiles[name].matchAll(/^(?:@.*)?export (?:const )?(function|const|let|enum) (\w+)/gm);
  return [...exported]
    .map(([, kind, declared]) =>
      kind === 'enum' ? `export enum ${declared} {}\n` : `export function ${declared}(): void { ERROR('left out'); }\n`,
    )
    .join('');
}

const STANDING_FOR: ReadonlyMap<string, string> = new Map(
  FOR_LIBRARY.map((name) => [pathOf(name), refusedExports(name)]),
);

const NEEDED_BY: ReadonlyMap<string, RegExp> = new Map(
  Object.keys(LEFT_OUT).map((name) => [name, new RegExp(`\\b(?:${declaredNames(name).join('|')})\\b`)]),
);

/** A transform of the compiler's, to stand behind `ParseCache`. */
export class NeededLibrary {
  // The compiler puts it into the prototype before it makes an instance.
  declare readonly program: { readonly parser: AscParser };
  private readonly waiting = new Set<string>();

  constructor() {
    const { parser } = this.program;
    const parse = parser.parseFile.bind(parser);
    parser.parseFile = (text, path, isEntry) => {
      const name = path.slice(LIBRARY.length, -'.ts'.length);
      const mayWait = !isEntry && path.startsWith(LIBRARY) && Object.hasOwn(LEFT_OUT, name);
      // What comes a second time is imported by its path.
      if (mayWait && text === libraryFiles[name] && !this.waiting.delete(name)) this.waiting.add(name);
      else parse(STANDING_FOR.get(path) ?? text, path, isEntry);
    };
  }

  /** Called when all is parsed that the program imports. What now comes in may import more: that is parsed after it. */
  afterParse(parser: AscParser): void {
    const others = parser.sources.filter(({ normalizedPath }) => !normalizedPath.startsWith(LIBRARY));
    for (const name of this.waiting) {
      const isNeeded = others.some(({ text }) => NEEDED_BY.get(name)!.test(text));
      const text = isNeeded ? libraryFiles[name] : LEFT_OUT[name];
      parser.parseFile(text, pathOf(name), false);
    }
    this.waiting.clear();
    parser.sources.sort((a, b) => rank(a) - rank(b));
  }
}

/** The library's files for all programs come first, in their own order. */
function rank({ normalizedPath }: { readonly normalizedPath: string }): number {
  return ORDER.get(normalizedPath) ?? ORDER.size;
}
