/**
 * A conversation about modules: one JSON object a line in, one a line out, in order. Instances live as long as the
 * conversation.
 *
 *     {"module": "fac.wasm"}                     a new instance, which is the current one; with "instance" it has a name
 *     {"invoke": "fac", "args": ["i64:5"]}       calls an exported function
 *     {"get": "counter"}                         reads an exported global
 *     {"instance": "first"}                      goes back to the instance of that name, or names the current one
 *
 * Answers: {"ok":true,"values":["i64:120"]}, {"ok":false,"trap":"integer divide by zero"}, {"ok":false,"error":{…}}. Calls
 * of imported functions that happened meanwhile are in "calls". A line that cannot be read is answered, too.
 */
import type { Diagnostic } from '@kickstage/base/diagnostic';
import type { LinearMemory } from '@kickstage/codegen/frontend/input';
import type { FloatMode } from '@kickstage/codegen/runtime/float/calls';
import type { Instance, Outcome } from './instance.ts';
import { type Instantiated, instantiate } from './instantiate.ts';
import { makeStubs, type StubCall } from './stubs.ts';
import { parseValue, printValue, type WasmValue } from './values.ts';

export type Answer = (
  | { readonly ok: true; readonly values: readonly string[] }
  | { readonly ok: false; readonly trap: string }
  | { readonly ok: false; readonly error: Diagnostic }
) & { readonly calls?: readonly StubCall[] };

export interface BatchOptions {
  /** The bytes of a module, or why there are none. */
  readonly read: (path: string) => Uint8Array | Diagnostic;
  readonly memory?: LinearMemory;
  /** Imports that every module may use (stubs.ts). */
  readonly imports?: readonly string[];
  /** Instructions that one call may take. */
  readonly limit?: number;
  /** What computes f32; the floating-point unit when absent. */
  readonly floats?: FloatMode;
}

type Request = Readonly<Record<string, unknown>>;

export class Batch {
  private readonly options: BatchOptions;
  private readonly instances = new Map<string, Instance>();
  private current: Instance | undefined;
  private calls: StubCall[] = [];

  constructor(options: BatchOptions) {
    this.options = options;
  }

  /** Answers one line. Throws only where Kickstage itself is at fault. */
  answer(line: string): Answer {
    this.calls = [];
    const request = parseRequest(line);
    const answer = request ? this.handle(request) : failure(notARequest(line));
    return this.calls.length > 0 ? { ...answer, calls: this.calls } : answer;
  }

  private handle(request: Request): Answer {
    if (typeof request.module === 'string') return this.load(request.module, request);
    const problem = this.select(request);
    if (problem) return problem;
    if (!this.current) return failure(noInstance());
    if (typeof request.invoke === 'string') return this.invoke(this.current, request.invoke, request.args);
    if (typeof request.get === 'string') return globalAnswer(this.current.global(request.get));
    if (typeof request.instance === 'string') return { ok: true, values: [] };
    return failure(notARequest(JSON.stringify(request)));
  }

  /** `instance` names an instance that there is, or gives the current one a name. */
  private select({ instance: name }: Request): Answer | undefined {
    if (typeof name !== 'string') return undefined;
    const named = this.instances.get(name);
    if (named) this.current = named;
    else if (this.current) this.instances.set(name, this.current);
    return undefined;
  }

  private load(path: string, request: Request): Answer {
    this.current = undefined;
    const wasm = this.options.read(path);
    if (!(wasm instanceof Uint8Array)) return failure(wasm);
    const { instance: name } = request;
    const own = Array.isArray(request.imports) ? request.imports.map(String) : [];
    const stubs = makeStubs([...(this.options.imports ?? []), ...own], (call) => void this.calls.push(call));
    if (stubs.diagnostics.length > 0) return failure(stubs.diagnostics[0]);
    const memory = request.memory === 'identity' ? request.memory : this.options.memory;
    const result: Instantiated = instantiate(wasm, {
      name: path,
      functions: stubs.functions,
      globals: stubs.globals,
      ...(memory ? { memory } : {}),
      ...(this.options.floats ? { floats: this.options.floats } : {}),
      ...(this.options.limit === undefined ? {} : { limit: this.options.limit }),
    });
    if ('trap' in result) return { ok: false, trap: result.trap };
    if ('diagnostics' in result) return failure(result.diagnostics[0]);
    this.current = result.instance;
    if (typeof name === 'string') this.instances.set(name, result.instance);
    return { ok: true, values: [] };
  }

  private invoke(instance: Instance, name: string, given: unknown): Answer {
    const texts = given === undefined ? [] : given;
    const args = Array.isArray(texts) ? texts.map((text) => parseValue(String(text))) : [undefined];
    if (args.includes(undefined)) return failure(wrongValue(JSON.stringify(given)));
    return outcomeAnswer(instance.invoke(name, args as WasmValue[]));
  }
}

export function outcomeAnswer(outcome: Outcome): Answer {
  if ('values' in outcome) return { ok: true, values: outcome.values.map(printValue) };
  return 'trap' in outcome ? { ok: false, trap: outcome.trap } : failure(outcome.error);
}

export function globalAnswer(value: WasmValue | Diagnostic): Answer {
  return 'bits' in value ? { ok: true, values: [printValue(value)] } : failure(value);
}

const failure = (error: Diagnostic): Answer => ({ ok: false, error });

function parseRequest(line: string): Request | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Request) : undefined;
  } catch {
    return undefined;
  }
}

function notARequest(line: string): Diagnostic {
  return {
    code: 'EXE008',
    severity: 'error',
    what: 'the line is no request',
    got: line.length > 200 ? `${line.slice(0, 200)}…` : line,
    why: 'a request is a JSON object with one of the keys module, invoke, get and instance',
    fix: 'for instance {"invoke":"add","args":["i32:1","i32:2"]}',
  };
}

function noInstance(): Diagnostic {
  return {
    code: 'EXE009',
    severity: 'error',
    what: 'there is no instance',
    why: 'no module was named before, or the last one could not be instantiated',
    fix: 'name one: {"module":"file.wasm"}',
  };
}

function wrongValue(got: string): Diagnostic {
  return {
    code: 'EXE002',
    severity: 'error',
    what: 'the arguments are no list of values',
    got,
    why: 'a value is type:bits, with the bits as an unsigned decimal',
    fix: 'for instance ["i32:1","f64:4607182418800017408"]',
  };
}
