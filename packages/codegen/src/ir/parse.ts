/** The IR's text form → the IR. The grammar stands in print.ts. Says what it does not understand, with line and column. */
import type { Checked } from '@kickstage/base/diagnostic';
import type { SourcePlace } from '@kickstage/object/source-place';
import { IrSyntaxError, type Token, tokenize } from './lexer.ts';
import { OPERATION_NAMES, TRAP_REASONS } from './operations.ts';
import type {
  Block,
  BlockId,
  BlockTarget,
  DataObject,
  DataRelocation,
  External,
  Func,
  FuncTable,
  FuncType,
  Inst,
  IrModule,
  MemoryAccess,
  Terminator,
  TrapReason,
  ValueId,
  ValueType,
} from './types.ts';

/** Parses a module; `file` is how the text is called in diagnostics. */
export function parseIr(text: string, file: string): Checked<IrModule> {
  try {
    return { value: new Parser(tokenize(text)).module(), diagnostics: [] };
  } catch (error) {
    if (!(error instanceof IrSyntaxError)) throw error;
    const { line, column } = error.token;
    const what = `the text is not IR: ${error.message}`;
    return { diagnostics: [{ code: 'GEN001', severity: 'error', what, at: { file, line, column } }] };
  }
}

class Parser {
  private readonly tokens: readonly Token[];
  private at = 0;
  /** Types of the function being read, by value. */
  private values: ValueType[] = [];

  constructor(tokens: readonly Token[]) {
    this.tokens = tokens;
  }

  module(): IrModule {
    this.expect('module');
    const externals: External[] = [];
    const module: IrModule = { name: this.name(), functions: [], data: [], tables: [], externals };
    while (this.token.kind !== 'end') {
      if (this.accept('data')) module.data.push(this.data());
      else if (this.accept('table')) module.tables.push(this.table());
      else if (this.accept('extern')) externals.push({ name: this.name(), type: this.funcType() });
      else if (this.accept('func')) module.functions.push(this.func());
      else this.fail('`data`, `table`, `extern` or `func`');
    }
    return module;
  }

  private get token(): Token {
    return this.tokens[this.at];
  }

  private fail(expected: string): never {
    throw new IrSyntaxError(this.token, `${expected} expected, not ${this.token.text}`);
  }

  private accept(text: string): boolean {
    if (this.token.kind === 'string' || this.token.text !== text) return false;
    this.at++;
    return true;
  }

  private expect(text: string): void {
    if (!this.accept(text)) this.fail(`\`${text}\``);
  }

  private take(kind: Token['kind'], what: string): string {
    const { token } = this;
    if (token.kind !== kind) this.fail(what);
    this.at++;
    return token.text;
  }

  private name(): string {
    if (this.token.kind === 'word') return this.take('word', 'a name');
    return this.take('string', 'a name');
  }

  private number(): number {
    return Number(this.take('number', 'a number'));
  }

  private list<T>(read: () => T, close: string): T[] {
    const items: T[] = [];
    if (this.accept(close)) return items;
    do items.push(read());
    while (this.accept(','));
    this.expect(close);
    return items;
  }

  private data(): DataObject {
    const kind = this.take('word', 'a kind of data');
    if (kind !== 'rodata' && kind !== 'data' && kind !== 'bss') this.fail('`rodata`, `data` or `bss`');
    const name = this.name();
    this.expect('align');
    const alignment = this.number();
    this.expect('size');
    const size = this.number();
    const hex = this.accept('bytes') ? this.take('string', 'bytes in hex') : '';
    const bytes = Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
    const relocations: DataRelocation[] = [];
    while (this.accept('at')) {
      const offset = this.number();
      const { symbol, offset: addend } = this.symbol();
      relocations.push({ offset, symbol, addend });
    }
    return { name, kind, alignment, size, bytes, relocations };
  }

  private table(): FuncTable {
    const name = this.name();
    const elements: (string | null)[] = [];
    const mutable = this.accept('mutable') ? { mutable: true } : {};
    const startsItem = () =>
      ['data', 'table', 'extern', 'func'].includes(this.token.text) && this.token.kind === 'word';
    while (this.token.kind !== 'end' && !startsItem()) elements.push(this.accept('null') ? null : this.name());
    return { name, elements, ...mutable };
  }

  private symbol(): { symbol: string; offset: number } {
    const symbol = this.name();
    if (this.accept('+')) return { symbol, offset: this.number() };
    if (this.accept('-')) return { symbol, offset: -this.number() };
    return { symbol, offset: 0 };
  }

  private type(): ValueType {
    const text = this.take('word', 'a type');
    return text === 'i32' || text === 'i64' ? text : this.fail('`i32` or `i64`');
  }

  private funcType(): FuncType {
    const types = () => {
      this.expect('(');
      return this.list(() => this.type(), ')');
    };
    const params = types();
    this.expect('->');
    const results = types();
    return { params, results, ...(this.accept('wasm') ? { wasm: this.take('string', 'a type') } : {}) };
  }

  private func(): Func {
    const name = this.name();
    const type = this.funcType();
    const exports: string[] = [];
    while (this.accept('export')) exports.push(this.name());
    const place = this.place();
    this.values = [];
    this.expect('{');
    const blocks: Block[] = [];
    while (!this.accept('}')) blocks.push(this.block());
    const values = Array.from(this.values, (value) => value ?? 'i32');
    return {
      name,
      type,
      values,
      blocks,
      exports,
      ...place,
      replaced: new Map(),
      forgotten: new Map(),
      halves: new Map(),
    };
  }

  private place(): { place?: SourcePlace } {
    if (!this.accept('@')) return {};
    return { place: { file: this.name(), line: this.number(), column: this.number() } };
  }

  private id(letter: 'v' | 'b'): number {
    const text = this.take('word', letter === 'v' ? 'a value' : 'a block');
    const match = new RegExp(`^${letter}(\\d+)$`).exec(text);
    if (match) return Number(match[1]);
    this.at--;
    return this.fail(letter === 'v' ? 'a value' : 'a block');
  }

  private value(): ValueId {
    return this.id('v') as ValueId;
  }

  private definition(): ValueId {
    const value = this.value();
    this.expect(':');
    this.values[value] = this.type();
    return value;
  }

  private block(): Block {
    const id = this.id('b') as BlockId;
    const params = this.accept('(') ? this.list(() => this.definition(), ')') : [];
    this.expect(':');
    const insts: Inst[] = [];
    for (;;) {
      const terminator = this.terminator();
      if (terminator) return { id, params, insts, terminator: { ...terminator, ...this.place() } };
      insts.push(this.inst());
    }
  }

  private target(): BlockTarget {
    const block = this.id('b') as BlockId;
    return { block, args: this.accept('(') ? this.list(() => this.value(), ')') : [] };
  }

  private terminator(): Terminator | undefined {
    if (this.accept('jump')) return { op: 'jump', target: this.target() };
    if (this.accept('branch')) {
      const condition = this.value();
      this.expect(',');
      const then = this.target();
      this.expect(',');
      return { op: 'branch', condition, then, else: this.target() };
    }
    if (this.accept('switch')) return this.switch();
    if (this.accept('return')) return { op: 'return', values: this.operands() };
    if (this.accept('trap')) return { op: 'trap', reason: this.reason() };
    return this.accept('unreachable') ? { op: 'unreachable' } : undefined;
  }

  private switch(): Terminator {
    const index = this.value();
    this.expect(',');
    this.expect('[');
    const targets = this.list(() => this.target(), ']');
    this.expect(',');
    return { op: 'switch', index, targets, default: this.target() };
  }

  private reason(): TrapReason {
    const text = this.take('word', 'a reason');
    return TRAP_REASONS.find((reason) => reason === text) ?? this.fail('a trap reason');
  }

  /** Values up to what cannot be one; none is allowed. */
  private operands(): ValueId[] {
    const values: ValueId[] = [];
    if (!/^v\d+$/.test(this.token.text)) return values;
    do values.push(this.value());
    while (this.accept(','));
    return values;
  }

  private inst(): Inst {
    const results: ValueId[] = [];
    if (/^v\d+$/.test(this.token.text)) {
      do results.push(this.definition());
      while (this.accept(','));
      this.expect('=');
    }
    const inst = this.operation(results);
    return { ...inst, ...this.place() };
  }

  private operation(results: readonly ValueId[]): Inst {
    const op = this.take('word', 'an operation');
    switch (op) {
      case 'const':
        return { op, args: [], results, value: BigInt(this.take('number', 'a number')) };
      case 'symbolAddress':
        return { op, args: [], results, ...this.symbol() };
      case 'load':
      case 'store':
        return { op, args: this.operands(), results, access: this.access() };
      case 'call':
        return { op, callee: this.name(), args: this.arguments(), results };
      case 'callIndirect':
        return { op, table: this.name(), type: this.funcType(), args: this.arguments(), results };
      case 'trapIf':
        return { op, reason: this.reason(), args: this.operands(), results };
      case 'intrinsic':
        return { op, name: this.name(), args: this.arguments(), results };
      default:
        if (!OPERATION_NAMES.has(op)) {
          this.at--;
          return this.fail('an operation');
        }
        return { op, args: this.operands(), results } as Inst;
    }
  }

  private arguments(): ValueId[] {
    this.expect('(');
    return this.list(() => this.value(), ')');
  }

  private access(): MemoryAccess {
    this.expect('width');
    const width = this.number();
    if (width !== 1 && width !== 2 && width !== 4 && width !== 8) this.fail('1, 2, 4 or 8');
    const signed = this.accept('signed');
    this.expect('align');
    const alignment = this.number();
    const offset = this.accept('offset') ? this.number() : 0;
    return { width, signed, alignment, offset, volatile: this.accept('volatile') };
  }
}
