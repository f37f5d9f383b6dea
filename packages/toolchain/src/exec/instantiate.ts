/**
 * A WebAssembly module → an instance that runs on a bare Cortex-M4: compiled to machine code, placed in a machine with as
 * much memory as it asks for, memory filled, start function run. All imports are supplied by the caller.
 */
import { type Diagnostic, hasErrors } from '@kickstage/base/diagnostic';
import { nearMiss } from '@kickstage/base/near-miss';
import { compile } from '@kickstage/codegen/compile';
import type { LinearMemory } from '@kickstage/codegen/frontend/input';
import {
  type ImportFacts,
  LOADER_SYMBOLS,
  ofMemory,
  SANDBOX_SYMBOLS,
  type SandboxFacts,
} from '@kickstage/codegen/ir/sandbox-facts';
import type { FloatMode } from '@kickstage/codegen/runtime/float/calls';
import type { RelocationTarget } from '@kickstage/linker/relocate';
import type { ObjectFile } from '@kickstage/object/object-file';
import { importsOf, type Module } from '@kickstage/wasm/module';
import { parseModule } from '@kickstage/wasm/parse';
import { Instance } from './instance.ts';
import { IMPORT_STUBS, MOST_PAGES, pagesFor, planMemory, STUB_SIZE } from './memory-plan.ts';
import { placeSections, relocateObject } from './place-object.ts';
import { BareProcessor, type HostFunction, type HostImport } from './processor.ts';
import type { WasmValue } from './values.ts';

export interface InstantiateOptions {
  /** How the module is called in diagnostics. */
  readonly name: string;
  /** Default: sandboxed. */
  readonly memory?: LinearMemory;
  /** Imported functions and the values of imported globals, by `module.name`. */
  readonly functions?: ReadonlyMap<string, HostFunction>;
  readonly globals?: ReadonlyMap<string, WasmValue>;
  /** Instructions that one call may take. */
  readonly limit?: number;
  /** Of the optimiser. */
  readonly level?: 0 | 1 | 2;
  /** Runs the compiler's own verifiers. */
  readonly verify?: boolean;
  /** What computes f32: the floating-point unit, when absent, or routines. */
  readonly floats?: FloatMode;
}

export type Instantiated =
  | { readonly instance: Instance }
  /** Segments out of bounds, or the start function. */
  | { readonly trap: string }
  | { readonly diagnostics: readonly Diagnostic[] };

export const DEFAULT_LIMIT = 2_000_000_000;
const NO_TYPE = { params: [], results: [] };

export function instantiate(wasm: Uint8Array, options: InstantiateOptions): Instantiated {
  const { name, memory: linearMemory = 'sandboxed', level = 2, verify = false, floats = 'fpu' } = options;
  const globals = new Map([...(options.globals ?? [])].map(([key, { bits }]) => [key, bits]));
  const { value: compiled, diagnostics } = compile({ name, wasm, linearMemory, globals }, { level, verify, floats });
  if (!compiled) return { diagnostics };
  const { value: module } = parseModule(wasm, name);
  const { sandbox } = compiled;
  const imports = hostImports(sandbox?.imports ?? [], options);
  const problems = [...imports.diagnostics, ...tooLarge(module!, linearMemory, name)];
  if (problems.length > 0) return { diagnostics: problems };
  return start(compiled.object, module!, sandbox, imports.functions, options);
}

function start(
  object: ObjectFile,
  module: Module,
  facts: SandboxFacts | undefined,
  imports: readonly HostImport[],
  { name, memory = 'sandboxed', limit = DEFAULT_LIMIT }: InstantiateOptions,
): Instantiated {
  const memories = facts?.memories ?? memoriesOf(module).map((limits) => ({ ...limits, grows: false }));
  const pages = pagesFor(memories);
  const codeStart = IMPORT_STUBS + STUB_SIZE * imports.length;
  const sized = placeSections(object, { flash: codeStart, ram: 0 });
  const plan = planMemory(memory, pages, sized.ramEnd);
  const { addresses, flashEnd } = placeSections(object, { flash: codeStart, ram: plan.dataStart });
  const absolute = new Map<string, RelocationTarget>([
    ...plan.memories.flatMap(({ start, pages }, i): [string, RelocationTarget][] => [
      [ofMemory(LOADER_SYMBOLS.memory, i), { address: start, isFunction: false }],
      [ofMemory(LOADER_SYMBOLS.memoryLimit, i), { address: pages, isFunction: false }],
    ]),
    [LOADER_SYMBOLS.stackLimit, { address: plan.stackLimit, isFunction: false }],
    ...(facts?.imports ?? []).map(({ symbol }, i): [string, RelocationTarget] => [
      symbol,
      { address: IMPORT_STUBS + STUB_SIZE * i, isFunction: true },
    ]),
  ]);
  const { chunks, symbols, diagnostics } = relocateObject(object, addresses, absolute);
  if (hasErrors(diagnostics)) return { diagnostics };
  const processor = new BareProcessor(plan, flashEnd, imports);
  for (const { address, bytes } of chunks) if (bytes.length > 0) processor.machine.load(address, bytes);
  processor.resultArea = symbols.get(SANDBOX_SYMBOLS.results)?.address ?? 0;
  const functions = facts?.functions ?? exportedFunctions(module);
  const instance = new Instance({ name, processor, plan, symbols, functions, facts, limit });
  return facts ? begin(instance) : { instance };
}

/** Fills memory and runs the start function. */
function begin(instance: Instance): Instantiated {
  const outcome = instance.call(SANDBOX_SYMBOLS.instantiate, NO_TYPE, []);
  if ('trap' in outcome) return outcome;
  return 'error' in outcome ? { diagnostics: [outcome.error] } : { instance };
}

/** Without a sandbox an exported function's symbol is its name. */
function exportedFunctions(module: Module): Instance['functions'] {
  const types = [...importsOf(module, 'function').map(({ type }) => type), ...module.functions];
  const first = importsOf(module, 'function').length;
  return new Map(
    module.exports
      .filter(({ kind, index }) => kind === 'function' && index >= first)
      .map(({ name, index }) => [name, { symbol: name, type: module.types[types[index]] }]),
  );
}

const memoriesOf = (module: Module) => [...importsOf(module, 'memory').map(({ limits }) => limits), ...module.memories];

function hostImports(
  facts: readonly ImportFacts[],
  { name: file, functions = new Map() }: InstantiateOptions,
): { functions: HostImport[]; diagnostics: Diagnostic[] } {
  const diagnostics: Diagnostic[] = [];
  const found = facts.flatMap(({ module, name, type }): HostImport[] => {
    const full = `${module}.${name}`;
    const host = functions.get(full);
    const fits = host && (host.results ?? type.results).join() === type.results.join();
    if (fits) return [{ type, call: host.call }];
    if (host) diagnostics.push(wrongImport(file, full, host.results!.join(','), type.results.join(',')));
    else diagnostics.push(missingImport(file, full, type.results.join(','), [...functions.keys()]));
    return [];
  });
  return { functions: found, diagnostics };
}

function missingImport(file: string, name: string, results: string, known: readonly string[]): Diagnostic {
  const near = nearMiss(name, known);
  return {
    code: 'EXE003',
    severity: 'error',
    what: `nothing supplies the imported function ${name}`,
    at: { file },
    why: 'a module needs all its imports before it can run',
    fix: near ? `did you mean ${name} where you wrote ${near}?` : `--import ${name}${results ? `:${results}` : ''}`,
  };
}

function wrongImport(file: string, name: string, given: string, wanted: string): Diagnostic {
  return {
    code: 'EXE003',
    severity: 'error',
    what: `the imported function ${name} gives other results`,
    at: { file },
    got: `(${given})`,
    why: `the module imports it with the results (${wanted})`,
    fix: `--import ${name}${wanted ? `:${wanted}` : ''}`,
  };
}

function tooLarge(module: Module, mode: LinearMemory, file: string): Diagnostic[] {
  const pages = memoriesOf(module).reduce((sum, { minimum }) => sum + minimum, 0);
  if (pages <= MOST_PAGES[mode]) return [];
  return [
    {
      code: 'EXE004',
      severity: 'error',
      what: 'the module asks for more memory than a machine here may have',
      at: { file },
      got: `${pages} pages of 64 KiB, where ${MOST_PAGES[mode]} are allowed`,
    },
  ];
}
