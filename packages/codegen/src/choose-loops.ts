/**
 * Loops can be written in several ways, and which is best depends on what registers are left: a function with loops is
 * compiled in each way, and the cheapest is kept.
 */
import { executionCost } from './emit/cost.ts';
import { measureFunction } from './emit/emit-function.ts';
import { flowGraphOf } from './ir/dominators.ts';
import { findLoops } from './ir/flow-graph.ts';
import type { Func, IrModule } from './ir/types.ts';
import type { MFunc } from './isel/mir.ts';
import { selectFunction } from './isel/select.ts';
import { improveLoops, type LoopOptions } from './passes/loops/improve-loops.ts';
import { cleanFunction, type OptimizeOptions } from './passes/pipeline.ts';
import { type Allocation, allocate } from './regalloc/allocate.ts';
import { checkAllocation } from './regalloc/checker.ts';
import { beforeAllocation } from './regalloc/checker-steps.ts';

export interface AllocatedFunction {
  readonly func: Func;
  readonly machine: MFunc;
  readonly allocation: Allocation;
}

const WAYS: readonly LoopOptions[] = [{}, { pointers: 'lowest' }, { pointers: 'last' }];

/** The function with its registers. `func` itself is left as selection leaves it. */
export function allocateFunction(func: Func, module: IrModule, options: OptimizeOptions): AllocatedFunction {
  const variants = options.level === 0 ? [] : variantsOf(func, module, options);
  const allocated = [func, ...variants].map((variant) => allocateVariant(variant, module, options.verify));
  if (allocated.length === 1) return allocated[0];
  const costs = allocated.map(costOf);
  return allocated[costs.indexOf(Math.min(...costs))];
}

function variantsOf(func: Func, module: IrModule, options: OptimizeOptions): Func[] {
  if (findLoops(flowGraphOf(func)).length === 0) return [];
  const improved: Func[] = [];
  for (const way of WAYS) {
    const copy = copyOf(func);
    // Most ways come to the same, and of equals the first would be taken.
    if (improveLoops(copy, way) && !improved.some((other) => isSame(other, copy))) improved.push(copy);
  }
  for (const copy of improved) cleanFunction(copy, module, options);
  return improved;
}

/** Whether two parts of functions are equal, whichever objects they are made of. */
function isSame(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Object.getPrototypeOf(a) !== Object.getPrototypeOf(b)) return false;
  if (a instanceof Map) return isSame([...a], [...(b as typeof a)]);
  if (a instanceof Set) return isSame([...a], [...(b as typeof a)]);
  const [left, right] = [Object.entries(a), Object.entries(b)];
  return left.length === right.length && left.every(([key, value]) => isSame(value, b[key as keyof typeof b]));
}

function copyOf(func: Func): Func {
  return {
    ...func,
    values: [...func.values],
    blocks: func.blocks.map((block) => ({ ...block })),
    replaced: new Map(func.replaced),
    forgotten: new Map(func.forgotten),
    halves: new Map(func.halves),
  };
}

function allocateVariant(func: Func, module: IrModule, verify: boolean): AllocatedFunction {
  const machine = selectFunction(func, module);
  const before = verify ? beforeAllocation(machine) : undefined;
  const allocation = allocate(machine);
  if (before) checkAllocation(before, machine, allocation);
  return { func, machine, allocation };
}

function costOf({ machine, allocation }: AllocatedFunction): number {
  const { size, work } = measureFunction(machine, allocation);
  return size + work.reduce((sum, { depth, instructions }) => sum + instructions * executionCost(depth), 0);
}
