/** The compiler: WebAssembly in, an object file out. All passes in order, on one screen. */
import type { Checked } from '@kickstage/base/diagnostic';
import type { ObjectFile } from '@kickstage/object/object-file';
import { buildObject, type FunctionReport } from './emit/build-object.ts';
import { emitFunction } from './emit/emit-function.ts';
import { resultArea } from './emit/result-area.ts';
import type { CompileInput } from './frontend/input.ts';
import { lowerToIr } from './frontend/lower.ts';
import type { SandboxFacts } from './ir/sandbox-facts.ts';
import type { Func, IrModule } from './ir/types.ts';
import { selectFunction } from './isel/select.ts';
import { optimize } from './passes/pipeline.ts';
import { allocate } from './regalloc/allocate.ts';
import { checkAllocation } from './regalloc/checker.ts';
import { beforeAllocation } from './regalloc/checker-steps.ts';

export interface CompileOptions {
  readonly level?: 0 | 1 | 2;
  /** Runs the IR verifier after every pass and the register-allocation checker after every allocation. */
  readonly verify?: boolean;
}

export interface CompiledModule {
  readonly object: ObjectFile;
  readonly functions: readonly FunctionReport[];
  /** Of a module with sandboxed memory: what its loader must know. */
  readonly sandbox?: SandboxFacts;
}

export function compile(
  input: CompileInput,
  { level = 2, verify = false }: CompileOptions = {},
): Checked<CompiledModule> {
  const { value: module, diagnostics } = lowerToIr(input);
  if (!module) return { diagnostics };
  optimize(module, { level, verify });
  module.data.push(...resultArea(module));
  const functions = module.functions.map((func) => compileFunction(func, module, verify));
  const { sandbox } = module;
  const object = buildObject(module, functions, input.localsAreExact ?? false);
  return { value: { ...object, ...(sandbox ? { sandbox } : {}) }, diagnostics };
}

function compileFunction(func: Func, module: IrModule, verify: boolean) {
  const selected = selectFunction(func, module);
  const before = verify ? beforeAllocation(selected) : undefined;
  const allocation = allocate(selected);
  if (before) checkAllocation(before, selected, allocation);
  return { func, machine: selected, ...emitFunction(selected, allocation, module.sandbox !== undefined) };
}
