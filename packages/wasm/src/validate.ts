/**
 * The rules of the specification's chapter 3 (WebAssembly Core Specification 2.0) for a parsed module: indices name
 * something, types agree, constant expressions are constant, limits are limits. Complete for what parse.ts takes. All
 * faults are found, of a function body the first.
 */
import type { Diagnostic } from '@kickstage/base/diagnostic';
import { invalidModule, unsupportedFeature } from './diagnostics.ts';
import {
  type Export,
  type FuncType,
  type Instruction,
  importsOf,
  type Limits,
  type Module,
  type ValueType,
} from './module.ts';
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
    for (const global of this.module.globals) this.checkConstant(global.init, global.type, global.offset);
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

  private refuse(offset: number, feature: string): void {
    this.diagnostics.push(unsupportedFeature(this.name, offset, feature));
  }

  private collectSpaces(): Spaces {
    const { module } = this;
    const typeAt = (index: number): FuncType => {
      const type = module.types[index];
      if (!type) this.complain(0, `a function has the type ${index}, which does not exist`);
      return type ?? { params: [], results: [] };
    };
    return {
      types: module.types,
      functions: [...importsOf(module, 'function').map(({ type }) => type), ...module.functions].map(typeAt),
      globals: [
        ...importsOf(module, 'global').map(({ type, mutable }) => ({ type, mutable, imported: true })),
        ...module.globals.map(({ type, mutable }) => ({ type, mutable, imported: false })),
      ],
      tableCount: importsOf(module, 'table').length + module.tables.length,
      memoryCount: importsOf(module, 'memory').length + module.memories.length,
      elementCount: module.elements.length,
      dataCount: module.dataCount,
    };
  }

  private checkLimits(): void {
    const { module, spaces } = this;
    if (spaces.tableCount > 1) this.refuse(0, 'several tables');
    if (spaces.memoryCount > 1) this.refuse(0, 'multiple memories');
    const check = ({ minimum, maximum = minimum }: Limits, most: number, what: string) => {
      if (minimum > maximum) this.complain(0, `a ${what} has a minimum of ${minimum} and a maximum of ${maximum}`);
      if (minimum > most) this.complain(0, `a ${what} of ${minimum} is more than ${most}`);
    };
    for (const { limits } of importsOf(module, 'table')) check(limits, MAXIMUM_TABLE_SIZE, 'table');
    for (const limits of module.tables) check(limits, MAXIMUM_TABLE_SIZE, 'table');
    for (const limits of [...importsOf(module, 'memory').map((i) => i.limits), ...module.memories]) {
      check(limits, MAXIMUM_PAGES, 'memory');
      if ((limits.maximum ?? 0) > MAXIMUM_PAGES)
        this.complain(0, `a memory of ${limits.maximum} is more than ${MAXIMUM_PAGES}`);
    }
  }

  /** One constant, or the value of an imported constant. */
  private checkConstant(expression: readonly Instruction[], type: ValueType, at: number): void {
    const [instruction] = expression;
    if (!instruction) return this.complain(at, 'a constant expression is empty');
    const { op, offset, index } = instruction;
    const more = expression.find(({ op }) => /^i(32|64)\.(add|sub|mul)$/.test(op));
    if (more) return this.refuse(more.offset, 'extended constant expressions');
    if (expression.length > 1) return this.complain(expression[1].offset, 'a constant expression has several values');
    if (op === 'global.get') {
      const global = this.spaces.globals[index!];
      if (!global) return this.complain(offset, `there is no global ${index}`);
      if (global.mutable) return this.complain(offset, `global ${index} is not constant`);
      if (!global.imported) return this.refuse(offset, 'extended constant expressions');
      if (global.type !== type) this.complain(offset, `a constant expression is ${global.type}, not ${type}`);
      return;
    }
    if (!op.endsWith('.const')) return this.complain(offset, `${op} is not constant`);
    if (op !== `${type}.const`) this.complain(offset, `a constant expression is ${op}, not ${type}`);
  }

  private checkExports(): void {
    const { spaces } = this;
    const counts: Record<Export['kind'], number> = {
      function: spaces.functions.length,
      table: spaces.tableCount,
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
    for (const { mode, table, offset, functions, fileOffset } of this.module.elements) {
      if (mode === 'active' && table >= this.spaces.tableCount) this.complain(fileOffset, `there is no table ${table}`);
      if (offset) this.checkConstant(offset, 'i32', fileOffset);
      const missing = functions.find((index) => index !== null && index >= this.spaces.functions.length);
      if (missing !== undefined) this.complain(fileOffset, `there is no function ${missing}`);
    }
  }

  private checkData(): void {
    for (const { offset, fileOffset } of this.module.data) {
      if (!offset) continue;
      if (this.spaces.memoryCount === 0) this.complain(fileOffset, 'the module has no memory');
      this.checkConstant(offset, 'i32', fileOffset);
    }
  }
}
