/** A WebAssembly module → the IR: parse, validate, translate each function, name the data. */
import { type Checked, hasErrors } from '@kickstage/base/diagnostic';
import { importsOf, type Module } from '@kickstage/wasm/module';
import { parseModule } from '@kickstage/wasm/parse';
import { isReference } from '@kickstage/wasm/references';
import { validateModule } from '@kickstage/wasm/validate';
import type { DataObject, Func, FuncTable, IrModule } from '../ir/types.ts';
import { evaluateConstant } from './constant-expression.ts';
import { FunctionBuilder, type FunctionOrigin } from './function-builder.ts';
import type { CompileInput } from './input.ts';
import { irType, ModuleContext } from './module-context.ts';
import { elementSymbol, type SandboxTable } from './sandbox.ts';
import { sandboxFacts } from './sandbox-exports.ts';
import { sandboxFunctions } from './sandbox-functions.ts';
import { REFERENCES, segmentSymbol, tableSymbol } from './symbol-names.ts';
import { FunctionTranslator } from './translate-function.ts';

export function lowerToIr(input: CompileInput): Checked<IrModule> {
  const { value: module, diagnostics } = parseModule(input.wasm, input.name);
  if (!module) return { diagnostics };
  const faults = validateModule(module, input.name);
  if (faults.length > 0) return { diagnostics: faults };
  const context = new ModuleContext(input, module);
  if (refuseReferences(context)) return { diagnostics: context.diagnostics };
  refuseParts(context);
  const functions = translateAll(context);
  const value = {
    name: input.name,
    functions,
    data: dataObjects(context),
    tables: tables(context),
    ...sandboxParts(context, functions),
  };
  return hasErrors(context.diagnostics)
    ? { diagnostics: context.diagnostics }
    : { value, diagnostics: context.diagnostics };
}

/** What a sandboxed module has beside; its own functions come first. */
function sandboxParts(context: ModuleContext, functions: Func[]): Pick<IrModule, 'externals' | 'sandbox'> {
  const { sandbox, callees } = context;
  if (!sandbox) return {};
  functions.push(...sandboxFunctions(context, sandbox));
  const externals = callees.flatMap(({ kind, ...callee }) =>
    kind === 'external' ? [{ name: (callee as { name: string }).name, type: irType(callee.type) }] : [],
  );
  return { externals, sandbox: sandboxFacts(context, sandbox) };
}

function translateAll(context: ModuleContext): Func[] {
  const { module, input } = context;
  const imported = importsOf(module, 'function').length;
  return module.code.map((code, i) => {
    const index = imported + i;
    const { name, type } = context.callees[index] as { name: string; type: Module['types'][number] };
    const exported = module.exports.filter((e) => e.kind === 'function' && e.index === index).map((e) => e.name);
    // A sandboxed module's exports are found by their symbols (sandbox-facts.ts).
    const exports = context.sandbox && exported.length > 0 ? [name] : exported;
    const place = input.locate?.(code.body[0]?.offset ?? code.endOffset);
    const source = module.functionNames.get(index);
    const localNames = module.localNames.get(index);
    const origin: FunctionOrigin = { ...(place && { place }), ...(localNames && { localNames }), source };
    const builder = new FunctionBuilder(name, irType(type), exports, origin);
    return new FunctionTranslator(context, code, builder).translate(type.params, type.results);
  });
}

/** What the input names, the module's passive segments, and its globals. */
function dataObjects(context: ModuleContext): DataObject[] {
  const given = (context.input.data ?? []).map(({ name, bytes, alignment, immutable, relocations }): DataObject => {
    const zero = !immutable && relocations.length === 0 && bytes.every((byte) => byte === 0);
    const kind = immutable ? 'rodata' : zero ? 'bss' : 'data';
    return { name, kind, bytes: zero ? new Uint8Array(0) : bytes, size: bytes.length, alignment, relocations };
  });
  const { sandbox } = context;
  const passive = context.module.data.flatMap(({ offset, bytes }, i): DataObject[] => {
    if (offset && !sandbox) return [];
    const name = segmentSymbol(i);
    return [{ name, kind: 'rodata', bytes, size: bytes.length, alignment: 1, relocations: [] }];
  });
  return [...given, ...passive, ...context.globalData, ...(sandbox?.words() ?? [])];
}

/** Firmware has one table of functions, which lies in flash. */
function refuseReferences(context: ModuleContext): boolean {
  const { module, sandbox } = context;
  if (sandbox) return false;
  const signatures = module.types.flatMap(({ params, results }) => [...params, ...results]);
  const values = [...signatures, ...module.globals.map(({ type }) => type), ...module.code.flatMap((c) => c.locals)];
  const instruction = module.code
    .flatMap(({ body }) => body)
    .find(({ op }) => /^ref\.|^table\.(get|set|grow|fill|size)$/.test(op));
  const isUsed = values.some(isReference) || module.tables.some(({ type }) => type !== 'funcref');
  if (!instruction && !isUsed && module.tables.length <= 1 && module.memories.length <= 1) return false;
  context.complain(
    'GEN005',
    'the module uses references as values, or several tables or memories',
    instruction?.offset,
    {
      why: 'firmware has one memory, and one table of functions, which lies in flash and never changes',
      fix: 'switch reference types and several memories off in the compiler that made the module',
    },
  );
  return true;
}

/** Registers that hold a function's results. */
const RESULT_WORDS = 4;

/** Parts of a module that would be dropped in silence, because nobody on a microcontroller instantiates it. */
function refuseParts(context: ModuleContext): void {
  const { module, input } = context;
  if (context.sandbox) return;
  if (module.start !== undefined) {
    const imported = importsOf(module, 'function').length;
    context.complain('GEN008', 'the module has a start function', module.code[module.start - imported]?.offset, {
      why: 'firmware begins at Reset_Handler; nothing runs before it',
      fix: 'call its code from Reset_Handler',
    });
  }
  const active = module.data.find(({ offset }) => offset);
  if (!input.data && active) {
    context.complain('GEN007', 'the module has data at fixed addresses', active.fileOffset, {
      why: 'memory is the address space of the microcontroller: what lies where is for the linker to say',
      fix: 'keep constants in the code, or compile firmware with kickstage, which tells data and numbers apart',
    });
  }
  for (const index of new Set(module.functions)) {
    const { results } = module.types[index];
    const words = results.reduce((sum, type) => sum + (type.endsWith('64') ? 2 : 1), 0);
    if (words <= RESULT_WORDS) continue;
    const code = module.code[module.functions.indexOf(index)];
    context.complain('GEN009', 'a function gives too many results', code.body[0]?.offset ?? code.endOffset, {
      got: `${results.join(', ')}: ${words} words`,
      why: `results travel in the registers r0 to r3`,
      fix: 'write them to memory that the caller names',
    });
  }
  for (const { kind, name } of module.imports.map(({ of, module: from, name }) => ({
    ...of,
    name: `${from}.${name}`,
  }))) {
    if (kind === 'table') context.complain('GEN002', `the imported table ${name} is not known`, undefined);
  }
}

function tables(context: ModuleContext): FuncTable[] {
  const { module, sandbox } = context;
  const all: readonly Pick<SandboxTable, 'minimum' | 'capacity' | 'changes' | 'init'>[] =
    sandbox?.tables ?? module.tables.map((table) => ({ ...table, capacity: table.minimum, changes: false }));
  const made = all.map(({ minimum, capacity, changes, init }, index): FuncTable => {
    const first = init && evaluateConstant(init, context);
    const elements = new Array<string | null>(capacity).fill(null);
    elements.fill(first?.kind === 'function' ? first.name : null, 0, minimum);
    fillElements(context, index, elements, minimum);
    return { name: tableSymbol(index), elements, ...(changes ? { mutable: true } : {}) };
  });
  const segments = module.elements.flatMap(({ functions }, i) =>
    sandbox?.isElementNeeded(i)
      ? [{ name: elementSymbol(i), elements: functions.map((item) => context.functionOf(item)) }]
      : [],
  );
  const references = context.references.length > 0 ? [{ name: REFERENCES, elements: context.references }] : [];
  return [...made, ...segments, ...references];
}

/** Active segments; those that do not fit are not there, because instantiation traps. */
function fillElements(context: ModuleContext, index: number, elements: (string | null)[], size: number): void {
  for (const { mode, table, offset, functions } of context.module.elements) {
    if (mode !== 'active' || table !== index) continue;
    const start = context.constantOf(offset ?? []);
    if (context.sandbox && start + functions.length > size) continue;
    functions.forEach((item, i) => {
      elements[start + i] = context.functionOf(item);
    });
  }
}
