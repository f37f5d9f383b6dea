/** Source of runtime routines → syntax trees (syntax.ts). The sources are our own: what is wrong in them is our fault. */
import { invariant } from '@kickstage/base/invariant';
import { type Expression, type IntegerType, isIntegerType, type RoutineSource, type Statement } from './syntax.ts';

const TOKEN =
  /\s+|\/\/[^\n]*|0x[\da-fA-F_]+|\d[\d_]*|[A-Za-z_]\w*|(?:<<|>>|[&|=!<>]=|&&|\|\||[-+*/%&|^])=?|[(){}:;,?=!~<>]/y;

/** From weak to strong; operators of one line bind alike and to the left. */
const LEVELS: readonly (readonly string[])[] = [
  ['||'],
  ['&&'],
  ['|'],
  ['^'],
  ['&'],
  ['==', '!='],
  ['<', '<=', '>', '>='],
  ['<<', '>>'],
  ['+', '-'],
  ['*', '/', '%'],
];

export function parseRoutines(text: string): RoutineSource[] {
  const parser = new Parser(tokenize(text));
  const routines: RoutineSource[] = [];
  while (!parser.atEnd) routines.push(parser.routine());
  return routines;
}

function tokenize(text: string): string[] {
  const tokens: string[] = [];
  for (let at = 0; at < text.length; at += TOKEN.lastIndex - at) {
    TOKEN.lastIndex = at;
    const token = TOKEN.exec(text)?.[0];
    invariant(token, `unexpected text in a routine: ${text.slice(at, at + 40)}`);
    if (!/^(\s|\/\/)/.test(token)) tokens.push(token);
  }
  return tokens;
}

class Parser {
  private readonly tokens: readonly string[];
  private at = 0;
  private name = '';

  constructor(tokens: readonly string[]) {
    this.tokens = tokens;
  }

  get atEnd(): boolean {
    return this.at === this.tokens.length;
  }

  routine(): RoutineSource {
    this.expect('function');
    this.name = this.take();
    this.expect('(');
    const params: { name: string; type: IntegerType }[] = [];
    while (!this.accept(')')) {
      if (params.length > 0) this.expect(',');
      const name = this.take();
      this.expect(':');
      params.push({ name, type: this.type() });
    }
    this.expect(':');
    const result = this.type();
    return { name: this.name, params, result, body: this.block() };
  }

  private take(): string {
    invariant(!this.atEnd, `${this.name} ends too early`);
    return this.tokens[this.at++];
  }

  private accept(token: string): boolean {
    if (this.tokens[this.at] !== token) return false;
    this.at++;
    return true;
  }

  private expect(token: string): void {
    const got = this.take();
    invariant(got === token, `${this.name}: ${got} in place of ${token}`);
  }

  private type(): IntegerType {
    const name = this.take();
    invariant(isIntegerType(name), `${this.name}: ${name} is no type`);
    return name;
  }

  private block(): Statement[] {
    if (!this.accept('{')) return [this.statement()];
    const statements: Statement[] = [];
    while (!this.accept('}')) statements.push(this.statement());
    return statements;
  }

  private statement(): Statement {
    const word = this.take();
    switch (word) {
      case 'if': {
        const condition = this.inParentheses();
        const then = this.block();
        return { kind: 'if', condition, then, otherwise: this.accept('else') ? this.block() : [] };
      }
      case 'while': {
        const condition = this.inParentheses();
        return { kind: 'while', condition, body: this.block() };
      }
      case 'return':
        return this.ended({ kind: 'return', value: this.expression() });
      case 'trap': {
        this.expect('(');
        const reason = this.take();
        this.expect(')');
        return this.ended({ kind: 'trap', reason });
      }
      case 'let': {
        const name = this.take();
        const type = this.accept(':') ? this.type() : undefined;
        this.expect('=');
        return this.ended({ kind: 'let', name, ...(type ? { type } : {}), value: this.expression() });
      }
      default:
        return this.ended(this.assignment(word));
    }
  }

  private ended<T extends Statement>(statement: T): T {
    this.expect(';');
    return statement;
  }

  private inParentheses(): Expression {
    this.expect('(');
    const inner = this.expression();
    this.expect(')');
    return inner;
  }

  private assignment(name: string): Statement {
    const sign = this.take();
    if (sign === '=') return { kind: 'assign', name, value: this.expression() };
    invariant(/^\W+=$/.test(sign), `${this.name}: ${sign} behind ${name}`);
    const left: Expression = { kind: 'name', name };
    return { kind: 'assign', name, value: { kind: 'binary', op: sign.slice(0, -1), left, right: this.expression() } };
  }

  private expression(): Expression {
    const condition = this.binary(0);
    if (!this.accept('?')) return condition;
    const then = this.expression();
    this.expect(':');
    return { kind: 'choose', condition, then, otherwise: this.expression() };
  }

  private binary(level: number): Expression {
    if (level === LEVELS.length) return this.unary();
    let left = this.binary(level + 1);
    while (LEVELS[level].includes(this.tokens[this.at])) {
      const op = this.take();
      left = { kind: 'binary', op, left, right: this.binary(level + 1) };
    }
    return left;
  }

  private unary(): Expression {
    for (const op of ['-', '~', '!']) if (this.accept(op)) return { kind: 'unary', op, operand: this.unary() };
    if (this.tokens[this.at] === '(') return this.inParentheses();
    const token = this.take();
    if (/^\d/.test(token)) return { kind: 'number', value: BigInt(token.replaceAll('_', '')) };
    invariant(/^\w/.test(token), `${this.name}: ${token} is no operand`);
    if (!this.accept('(')) return { kind: 'name', name: token };
    const args: Expression[] = [];
    while (!this.accept(')')) {
      if (args.length > 0) this.expect(',');
      args.push(this.expression());
    }
    return { kind: 'call', callee: token, args };
  }
}
