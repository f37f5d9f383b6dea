/** A WebAssembly module → the IR: parse, validate, translate each function, name the data. */
import { type Checked, hasErrors } from '@kickstage/base/diagnostic';
import type { Module } from '@kickstage/wasm/module';
import { parseModule } from '@kickstage/wasm/parse';
import { validateModule } from '@kickstage/wasm/validate';
import type { DataObject, Func, FuncTable, IrModule } from '../ir/types.ts';
import { FunctionBuilder } from './function-builder.ts';
import type { CompileInput } from './input.ts';
import { ModuleContext } from './module-context.ts';
import { TABLE } from './translate-call.ts';
import { FunctionTranslator } from './translate-function.ts';

export function lowerToIr(input: CompileInput): Checked<IrModule> {
  const { value: module, diagnostics } = parseModule(input.wasm, input.name);
  if (!module) return { diagnostics };
  const faults = validateModule(module, input.name);
  if (faults.length > 0) return { diagnostics: faults };
  const context = new ModuleContext(input, module);
  const functions = translateAll(context);
  const value = { name: input.name, functions, data: dataObjects(context), tables: tables(context) };
  return hasErrors(context.diagnostics)
    ? { diagnostics: context.diagnostics }
    : { value, diagnostics: context.diagnostics };
}

function translateAll(context: ModuleContext): Func[] {
  const { module, input } = context;
  const imported = module.imports.filter(({ of }) => of.kind === 'function').length;
  return module.code.map((code, i) => {
    const index = imported + i;
    const { name, type } = context.callees[index] as { name: string; type: Module['types'][number] };
    const exports = module.exports.filter((e) => e.kind === 'function' && e.index === index).map((e) => e.name);
    const numeric = (types: typeof type.params) =>
      types.map((t) => (t === 'i64' || t === 'f64' ? ('i64' as const) : ('i32' as const)));
    const irType = { params: numeric(type.params), results: numeric(type.results) };
    const builder = new FunctionBuilder(name, irType, exports, input.locate?.(code.body[0]?.offset ?? code.endOffset));
    return new FunctionTranslator(context, code, builder).translate(type.params, type.results);
  });
}

function dataObjects(context: ModuleContext): DataObject[] {
  const given = context.input.data.map(({ name, bytes, alignment, immutable, relocations }): DataObject => {
    const zero = !immutable && relocations.length === 0 && bytes.every((byte) => byte === 0);
    const kind = immutable ? 'rodata' : zero ? 'bss' : 'data';
    return { name, kind, bytes: zero ? new Uint8Array(0) : bytes, size: bytes.length, alignment, relocations };
  });
  return [...given, ...context.globalData];
}

function tables({ module, callees }: ModuleContext): FuncTable[] {
  if (module.tables.length === 0) return [];
  const elements = new Array<string | null>(module.tables[0].minimum).fill(null);
  for (const { offset, functions } of module.elements) {
    const start = Number(offset?.[0]?.value ?? 0n);
    functions.forEach((index, i) => {
      const callee = index === null ? undefined : callees[index];
      elements[start + i] = callee?.kind === 'function' ? callee.name : null;
    });
  }
  return [{ name: TABLE, elements }];
}
