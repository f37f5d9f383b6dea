/**
 * Plays a script of the specification's tests through the conversation of `kickstage exec --batch` (exec/batch.ts) and
 * counts its assertions. What needs a module that could not be had (another module's exports, later proposals) is counted
 * apart, with the reason.
 */
import { type Answer, Batch } from '@kickstage/toolchain/exec/batch';
import { parseModule } from '@kickstage/wasm/parse';
import { type Assembler, constantBits } from './assemble.ts';
import { headOf, type Node, readWast, textOf } from './wast-reader.ts';

export interface Score {
  passed: number;
  readonly failed: string[];
  /** By reason. */
  readonly notRun: Map<string, number>;
}

const F32_666_6 = 0x4426a666;
const F64_666_6 = 0x4084d4cccccccccdn;
/** What every host of the tests supplies, of functions and globals. */
const SPECTEST: readonly string[] = [
  ...['print', 'print_i32', 'print_i64', 'print_f32', 'print_f64', 'print_i32_f32', 'print_f64_f64'],
  ...['global_i32=i32:666', 'global_i64=i64:666', `global_f32=f32:${F32_666_6}`, `global_f64=f64:${F64_666_6}`],
].map((name) => `spectest.${name}`);

type List = Extract<Node, { kind: 'list' }>;

/** Instructions for one call: none of the tests takes more. */
const LIMIT = 500_000_000;

export class Script {
  readonly score: Score = { passed: 0, failed: [], notRun: new Map() };
  private readonly source: string;
  private readonly assembler: Assembler;
  private readonly batch: Batch;
  private readonly files = new Map<string, Uint8Array>();
  /** Instances by the script's names, and the latest one. */
  private readonly instances = new Map<string, Loaded>();
  private latest: Loaded = { missing: 'no module' };
  private constants: ReadonlyMap<string, bigint> = new Map();

  constructor(source: string, assembler: Assembler) {
    this.source = source;
    this.assembler = assembler;
    const read = (path: string) =>
      this.files.get(path) ?? { code: 'CLI001', severity: 'error' as const, what: `no module ${path}` };
    this.batch = new Batch({ read, imports: SPECTEST, limit: LIMIT });
  }

  run(): Score {
    const commands = readWast(this.source).filter((node): node is List => node.kind === 'list');
    const texts = [...new Set(commands.flatMap(constantsIn))];
    const bits = constantBits(this.assembler, texts);
    this.constants = new Map(texts.map((text, i) => [text, bits[i]]));
    for (const command of commands) this.play(command);
    return this.score;
  }

  private play(command: List): void {
    const head = headOf(command)!;
    if (head === 'module') this.load(command);
    else if (head === 'invoke') this.act(command);
    else if (head === 'register') return;
    else if (head in CHECKS) this.check(command, head);
    else this.skip(`${head}`);
  }

  private load(node: List): void {
    const words = node.items.flatMap((item) => (item.kind === 'atom' ? [item.text] : []));
    const name = words.find((word) => word.startsWith('$'));
    const loaded = this.instantiate(node);
    this.latest = loaded;
    if (name) this.instances.set(name, loaded);
    if (loaded.missing?.startsWith('CLI999')) this.fail(node, loaded.missing);
  }

  private instantiate(node: Node): Loaded {
    const wasm = this.assembler.assemble(this.source, node);
    if (!wasm) return { missing: 'the assembler does not know its syntax' };
    if (importsOthers(wasm)) return { missing: "imports of another module's exports" };
    const path = `${this.files.size}.wasm`;
    this.files.set(path, wasm);
    const answer = this.ask({ module: path, instance: path });
    if (answer.ok) return { instance: path };
    if ('trap' in answer) return { missing: `trap: ${answer.trap}`, answer };
    const { code, what } = answer.error;
    return { missing: `${code} ${what}`, answer };
  }

  /** A fault of our own is an answer, too, as in the command. */
  private ask(request: object): Answer {
    try {
      return this.batch.answer(JSON.stringify(request));
    } catch (error) {
      return { ok: false, error: { code: 'CLI999', severity: 'error', what: (error as Error).message } };
    }
  }

  /** An action's answer, or why it cannot be had. */
  private act(node: List): Answer | string {
    const [, ...rest] = node.items;
    const [first] = rest;
    const name = first?.kind === 'atom' ? first.text : undefined;
    const { instance, missing } = (name === undefined ? this.latest : this.instances.get(name)) ?? {
      missing: 'no such instance',
    };
    if (instance === undefined) return missing!;
    const [called, ...args] = name === undefined ? rest : rest.slice(1);
    const texts = args.map((arg) => this.constant(arg));
    const other = args.find((_, i) => texts[i] === undefined);
    if (other) return `arguments of ${headOf(other)}`;
    const exported = textOf(called);
    return this.ask(headOf(node) === 'get' ? { instance, get: exported } : { instance, invoke: exported, args: texts });
  }

  private constant(node: Node): string | undefined {
    const reference = referenceText(node);
    if (reference) return reference;
    const text = constantText(node);
    const bits = text === undefined ? undefined : this.constants.get(text);
    return bits === undefined ? undefined : `${text!.slice(0, 3)}:${bits}`;
  }

  private check(command: List, head: string): void {
    const [, subject, ...wanted] = command.items;
    const isModule = headOf(subject) === 'module';
    if (head === 'assert_invalid' || head === 'assert_malformed' || head === 'assert_unlinkable')
      return this.checkRefused(command, subject);
    let answer: Answer | string;
    if (isModule) {
      const loaded = this.instantiate(subject);
      answer = loaded.answer ?? loaded.missing ?? { ok: true, values: [] };
    } else answer = this.act(subject as List);
    if (typeof answer === 'string') return this.skip(answer);
    if (isModule && !answer.ok && 'error' in answer && isUnsupported(answer.error.code))
      return this.skip(`${answer.error.code} ${answer.error.what}`);
    const problem = CHECKS[head]!(this.expectations(wanted), answer);
    if (problem === undefined) this.score.passed++;
    else this.fail(command, `${problem}: ${JSON.stringify(answer)}`);
  }

  private expectations(wanted: readonly Node[]): Expectation[] {
    return wanted.map((node) => {
      if (headOf(node) === 'either') return { any: this.expectations((node as List).items.slice(1)) };
      if (node.kind === 'string') return { text: textOf(node)! };
      const nan = node.kind === 'list' ? node.items[1] : undefined;
      if (nan?.kind === 'atom' && /^nan:[ca]/.test(nan.text))
        return { text: `${headOf(node)!.slice(0, 3)}:${nan.text}` };
      return { text: this.constant(node) ?? headOf(node) ?? '' };
    });
  }

  /** Modules that must not come to life: only those that an assembler can write. */
  private checkRefused(command: List, node: Node): void {
    if (headOf(command) === 'assert_unlinkable') return this.skip('linking of modules');
    const loaded = this.instantiate(node);
    if (loaded.missing?.startsWith('the assembler')) return this.skip('a text that no assembler reads');
    if (loaded.missing?.startsWith('imports of')) return this.skip(loaded.missing);
    if (loaded.answer?.ok === false && 'error' in loaded.answer && loaded.answer.error.code !== 'CLI999')
      this.score.passed++;
    else this.fail(command, `not refused: ${loaded.missing ?? 'is well'}`);
  }

  private fail(node: List, problem: string): void {
    const line = this.source.slice(0, node.start).split('\n').length;
    this.score.failed.push(`line ${line}: ${problem}`);
  }

  private skip(reason: string): void {
    const short = reason.replace(/`[^`]*`|\d+/g, '…').slice(0, 100);
    this.score.notRun.set(short, (this.score.notRun.get(short) ?? 0) + 1);
  }
}

/** Whether something is imported that no host supplies; a registered module would. */
function importsOthers(wasm: Uint8Array): boolean {
  const { value: module } = parseModule(wasm, 'module.wasm');
  return module?.imports.some(({ module: from }) => from !== 'spectest') ?? false;
}

interface Loaded {
  readonly instance?: string;
  /** Why there is no instance. */
  readonly missing?: string;
  readonly answer?: Answer;
}

type Expectation = { readonly text: string } | { readonly any: readonly Expectation[] };

/** Codes that say that the module has what exec does not have, rather than that it is wrong. */
const isUnsupported = (code: string) => /^(WASM|GEN|EXE00[34])/.test(code);

/** What is wrong with an answer, or undefined. */
type Check = (wanted: readonly Expectation[], answer: Answer) => string | undefined;

const trapCheck: Check = ([wanted], answer) => {
  const text = wanted && 'text' in wanted ? wanted.text : 'call stack exhausted';
  return 'trap' in answer && text.startsWith(answer.trap) ? undefined : `no trap "${text}"`;
};

const CHECKS: Readonly<Record<string, Check | undefined>> = {
  assert_return: (wanted, answer) => {
    if (!answer.ok) return 'no result';
    const fits = answer.values.length === wanted.length && wanted.every((w, i) => matches(w, answer.values[i]));
    return fits ? undefined : `wanted ${JSON.stringify(wanted)}`;
  },
  assert_trap: trapCheck,
  assert_exhaustion: trapCheck,
  assert_invalid: undefined,
  assert_malformed: undefined,
  assert_unlinkable: undefined,
};

function matches(wanted: Expectation, value: string): boolean {
  if ('any' in wanted) return wanted.any.some((one) => matches(one, value));
  // `(ref.func)`, `(ref.extern)`: any that is not null; `(ref.null)`: null of any kind.
  if (wanted.text === 'ref.null') return value.endsWith(':null');
  if (wanted.text === 'ref.func') return /^funcref:\d/.test(value);
  if (wanted.text === 'ref.extern') return /^externref:\d/.test(value);
  const [type, nan, kind] = wanted.text.split(':');
  if (nan !== 'nan') return wanted.text === value;
  if (!value.startsWith(`${type}:`)) return false;
  const [width, fraction] = type === 'f32' ? [32, 23n] : [64, 52n];
  const size = BigInt.asUintN(width - 1, BigInt(value.slice(type.length + 1)));
  const least = ((1n << BigInt(width - 1)) - 1n) ^ ((1n << (fraction - 1n)) - 1n);
  return kind === 'canonical' ? size === least : size >= least;
}

/** Arguments and results that are references. */
function referenceText(node: Node): string | undefined {
  const head = headOf(node);
  const word = node.kind === 'list' ? node.items[1] : undefined;
  const text = word?.kind === 'atom' ? word.text : undefined;
  if (head === 'ref.null' && text) return `${/extern/.test(text) ? 'externref' : 'funcref'}:null`;
  return head === 'ref.extern' && text ? `externref:${Number(text)}` : undefined;
}

/** `i32.const 7` of `(i32.const 7)`; undefined for what is no number. */
function constantText(node: Node): string | undefined {
  const head = headOf(node);
  if (node.kind !== 'list' || !/^[if](?:32|64)\.const$/.test(head ?? '')) return undefined;
  const [, value] = node.items;
  return value?.kind === 'atom' && !/^nan:[ca]/.test(value.text) ? `${head} ${value.text}` : undefined;
}

function constantsIn(node: Node): string[] {
  if (node.kind !== 'list' || headOf(node) === 'module') return [];
  const own = constantText(node);
  return own === undefined ? node.items.flatMap(constantsIn) : [own];
}
