/** What a module exports and imports, with types, as texts. */
import type { Checked } from '@kickstage/base/diagnostic';
import { type FuncType, type ImportKind, importsOf, type Limits, type Module } from '@kickstage/wasm/module';
import { parseModule } from '@kickstage/wasm/parse';
import { validateModule } from '@kickstage/wasm/validate';

export interface PartText {
  readonly kind: 'function' | 'table' | 'memory' | 'global';
  /** Of an import with the module before it: `env.print`. */
  readonly name: string;
  readonly type: string;
}

export interface ModuleText {
  readonly exports: readonly PartText[];
  readonly imports: readonly PartText[];
}

/** Reads and checks a module; `name` is how it is called in diagnostics. */
export function describeModule(wasm: Uint8Array, name: string): Checked<ModuleText> {
  const { value: module, diagnostics } = parseModule(wasm, name);
  if (!module) return { diagnostics };
  const faults = validateModule(module, name);
  if (faults.length > 0) return { diagnostics: faults };
  const imports = module.imports.map(({ module: from, name: own, of }) => ({
    kind: of.kind,
    name: `${from}.${own}`,
    type: textOf(module, of),
  }));
  const exports = module.exports.map(({ kind, name: own, index }) => ({
    kind,
    name: own,
    type: textOf(module, partOf(module, kind, index)),
  }));
  return { value: { exports, imports }, diagnostics: [] };
}

export const functionText = ({ params, results }: FuncType) => `(${params.join(' ')}) -> (${results.join(' ')})`;

const limitsText = ({ minimum, maximum }: Limits, unit: string) =>
  `${minimum}${maximum === undefined ? '' : `..${maximum}`} ${unit}`;

function textOf(module: Module, of: ImportKind): string {
  switch (of.kind) {
    case 'function':
      return functionText(module.types[of.type]);
    case 'memory':
      return limitsText(of.limits, 'pages');
    case 'table':
      return limitsText(of.limits, 'elements');
    case 'global':
      return `${of.mutable ? 'mut ' : ''}${of.type}`;
  }
}

/** A part by its index, in which imports come first. */
function partOf(module: Module, kind: ImportKind['kind'], index: number): ImportKind {
  const imported = importsOf(module, kind);
  const own = index - imported.length;
  if (own < 0) return imported[index];
  switch (kind) {
    case 'function':
      return { kind, type: module.functions[own] };
    case 'memory':
      return { kind, limits: module.memories[own] };
    case 'table':
      return { kind, limits: module.tables[own] };
    case 'global':
      return { kind, type: module.globals[own].type, mutable: module.globals[own].mutable };
  }
}
