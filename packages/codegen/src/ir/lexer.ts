/** Words, numbers, strings and signs of the IR's text form. */

export interface Token {
  readonly kind: 'word' | 'number' | 'string' | 'sign' | 'end';
  /** A string's value, else the text as written. */
  readonly text: string;
  readonly line: number;
  readonly column: number;
}

/** The text is not IR. Caught by parse.ts, which makes a diagnostic of it. */
export class IrSyntaxError extends Error {
  override name = 'IrSyntaxError';
  readonly token: Token;

  constructor(token: Token, message: string) {
    super(message);
    this.token = token;
  }
}

const TOKEN = /\s+|;[^\n]*|"(?:[^"\\\n]|\\.)*"|-?\d+|[A-Za-z_][\w.]*|->|[(){}[\],:=+@-]/y;

/** All tokens, with an `end` behind the last. A comment goes from `;` to the end of its line. */
export function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  let line = 1;
  let lineStart = 0;
  let at = 0;
  const place = () => ({ line, column: at - lineStart + 1 });
  while (at < text.length) {
    TOKEN.lastIndex = at;
    const match = TOKEN.exec(text)?.[0];
    if (match === undefined)
      throw new IrSyntaxError({ kind: 'sign', text: text[at], ...place() }, `unexpected ${text[at]}`);
    const kind = kindOf(match);
    if (kind) tokens.push({ kind, text: kind === 'string' ? (JSON.parse(match) as string) : match, ...place() });
    for (let i = 0; i < match.length; i++) {
      if (match[i] !== '\n') continue;
      line++;
      lineStart = at + i + 1;
    }
    at += match.length;
  }
  tokens.push({ kind: 'end', text: 'the end', ...place() });
  return tokens;
}

function kindOf(text: string): Token['kind'] | undefined {
  if (/^[\s;]/.test(text)) return undefined;
  if (text.startsWith('"')) return 'string';
  if (/^-?\d/.test(text)) return 'number';
  return /^\w/.test(text) ? 'word' : 'sign';
}
