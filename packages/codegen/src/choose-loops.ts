/**
 * Loops can be written in several ways, and which is best depends on what registers are left: a function with loops is
 * compiled in each way, and the cheapest is kept.
 */
import { executionCost } from './emit/cost.ts';
import { emitFunction } from './emit/emit-function.ts';
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
  return WAYS.flatMap((way) => {
    const copy = copyOf(func);
    if (!improveLoops(copy, way)) return [];
    cleanFunction(copy, module, options);
    return [copy];
  });
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
  const { section, work } = emitFunction(machine, allocation);
  return section.size + work.reduce((sum, { depth, instructions }) => sum + instructions * executionCost(depth), 0);
}
