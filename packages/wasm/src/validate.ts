/**
 * The rules of the specification's chapter 3 (WebAssembly Core Specification 2.0) for a parsed module: indices name
 * something, types agree, constant expressions are constant, limits are limits. Complete for what parse.ts takes. All
 * faults are found, of a function body the first.
 */
import type { Diagnostic } from '@kickstage/base/diagnostic';
import { invalidModule } from './diagnostics.ts';
import {
  type Export,
  type FuncType,
  type Instruction,
  importsOf,
  type Limits,
  type Module,
  type RefType,
  type ValueType,
} from './module.ts';
import { isDefaultable, isSubtype, typeIndexOf } from './references.ts';
import { ConstantError, typeOfConstant } from './validate-constant.ts';
import { InvalidError, type Spaces, validateBody } from './validate-function.ts';

const MAXIMUM_PAGES = 65_536;
/** WebAssembly JavaScript Interface, implementation limits. */
const MAXIMUM_TABLE_SIZE = 10_000_000;

/** What is wrong with `module`; `name` is how it is called in diagnostics. Empty for a valid module. */
export function validateModule(module: Module, name: string): Diagnostic[] {
  const validator = new ModuleValidator(module, name);
  validator.run();
  return validator.diagnostics;
}

class ModuleValidator {
  readonly diagnostics: Diagnostic[] = [];
  private readonly module: Module;
  private readonly name: string;
  private readonly spaces: Spaces;

  constructor(module: Module, name: string) {
    this.module = module;
    this.name = name;
    this.spaces = this.collectSpaces();
  }

  run(): void {
    this.checkLimits();
    this.checkTypes();
    this.checkTables();
    const imported = this.spaces.globals.length - this.module.globals.length;
    this.module.globals.forEach(({ init, type, offset }, i) => {
      this.checkConstant(init, type, offset, imported + i);
    });
    this.checkExports();
    this.checkStart();
    this.checkElements();
    this.checkData();
    this.module.code.forEach((code, i) => {
      const type = this.spaces.functions[importsOf(this.module, 'function').length + i];
      try {
        validateBody(this.spaces, type, code);
      } catch (error) {
        if (!(error instanceof InvalidError)) throw error;
        this.complain(error.offset, error.message);
      }
    });
  }

  private complain(offset: number, message: string): void {
    this.diagnostics.push(invalidModule(this.name, offset, message));
  }

  private collectSpaces(): Spaces {
    const { module } = this;
    const typeAt = (index: number): FuncType => {
      const type = module.types[index];
      if (!type) this.complain(0, `a function has the type ${index}, which does not exist`);
      return type ?? { params: [], results: [] };
    };
    const functionTypes = [...importsOf(module, 'function').map(({ type }) => type), ...module.functions];
    return {
      types: module.types,
      functions: functionTypes.map(typeAt),
      functionTypes,
      declared: declaredFunctions(module),
      globals: [
        ...importsOf(module, 'global').map(({ type, mutable }) => ({ type, mutable, imported: true })),
        ...module.globals.map(({ type, mutable }) => ({ type, mutable, imported: false })),
      ],
      tables: tablesOf(module).map(({ type }) => type),
      memoryCount: importsOf(module, 'memory').length + module.memories.length,
      elements: module.elements.map(({ type }) => type),
      dataCount: module.dataCount,
    };
  }

  private checkLimits(): void {
    const { module } = this;
    const check = ({ minimum, maximum = minimum }: Limits, most: number, what: string) => {
      if (minimum > maximum) this.complain(0, `a ${what} has a minimum of ${minimum} and a maximum of ${maximum}`);
      if (minimum > most) this.complain(0, `a ${what} of ${minimum} is more than ${most}`);
    };
    for (const limits of tablesOf(module)) check(limits, MAXIMUM_TABLE_SIZE, 'table');
    for (const limits of [...importsOf(module, 'memory').map((i) => i.limits), ...module.memories]) {
      check(limits, MAXIMUM_PAGES, 'memory');
      if ((limits.maximum ?? 0) > MAXIMUM_PAGES)
        this.complain(0, `a memory of ${limits.maximum} is more than ${MAXIMUM_PAGES}`);
    }
  }

  /** Types that references are to must exist. */
  private checkTypes(): void {
    const { module, spaces } = this;
    const used: ValueType[] = [
      ...module.types.flatMap(({ params, results }) => [...params, ...results]),
      ...spaces.tables,
      ...spaces.elements,
      ...spaces.globals.map(({ type }) => type),
      ...module.code.flatMap(({ locals }) => locals),
    ];
    const missing = new Set(used.flatMap((type) => typeIndexOf(type) ?? []).filter((index) => !module.types[index]));
    for (const index of missing) this.complain(0, `a reference is to the type ${index}, which does not exist`);
  }

  private checkTables(): void {
    for (const { type, init } of this.module.tables) {
      if (init) this.checkConstant(init, type, 0, importsOf(this.module, 'global').length);
      else if (!isDefaultable(type)) this.complain(0, `a table of ${type} has no first value for its elements`);
    }
  }

  /** An expression of the type, from constants and from immutable globals in front of `globals`. */
  private checkConstant(
    expression: readonly Instruction[],
    type: ValueType,
    at: number,
    globals = this.spaces.globals.length,
  ): void {
    try {
      const found = typeOfConstant(expression, this.spaces, globals, at);
      if (!isSubtype(found, type, this.spaces.types))
        this.complain(at, `a constant expression is ${found}, not ${type}`);
    } catch (error) {
      if (!(error instanceof ConstantError)) throw error;
      this.complain(error.offset, error.message);
    }
  }

  private checkExports(): void {
    const { spaces } = this;
    const counts: Record<Export['kind'], number> = {
      function: spaces.functions.length,
      table: spaces.tables.length,
      memory: spaces.memoryCount,
      global: spaces.globals.length,
    };
    const names = new Set<string>();
    for (const { name, kind, index, offset } of this.module.exports) {
      if (index >= counts[kind])
        this.complain(offset, `the export "${name}" is ${kind} ${index}, which does not exist`);
      if (names.has(name)) this.complain(offset, `two exports are named "${name}"`);
      names.add(name);
    }
  }

  private checkStart(): void {
    const { start } = this.module;
    if (start === undefined) return;
    const type = this.spaces.functions[start];
    if (!type) return this.complain(0, `the start function ${start} does not exist`);
    if (type.params.length + type.results.length > 0)
      this.complain(0, `the start function ${start} takes or gives values`);
  }

  private checkElements(): void {
    const { spaces } = this;
    for (const { mode, table, type, offset, functions, fileOffset } of this.module.elements) {
      const target: RefType | undefined = mode === 'active' ? spaces.tables[table] : type;
      if (!target) this.complain(fileOffset, `there is no table ${table}`);
      else if (!isSubtype(type, target, spaces.types)) this.complain(fileOffset, `elements are ${type}, not ${target}`);
      if (offset) this.checkConstant(offset, 'i32', fileOffset);
      for (const item of functions) {
        const index = typeof item === 'number' ? { op: 'ref.func', index: item } : undefined;
        const global = item !== null && typeof item === 'object' ? { op: 'global.get', index: item.global } : undefined;
        const found = index ?? global;
        if (found) this.checkConstant([{ ...found, offset: fileOffset }], type, fileOffset);
        else if (!isDefaultable(type)) this.complain(fileOffset, `an element is null, not ${type}`);
      }
    }
  }

  private checkData(): void {
    for (const { offset, memory, fileOffset } of this.module.data) {
      if (!offset) continue;
      if (memory >= this.spaces.memoryCount) this.complain(fileOffset, `the module has no memory ${memory}`);
      this.checkConstant(offset, 'i32', fileOffset);
    }
  }
}

const tablesOf = (module: Module) => [...importsOf(module, 'table').map(({ limits }) => limits), ...module.tables];

/** What exports, element segments and constant expressions name (3.4.10). */
function declaredFunctions(module: Module): Set<number> {
  const inExpressions = [...module.globals.map(({ init }) => init), ...module.tables.map(({ init }) => init ?? [])]
    .flat()
    .flatMap(({ op, index }) => (op === 'ref.func' ? [index!] : []));
  const inElements = module.elements.flatMap(({ functions }) => functions.filter((item) => typeof item === 'number'));
  const exported = module.exports.flatMap(({ kind, index }) => (kind === 'function' ? [index] : []));
  return new Set([...inExpressions, ...inElements, ...exported]);
}
