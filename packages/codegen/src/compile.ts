/** The compiler: WebAssembly in, an object file out. All passes in order, on one screen. */
import type { Checked } from '@kickstage/base/diagnostic';
import type { ObjectFile } from '@kickstage/object/object-file';
import { allocateFunction } from './choose-loops.ts';
import { buildObject, type FunctionReport } from './emit/build-object.ts';
import { emitFunction } from './emit/emit-function.ts';
import { resultArea } from './emit/result-area.ts';
import type { CompileInput } from './frontend/input.ts';
import { lowerToIr } from './frontend/lower.ts';
import type { SandboxFacts } from './ir/sandbox-facts.ts';
import { isSingle, type MFunc } from './isel/mir.ts';
import { optimize } from './passes/pipeline.ts';
import type { FloatMode } from './runtime/float/calls.ts';

export interface CompileOptions {
  readonly level?: 0 | 1 | 2;
  /** Runs the IR verifier after every pass and the register-allocation checker after every allocation. */
  readonly verify?: boolean;
  /** `fpu`: f32 in the floating-point unit, where there is one; `soft`, when absent: all floats by routines. */
  readonly floats?: FloatMode;
}

export interface CompiledModule {
  readonly object: ObjectFile;
  readonly functions: readonly FunctionReport[];
  /** Of a module with sandboxed memory: what its loader must know. */
  readonly sandbox?: SandboxFacts;
}

export function compile(
  input: CompileInput,
  { level = 2, verify = false, floats = 'soft' }: CompileOptions = {},
): Checked<CompiledModule> {
  const { value: module, diagnostics } = lowerToIr(input);
  if (!module) return { diagnostics };
  optimize(module, { level, verify, floats });
  module.data.push(...resultArea(module));
  const allocated = module.functions.map((func) => allocateFunction(func, module, { level, verify, floats }));
  const usesFpu = allocated.some(({ machine }) => usesSingles(machine));
  const functions = allocated.map((part) => ({
    ...part,
    ...emitFunction(part.machine, part.allocation, { isSandboxed: module.sandbox !== undefined, usesFpu }),
  }));
  const { sandbox } = module;
  const built = buildObject(module, functions, input.localsAreExact ?? false);
  const object = { ...built.object, usesFpu };
  return { value: { ...built, object, ...(sandbox ? { sandbox } : {}) }, diagnostics };
}

/** Whether any instruction is one of the floating-point unit. */
function usesSingles({ blocks }: MFunc): boolean {
  return blocks.some(({ insts }) => insts.some(({ defs, uses }) => defs.some(isSingle) || uses.some(isSingle)));
}
