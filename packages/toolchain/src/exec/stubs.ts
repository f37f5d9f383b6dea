/**
 * Imports that a command line or a request names: functions that tell their arguments and give a fixed value, and
 * globals. `env.print` gives zeroes of whatever types the module wants, `env.now:i64` an i64 zero, `env.now:i64:5` five,
 * `env.limit=i32:7` is a global.
 */
import type { Diagnostic } from '@kickstage/base/diagnostic';
import type { HostFunction } from './processor.ts';
import { isNumberType, parseValue, printValue, type WasmValue } from './values.ts';

/** A call of a stub, as it is told. */
export interface StubCall {
  readonly import: string;
  readonly args: readonly string[];
}

export interface Stubs {
  readonly functions: ReadonlyMap<string, HostFunction>;
  readonly globals: ReadonlyMap<string, WasmValue>;
  readonly diagnostics: readonly Diagnostic[];
}

/** `tell` is called for each call, before it returns. */
export function makeStubs(texts: readonly string[], tell: (call: StubCall) => void): Stubs {
  const functions = new Map<string, HostFunction>();
  const globals = new Map<string, WasmValue>();
  const diagnostics: Diagnostic[] = [];
  for (const text of texts) {
    const global = parseGlobal(text);
    const stub = global ? undefined : parseFunction(text);
    if (global) globals.set(global.name, global.value);
    else if (stub) functions.set(stub.name, stubFunction(stub, tell));
    else diagnostics.push(wrongImport(text));
  }
  return { functions, globals, diagnostics };
}

interface Stub {
  readonly name: string;
  /** Absent: as the module wants. */
  readonly results?: readonly WasmValue[];
}

function parseGlobal(text: string): { name: string; value: WasmValue } | undefined {
  const match = /^(.+\..*)=((?:[if]\d+|funcref|externref):.*)$/.exec(text);
  const value = match ? parseValue(match[2]) : undefined;
  return value && { name: match![1], value };
}

/** `MODULE.NAME`, behind it results: types or values, separated by commas. */
function parseFunction(text: string): Stub | undefined {
  const match = /^([^=]*?\.[^=]*?)(?::([if](?:32|64)\b[^=]*|))?$/.exec(text);
  if (!match) return undefined;
  const [, name, list] = match;
  if (list === undefined) return { name };
  if (list === '') return { name, results: [] };
  const results = list.split(',').map((part) => parseValue(isNumberType(part) ? `${part}:0` : part));
  return results.some((value) => value === undefined) ? undefined : { name, results: results as WasmValue[] };
}

function stubFunction({ name, results }: Stub, tell: (call: StubCall) => void): HostFunction {
  return {
    ...(results ? { results: results.map(({ type }) => type) } : {}),
    call: (args, type) => {
      tell({ import: name, args: args.map(printValue) });
      return results ?? type.results.map((t) => ({ type: t, bits: 0n }));
    },
  };
}

function wrongImport(text: string): Diagnostic {
  return {
    code: 'EXE007',
    severity: 'error',
    what: 'this names no import',
    got: text,
    why: 'an import is MODULE.NAME, MODULE.NAME:TYPE, MODULE.NAME:TYPE:BITS or, of a global, MODULE.NAME=TYPE:BITS',
    fix: 'for instance env.print, env.random:i32 or env.limit=i32:7',
  };
}
