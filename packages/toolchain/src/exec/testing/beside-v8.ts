/**
 * The same module in V8 and as machine code on the bare machine, call by call: results, traps, memory, exported globals
 * and the calls of imported functions must be the same. V8 names some traps of WebAssembly alike; where it does, any of
 * the names is taken.
 */
import { assembleWat } from '@kickstage/codegen/testing/v8-harness';
import type { ValueType } from '@kickstage/wasm/module';
import { isReference } from '@kickstage/wasm/references';
import type { Instance, Outcome } from '../instance.ts';
import { type InstantiateOptions, instantiate } from '../instantiate.ts';
import type { HostFunction } from '../processor.ts';
import { kindOf, parseValue, printValue, type WasmValue } from '../values.ts';

type JsValue = number | bigint;

/** Results as `type:bits`, or the names that a trap may have. */
type Ended = { readonly values: readonly string[] } | { readonly traps: readonly string[] };

const TRAPS: readonly [RegExp, readonly string[]][] = [
  [/by zero/, ['integer divide by zero']],
  [/float unrepresentable/, ['integer overflow', 'invalid conversion to integer']],
  [/unrepresentable/, ['integer overflow']],
  [/memory access out of bounds|data segment/, ['out of bounds memory access']],
  [/unreachable/, ['unreachable']],
  [/table index is out of bounds/, ['undefined element', 'out of bounds table access']],
  [/element segment|table access|table initializer/, ['out of bounds table access']],
  [/null function or function signature/, ['uninitialized element', 'indirect call type mismatch']],
  [/call stack/, ['call stack exhausted']],
];

function namesOf(error: unknown): readonly string[] {
  const { message } = error as Error;
  const names = TRAPS.find(([pattern]) => pattern.test(message))?.[1];
  if (!names) throw error;
  return names;
}

/** An import as a function on numbers; memory is that of the instance that calls. */
export type ImportFunction = (
  args: readonly JsValue[],
  memory: () => DataView,
) => JsValue | readonly JsValue[] | undefined;

export interface Imports {
  readonly functions?: Readonly<Record<string, ImportFunction>>;
  readonly globals?: Readonly<Record<string, string>>;
}

export interface BesideOptions extends Partial<InstantiateOptions> {
  /** A module for V8 in place of the same. */
  readonly forV8?: Uint8Array;
  /** Whether memory is compared behind each call, or only when somebody asks. */
  readonly compareMemory?: 'always' | 'asked';
}

/** A difference, in words. */
export class Unlike extends Error {}

/** Whoever compares the two; the module is instantiated in both. */
export class BesideV8 {
  /** How instantiation ended, where it did not go well. */
  readonly failed: readonly string[] | undefined;
  private readonly engine: WebAssembly.Instance | undefined;
  private readonly instance: Instance | undefined;
  /**
   * Whether the latest call met a limit that an engine sets itself (instructions, or the depth of the stack in one of
   * them): then the two are in different states, and nothing more can be compared.
   */
  metLimit = false;
  private readonly comparesAlways: boolean;
  private readonly wanted: string[] = [];
  private readonly seen: string[] = [];

  constructor(
    wat: string | Uint8Array,
    imports: Imports = {},
    { forV8, compareMemory = 'always', ...options }: BesideOptions = {},
  ) {
    this.comparesAlways = compareMemory === 'always';
    const wasm = typeof wat === 'string' ? assembleWat(wat) : wat;
    const names: readonly string[] | WebAssembly.Instance = this.inV8(forV8 ?? wasm, imports);
    const got = this.onMachine(wasm, imports, options);
    if (names instanceof WebAssembly.Instance) this.engine = names;
    else this.failed = names;
    if ('diagnostics' in got)
      throw new Error(got.diagnostics.map(({ code, what, got: g }) => `${code} ${what} ${g}`).join());
    if ('instance' in got) this.instance = got.instance;
    const trap = 'trap' in got ? got.trap : undefined;
    if (trap === undefined ? this.failed : !this.failed?.includes(trap))
      throw new Unlike(`instantiation: V8 ${this.failed ?? 'is well'}, the machine ${trap ?? 'is well'}`);
    if (trap) this.failed = [trap];
    this.compareCalls('instantiation');
  }

  private inV8(wasm: Uint8Array, { functions = {}, globals = {} }: Imports): WebAssembly.Instance | readonly string[] {
    const module = new WebAssembly.Module(wasm.slice());
    const supplied: Record<string, Record<string, WebAssembly.ImportValue>> = {};
    const put = (full: string, value: WebAssembly.ImportValue) => {
      const [from, name] = full.split('.');
      supplied[from] = { ...supplied[from], [name]: value };
    };
    const memory = () => new DataView((this.engine!.exports.memory as WebAssembly.Memory).buffer);
    for (const [full, call] of Object.entries(functions)) {
      put(full, (...args: JsValue[]) => {
        this.wanted.push(`${full}(${args.map(textOf).join()})`);
        return call(args, memory) as JsValue;
      });
    }
    for (const [full, text] of Object.entries(globals)) {
      const { type, bits } = parseValue(text)!;
      put(full, toJs({ type, bits }) as number);
    }
    try {
      return new WebAssembly.Instance(module, supplied);
    } catch (error) {
      return namesOf(error);
    }
  }

  private onMachine(wasm: Uint8Array, { functions = {}, globals = {} }: Imports, options: Partial<InstantiateOptions>) {
    const memory = () => {
      const { buffer, byteOffset, length } = this.instance!.memory;
      return new DataView(buffer, byteOffset, length);
    };
    const hosts = Object.entries(functions).map(([full, call]): [string, HostFunction] => [
      full,
      {
        call: (args, { results }) => {
          const given = args.map(toJs);
          this.seen.push(`${full}(${given.map(textOf).join()})`);
          const back = call(given, memory);
          const list = back === undefined ? [] : Array.isArray(back) ? (back as JsValue[]) : [back as JsValue];
          return list.map((value, i) => fromJs(results[i], value));
        },
      },
    ]);
    const values = Object.entries(globals).map(([name, text]): [string, WasmValue] => [name, parseValue(text)!]);
    return instantiate(wasm, {
      name: 'test.wasm',
      verify: true,
      functions: new Map(hosts),
      globals: new Map(values),
      ...options,
    });
  }

  /** Calls in both; gives what the machine gave, and throws where V8 differs. */
  call(name: string, ...texts: string[]): string {
    const args = texts.map((text) => parseValue(text)!);
    const types = this.instance!.functions.get(name)!.type.results;
    const wanted = this.callV8(name, args, types);
    const got = this.instance!.invoke(name, args);
    const where = `${name}(${texts.join(', ')})`;
    this.metLimit = this.isLimit(wanted, got);
    if (this.metLimit) return 'limit';
    if ('error' in got) throw new Unlike(`${where}: ${got.error.code} ${got.error.what} ${got.error.got}`);
    const same =
      'trap' in got
        ? 'traps' in wanted && wanted.traps.includes(got.trap)
        : 'values' in wanted && got.values.map(printNumber).join() === wanted.values.join();
    const text = 'trap' in got ? got.trap : got.values.map(printValue).join(' ');
    if (!same) throw new Unlike(`${where}: V8 ${JSON.stringify(wanted)}, the machine ${text}`);
    this.compareCalls(where);
    if (this.comparesAlways) this.compareMemory(where);
    return text;
  }

  /** Where memory may be compared only when asked, limits are told rather than thrown. */
  private isLimit(wanted: Ended, got: Outcome): boolean {
    if (this.comparesAlways) return false;
    const EXHAUSTED = 'call stack exhausted';
    const inV8 = 'traps' in wanted && wanted.traps.includes(EXHAUSTED);
    return inV8 || ('trap' in got && got.trap === EXHAUSTED) || ('error' in got && got.error.code === 'EXE005');
  }

  /** The exported global, in both. */
  global(name: string): string {
    const value = this.instance!.global(name);
    if (!('bits' in value)) throw new Error(value.what);
    const wanted = printNumber(fromJs(value.type, (this.engine!.exports[name] as WebAssembly.Global).value as JsValue));
    if (wanted !== printNumber(value)) throw new Unlike(`${name}: V8 ${wanted}, the machine ${printValue(value)}`);
    return printValue(value);
  }

  /** Names of exported globals. */
  globals(): string[] {
    return Object.entries(this.engine!.exports).flatMap(([name, value]) =>
      value instanceof WebAssembly.Global ? [name] : [],
    );
  }

  private callV8(name: string, args: readonly WasmValue[], types: readonly ValueType[]): Ended {
    try {
      const result: unknown = (this.engine!.exports[name] as (...args: JsValue[]) => unknown)(...args.map(toJs));
      const list = types.length === 0 ? [] : types.length === 1 ? [result] : [...(result as Iterable<unknown>)];
      return { values: list.map((value, i) => printNumber(fromJs(types[i], value as JsValue))) };
    } catch (error) {
      return { traps: namesOf(error) };
    }
  }

  private compareCalls(where: string): void {
    const [wanted, seen] = [this.wanted.splice(0).join(' '), this.seen.splice(0).join(' ')];
    if (wanted !== seen) throw new Unlike(`${where}: V8 called ${wanted}, the machine ${seen}`);
  }

  compareMemory(where: string): void {
    const exported = this.engine!.exports.memory as WebAssembly.Memory | undefined;
    if (!exported) return;
    const wanted = new Uint8Array(exported.buffer);
    const got = this.instance!.memory;
    if (wanted.length !== got.length)
      throw new Unlike(`${where}: memory has ${wanted.length} bytes in V8, ${got.length} on the machine`);
    if (Buffer.compare(wanted, got) === 0) return;
    const at = wanted.findIndex((byte, i) => byte !== got[i]);
    throw new Unlike(`${where}: byte ${at} is ${wanted[at]} in V8, ${got[at]} on the machine`);
  }
}

/** What a host calls a number is that number in V8. A function is told from null alone. */
function toJs({ type, bits }: WasmValue): JsValue {
  if (isReference(type)) return (bits === 0n ? null : bits - 1n) as JsValue;
  if (type === 'i64') return BigInt.asIntN(64, bits);
  if (type === 'i32') return Number(BigInt.asIntN(32, bits));
  VIEW.setBigUint64(0, bits, true);
  return type === 'f32' ? VIEW.getFloat32(0, true) : VIEW.getFloat64(0, true);
}

function fromJs(type: ValueType, value: JsValue): WasmValue {
  if (isReference(type)) {
    const given: unknown = value;
    return { type, bits: given === null ? 0n : typeof given === 'bigint' ? given + 1n : 1n };
  }
  if (type === 'i64' || type === 'i32') return { type, bits: BigInt.asUintN(type === 'i64' ? 64 : 32, BigInt(value)) };
  if (type === 'f32') VIEW.setFloat32(0, Number(value), true);
  else VIEW.setFloat64(0, Number(value), true);
  return { type, bits: type === 'f32' ? BigInt(VIEW.getUint32(0, true)) : VIEW.getBigUint64(0, true) };
}

const VIEW = new DataView(new ArrayBuffer(8));

/** A NaN is any NaN: between wasm and JavaScript an engine may change its bits. */
function printNumber(value: WasmValue): string {
  if (kindOf(value.type) === 'funcref') return value.bits === 0n ? 'funcref:null' : 'funcref';
  const isNan = (value.type === 'f32' || value.type === 'f64') && Number.isNaN(toJs(value));
  return isNan ? `${value.type}:nan` : printValue(value);
}

const textOf = (value: JsValue): string => (Object.is(value, -0) ? '-0' : String(value));
