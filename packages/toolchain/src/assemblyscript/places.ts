/**
 * Where in the source an expression of an unoptimised module comes from. Binaryen tells it in its text format only:
 * `;;@ file:line:column` before an expression; one without stands where its parent stands. Slow, and needed only to
 * place a diagnostic.
 */
import type { Place } from '@kickstage/base/diagnostic';
import type binaryen from 'binaryen';
import { positionIn, readSource, type SourceTree, shownName } from './source-tree.ts';

const ANNOTATION = /^ *;;@ ?(.*)$/;
const FUNCTION = /^ \(func \$("[^"]*"|\S+)/;

/** A line of a function's text with the place it comes from. */
interface PlacedLine {
  readonly function: string;
  /** The expression's head, such as `call $boot/delay`. */
  readonly text: string;
  readonly place?: Place;
}

/** Places of the expressions whose text satisfies `wanted`, in order. */
export function placesOf(module: binaryen.Module, wanted: (line: PlacedLine) => boolean): Place[] {
  return placedLines(module.emitText())
    .filter(wanted)
    .flatMap((line) => (line.place ? [line.place] : []));
}

/** How binaryen writes a name in its text: quoted when it has characters that an identifier may not have. */
function nameOf(text: string): string {
  return text.startsWith('"') ? text.slice(1, -1) : text;
}

function placedLines(text: string): PlacedLine[] {
  const lines: PlacedLine[] = [];
  let current = '';
  let annotated: Place | undefined;
  const parents: { indent: number; place?: Place }[] = [];
  for (const line of text.split('\n')) {
    const head = FUNCTION.exec(line);
    if (head) {
      current = nameOf(head[1]);
      parents.length = 0;
      continue;
    }
    const annotation = ANNOTATION.exec(line);
    if (annotation) {
      annotated = parsePlace(annotation[1]);
      continue;
    }
    const indent = line.search(/\S/);
    if (indent < 0 || current === '') continue;
    while (parents.length > 0 && parents[parents.length - 1].indent >= indent) parents.pop();
    const place = annotated ?? parents[parents.length - 1]?.place;
    annotated = undefined;
    parents.push({ indent, place });
    lines.push({ function: current, text: line.trim().replace(/^\(/, ''), place });
  }
  return lines;
}

/** `file:line:column`, with columns from 0 as in source maps. */
function parsePlace(text: string): Place | undefined {
  const match = /^(.*):(\d+):(\d+)$/.exec(text);
  return match ? { file: shownName(match[1]), line: Number(match[2]), column: Number(match[3]) + 1 } : undefined;
}

/**
 * Where a function or variable is declared, by its name in the module: the source's path without its ending, a slash,
 * and its own name (`apps/app1/count`). Undefined when the source has no such declaration.
 */
export function placeOfDeclaration(name: string, tree: SourceTree): Place | undefined {
  const [, path, own] = /^(.*)\/(?:\w+[.#])?(\w+)$/.exec(name) ?? [];
  const source = path === undefined ? null : readSource(tree, `${path}.ts`);
  if (source === null) return undefined;
  const match = new RegExp(`\\b(?:let|const|var|static|function)\\s+(${own})\\b`, 'd').exec(source);
  return match?.indices ? { file: shownName(`${path}.ts`), ...positionIn(source, match.indices[1]![0]) } : undefined;
}
