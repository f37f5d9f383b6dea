/**
 * Reads the scripts of the WebAssembly specification's tests (.wast): S-expressions with their places in the text, so that
 * a module's text can be handed to an assembler as it stands. WebAssembly Core Specification, 6.3 (lexical format).
 */

export type Node =
  | { readonly kind: 'list'; readonly items: readonly Node[]; readonly start: number; readonly end: number }
  | { readonly kind: 'atom'; readonly text: string }
  | { readonly kind: 'string'; readonly bytes: Uint8Array };

const SPACE = /(?:\s|;;[^\n]*)+/y;
const STRING = /"((?:[^"\\]|\\.)*)"/sy;
const ATOM = /[^\s()";]+/y;

/** Top-level expressions of a script. Throws where the text is none. */
export function readWast(text: string): Node[] {
  return new Reader(text).readAll();
}

/** The word that an expression begins with. */
export function headOf(node: Node | undefined): string | undefined {
  const first = node?.kind === 'list' ? node.items[0] : undefined;
  return first?.kind === 'atom' ? first.text : undefined;
}

export const textOf = (node: Node | undefined): string | undefined =>
  node?.kind === 'string' ? new TextDecoder().decode(node.bytes) : undefined;

class Reader {
  private at = 0;
  private readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  readAll(): Node[] {
    const nodes: Node[] = [];
    for (;;) {
      this.skip();
      if (this.at >= this.text.length) return nodes;
      nodes.push(...this.read());
    }
  }

  /** One expression; none where it is an annotation. */
  private read(): Node[] {
    const start = this.at;
    if (this.text[start] === '(') return this.readList(start);
    if (this.text[start] === '"') {
      const match = this.match(STRING);
      if (!match) throw new Error(`a string that does not end, at ${start}`);
      return [{ kind: 'string', bytes: bytesOfString(match[1]) }];
    }
    const match = this.match(ATOM);
    if (!match) throw new Error(`no expression at ${start}: ${this.text.slice(start, start + 20)}`);
    return [{ kind: 'atom', text: match[0] }];
  }

  private readList(start: number): Node[] {
    const isAnnotation = this.text[start + 1] === '@';
    this.at++;
    const items: Node[] = [];
    for (;;) {
      this.skip();
      if (this.at >= this.text.length) throw new Error(`a list that does not end, at ${start}`);
      if (this.text[this.at] === ')') break;
      items.push(...this.read());
    }
    this.at++;
    return isAnnotation ? [] : [{ kind: 'list', items, start, end: this.at }];
  }

  private match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.at;
    const match = pattern.exec(this.text);
    if (match) this.at = pattern.lastIndex;
    return match;
  }

  private skip(): void {
    do this.match(SPACE);
    while (this.skipBlockComment());
  }

  private skipBlockComment(): boolean {
    if (!this.text.startsWith('(;', this.at)) return false;
    for (let depth = 0; ; this.at += 2) {
      while (this.at < this.text.length && !/^(?:\(;|;\))/.test(this.text.slice(this.at, this.at + 2))) this.at++;
      if (this.at >= this.text.length) return true;
      depth += this.text.startsWith('(;', this.at) ? 1 : -1;
      if (depth === 0) break;
    }
    this.at += 2;
    return true;
  }
}

const ESCAPES: Readonly<Record<string, string>> = { t: '\t', n: '\n', r: '\r' };

function bytesOfString(text: string): Uint8Array {
  const parts: number[] = [];
  const put = (piece: string) => parts.push(...new TextEncoder().encode(piece));
  for (const [piece, hex, code, other] of text.matchAll(/\\([0-9a-fA-F]{2})|\\u\{([0-9a-fA-F_]+)\}|\\(.)|[^\\]+/gs)) {
    if (hex) parts.push(Number.parseInt(hex, 16));
    else if (code) put(String.fromCodePoint(Number.parseInt(code.replaceAll('_', ''), 16)));
    else put(other ? (ESCAPES[other] ?? other) : piece);
  }
  return Uint8Array.from(parts);
}
