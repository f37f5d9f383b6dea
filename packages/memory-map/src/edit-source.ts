/**
 * Edits of object literals in TypeScript text: a member added, removed or renamed, everything else left as it is written.
 * New members take the indentation of their neighbours. Where a value is not written as a literal (a variable, a spread),
 * there is nothing to edit: the answer is undefined and the caller asks for an edit by hand.
 */
import { type KeyPosition, membersAt, skipBlank } from './scan-source.ts';

/** The offset of the literal that `path` leads to, from the config's call or default export. */
export function findLiteral(text: string, path: readonly string[]): number | undefined {
  for (const start of rootOffsets(text)) {
    let at: number | undefined = start;
    for (const key of path) {
      const member: KeyPosition | undefined = at === undefined ? undefined : membersAt(text, at)?.get(key);
      at = member?.value;
    }
    if (at !== undefined && membersAt(text, at)) return at;
  }
  return undefined;
}

/** Where the config may be written: arguments of defineConfig, else what is exported. */
function rootOffsets(text: string): number[] {
  const calls = [...text.matchAll(/\bdefineConfig\s*(?:<[^>]*>)?\s*\(/g)].map(
    ({ index, 0: call }) => index + call.length,
  );
  const exported = /export\s+default\s+/.exec(text);
  return [...calls, ...(exported ? [exported.index + exported[0].length] : [])];
}

/** Adds `name: value` as the last member. */
export function addMember(text: string, path: readonly string[], name: string, value: string): string | undefined {
  const at = findLiteral(text, path);
  const members = at === undefined ? undefined : membersAt(text, at);
  if (at === undefined || !members) return undefined;
  const list = [...members.values()];
  const line = `${name}: ${value}`;
  const last = list[list.length - 1];
  if (!last) return intoEmpty(text, at, line);
  const comma = skipBlank(text, last.end);
  const hasComma = text[comma] === ',';
  const end = hasComma ? comma + 1 : last.end;
  const head = text.slice(0, end) + (hasComma ? '' : ',');
  if (!text.slice(at, last.key).includes('\n')) return `${head} ${line}${text.slice(end)}`;
  // A comment behind the last member stays on its line.
  const comment = /^[ \t]*(?:\/\/[^\n]*|\/\*[^\n]*\*\/[ \t]*)?(?=\r?\n)/.exec(text.slice(end))?.[0] ?? '';
  return `${head}${comment}\n${indentOf(text, last.key)}${line},${text.slice(end + comment.length)}`;
}

function intoEmpty(text: string, at: number, line: string): string | undefined {
  const open = text.indexOf('{', at);
  const close = skipBlank(text, open + 1);
  if (text[close] !== '}') return undefined;
  const indent = indentOf(text, open);
  return `${text.slice(0, open)}{\n${indent}  ${line},\n${indent}${text.slice(close)}`;
}

/** Removes a member with its comma, its line and the comments before it on lines of their own. */
export function removeMember(text: string, path: readonly string[], name: string): string | undefined {
  const at = findLiteral(text, path);
  const member = at === undefined ? undefined : membersAt(text, at)?.get(name);
  if (!member) return undefined;
  const comma = skipBlank(text, member.end);
  const hasComma = text[comma] === ',';
  let end = hasComma ? comma + 1 : member.end;
  let start = member.key;
  const rest = /^[ \t]*(?:\/\/[^\n]*)?\n/.exec(text.slice(end));
  if (/(?:^|\n)[ \t]*$/.test(text.slice(0, start)) && rest) {
    start = commentStart(text, start);
    end += rest[0].length;
  } else if (hasComma) end = skipBlank(text, end);
  else {
    // The last of a line: the comma before it goes, too.
    const before = /,\s*$/.exec(text.slice(0, start));
    if (before) start = before.index;
  }
  return text.slice(0, start) + text.slice(end);
}

/** The start of the line, or of the comment lines right above it. */
function commentStart(text: string, at: number): number {
  let start = text.lastIndexOf('\n', at - 1) + 1;
  while (start > 0) {
    const previous = text.lastIndexOf('\n', start - 2) + 1;
    if (!/^[ \t]*\/\//.test(text.slice(previous, start))) break;
    start = previous;
  }
  return start;
}

/** Gives a member another key. Both must be plain identifiers. */
export function renameMember(text: string, path: readonly string[], from: string, to: string): string | undefined {
  const at = findLiteral(text, path);
  const member = at === undefined ? undefined : membersAt(text, at)?.get(from);
  if (!member) return undefined;
  const quote = /^['"]/.exec(text.slice(member.key))?.[0] ?? '';
  const length = from.length + 2 * quote.length;
  // A shorthand member (`app1,`) has key and value in one.
  const replacement = member.value === member.key ? `${to}: ${from}` : `${quote}${to}${quote}`;
  return text.slice(0, member.key) + replacement + text.slice(member.key + length);
}

/** Replaces a value that is written as the text `from`, at `path` or in the list at `path`. Undefined when it is not there. */
export function replaceText(text: string, path: readonly string[], from: string, to: string): string | undefined {
  const parent = findLiteral(text, path.slice(0, -1));
  const member = parent === undefined ? undefined : membersAt(text, parent)?.get(path[path.length - 1]);
  if (!member) return undefined;
  const items = text[member.value] === '[' ? [...(membersAt(text, member.value)?.values() ?? [])] : [member];
  const item = items.find(({ value }) => ["'", '"', '`'].some((q) => text.startsWith(`${q}${from}${q}`, value)));
  if (!item) return undefined;
  return text.slice(0, item.value + 1) + to + text.slice(item.value + 1 + from.length);
}

function indentOf(text: string, at: number): string {
  const line = text.slice(text.lastIndexOf('\n', at - 1) + 1, at);
  return /^[ \t]*/.exec(line)?.[0] ?? '';
}
