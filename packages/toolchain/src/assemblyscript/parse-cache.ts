/**
 * Syntax trees of source files, kept from one run of the AssemblyScript compiler to the next: an image is compiled twice,
 * and all images read the standard library and the firmware library. The compiler's later phases do not change a tree,
 * but for a number that each source gets in the module it is compiled to, which is taken back here.
 *
 * The compiler lets a transform see its parser before it reads the first file (assemblyscript 0.28, src/parser.ts). A tree
 * is kept only of a file without a finding, and per path and kind of file only the last, but of the library's each of the
 * few that stand for a file.
 */

/** A file that another asks for. */
interface Request {
  readonly path: string;
  readonly dependee: unknown;
}

interface ParsedSource {
  readonly normalizedPath: string;
  readonly text: string;
  debugInfoIndex: number;
}

interface Kept {
  readonly text: string;
  readonly source: ParsedSource;
  /** The file's name as the compiler's lists have it. */
  readonly name: string;
  readonly requests: readonly Request[];
}

/** What is used of the compiler's parser. */
export interface AscParser {
  backlog: string[];
  seenlog: Set<string>;
  donelog: Set<string>;
  dependees: Map<string, unknown>;
  currentSource: ParsedSource | null;
  currentModuleName: string | null;
  readonly sources: ParsedSource[];
  readonly diagnostics: readonly unknown[];
  parseFile(text: string | null, path: string, isEntry: boolean): void;
}

const kept = new Map<string, Kept>();

/** A transform of the compiler's that makes its parser keep and reuse trees. */
export class ParseCache {
  // The compiler puts it into the prototype before it makes an instance.
  declare readonly program: { readonly parser: AscParser };

  constructor() {
    reuseTrees(this.program.parser);
  }
}

function reuseTrees(parser: AscParser): void {
  const parse = parser.parseFile.bind(parser);
  parser.parseFile = (text, path, isEntry) => {
    if (text === null) return parse(text, path, isEntry);
    const key = `${isEntry ? 'entry' : 'file'} ${path}${path.startsWith('~lib/') ? ` ${text.length}` : ''}`;
    const known = kept.get(key);
    if (known?.text === text) return replay(parser, known);
    const made = record(parser, text, () => parse(text, path, isEntry));
    if (made) kept.set(key, made);
  };
}

/** Does what parsing the file again would do. */
function replay(parser: AscParser, { source, name, requests }: Kept): void {
  if (parser.donelog.has(name)) return;
  parser.donelog.add(name);
  parser.seenlog.add(name);
  source.debugInfoIndex = -1;
  parser.sources.push(source);
  parser.currentSource = source;
  parser.currentModuleName = null;
  request(parser, requests);
}

function request({ seenlog, dependees, backlog }: AscParser, requests: readonly Request[]): void {
  for (const { path, dependee } of requests) {
    if (seenlog.has(path)) continue;
    seenlog.add(path);
    dependees.set(path, dependee);
    backlog.push(path);
  }
}

/** Parses with empty lists, so that all that the file asks for is seen, whatever others asked for before. */
function record(parser: AscParser, text: string, parse: () => void): Kept | undefined {
  const { backlog, seenlog, dependees, sources, diagnostics } = parser;
  const [sourceCount, findings] = [sources.length, diagnostics.length];
  parser.backlog = [];
  parser.seenlog = new Set();
  parser.dependees = new Map(dependees);
  parse();
  const wanted = [...new Set(parser.backlog)];
  const requests = wanted.map((path) => ({ path, dependee: parser.dependees.get(path) }));
  const [name] = parser.seenlog;
  Object.assign(parser, { backlog, seenlog, dependees });
  if (name === undefined) return undefined;
  seenlog.add(name);
  request(parser, requests);
  if (sources.length !== sourceCount + 1 || diagnostics.length > findings) return undefined;
  return { text, source: sources[sourceCount], name, requests };
}
