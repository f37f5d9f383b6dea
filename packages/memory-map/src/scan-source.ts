/**
 * Finds keys of object literals in TypeScript text, for diagnostics that name a line and a column. It reads no more of
 * the language than it must to keep brackets, texts and comments apart; where a value is not written as a literal
 * (a variable, a spread, a computed key) it finds nothing, and the caller names the place around it.
 */

/** Where a key and its value begin, and where the value ends. */
export interface KeyPosition {
  readonly key: number;
  readonly value: number;
  readonly end: number;
}

const NAME = /[\w$]/;
const OPENING = '({[';
const CLOSING = ')}]';

/** The first offset from `at` that is neither white space nor comment. */
export function skipBlank(text: string, at: number): number {
  for (;;) {
    while (at < text.length && /\s/.test(text[at])) at++;
    if (text.startsWith('//', at)) at = endOf(text, '\n', at + 2);
    else if (text.startsWith('/*', at)) at = endOf(text, '*/', at + 2);
    else return at;
  }
}

/** The offset behind the piece of text that begins at `at`: a text, a comment, or a single character. */
function skipPiece(text: string, at: number): number {
  const first = text[at];
  if (first === "'" || first === '"') return skipQuoted(text, at);
  if (first === '`') return skipTemplate(text, at);
  if (text.startsWith('//', at) || text.startsWith('/*', at)) return skipBlank(text, at);
  return at + 1;
}

function skipQuoted(text: string, at: number): number {
  const quote = text[at];
  for (at++; at < text.length && text[at] !== quote; at++) if (text[at] === '\\') at++;
  return at + 1;
}

function skipTemplate(text: string, at: number): number {
  for (at++; at < text.length && text[at] !== '`'; at++) {
    if (text[at] === '\\') at++;
    else if (text.startsWith('${', at)) at = skipBrackets(text, at + 1) - 1;
  }
  return at + 1;
}

/** The offset behind the bracket that closes the one at `at`. */
function skipBrackets(text: string, at: number): number {
  let depth = 0;
  while (at < text.length) {
    if (OPENING.includes(text[at])) depth++;
    else if (CLOSING.includes(text[at]) && --depth === 0) return at + 1;
    at = skipPiece(text, at);
  }
  return at;
}

function endOf(text: string, mark: string, from: number): number {
  const found = text.indexOf(mark, from);
  return found < 0 ? text.length : found + mark.length;
}

/**
 * The members of the object or list literal that opens at `open`: by key, or by `0`, `1`, … for a list. `at` is one that
 * is the first argument of a call too: `app({ … })`. Undefined when there is no literal.
 */
export function membersAt(text: string, at: number): Map<string, KeyPosition> | undefined {
  const open = literalAt(text, at);
  if (open === undefined) return undefined;
  const isList = text[open] === '[';
  const members = new Map<string, KeyPosition>();
  for (let i = skipBlank(text, open + 1); i < text.length && !CLOSING.includes(text[i]); i = skipBlank(text, i)) {
    const key = isList ? { name: String(members.size), end: i } : keyAt(text, i);
    const end = endOfMember(text, i);
    if (key) {
      const colon = skipBlank(text, key.end);
      const value = isList ? i : text[colon] === ':' ? skipBlank(text, colon + 1) : i;
      members.set(key.name, { key: i, value, end: endOfCode(text, value, end) });
    }
    i = text[end] === ',' ? end + 1 : end;
  }
  return members;
}

/** Steps from a value to the literal that it is written as, through parentheses and a call's first argument. */
function literalAt(text: string, at: number): number | undefined {
  at = skipBlank(text, at);
  while (NAME.test(text[at] ?? '') || text[at] === '.') at = skipBlank(text, at + 1);
  while (text[at] === '(') at = skipBlank(text, at + 1);
  return text[at] === '{' || text[at] === '[' ? at : undefined;
}

function keyAt(text: string, at: number): { name: string; end: number } | undefined {
  if (text[at] === "'" || text[at] === '"') {
    const end = skipQuoted(text, at);
    return { name: text.slice(at + 1, end - 1), end };
  }
  let end = at;
  while (end < text.length && NAME.test(text[end])) end++;
  return end > at ? { name: text.slice(at, end), end } : undefined;
}

/** The offset of the comma that ends the member at `at`, or of the closing bracket. */
function endOfMember(text: string, at: number): number {
  while (at < text.length) {
    if (text[at] === ',' || CLOSING.includes(text[at])) return at;
    at = OPENING.includes(text[at]) ? skipBrackets(text, at) : skipPiece(text, at);
  }
  return at;
}

/** The offset behind the last piece between `at` and `end` that is neither white space nor comment. */
function endOfCode(text: string, at: number, end: number): number {
  let last = at;
  for (let i = at; i < end; i = skipBlank(text, i)) {
    i = OPENING.includes(text[i]) ? skipBrackets(text, i) : skipPiece(text, i);
    last = i;
  }
  return Math.min(last, end);
}
