/** The optimiser: which passes, in which order. The verifier runs after each where `verify` says so. */
import type { Func, IrModule } from '../ir/types.ts';
import { verifyFunction, verifyModule } from '../ir/verify.ts';
import type { FloatMode } from '../runtime/float/calls.ts';
import { splitTruncations } from '../runtime/float/split-truncations.ts';
import { legalize } from '../runtime/legalize.ts';
import { runtimeRoutines } from '../runtime/runtime.ts';
import { convertIfs } from './convert-ifs.ts';
import { dropUnusedFunctions } from './drop-unused.ts';
import { eliminateDead } from './eliminate-dead.ts';
import { foldConstants } from './fold-constants.ts';
import { collectDataFacts, type DataFacts, forwardLoads } from './forward-loads.ts';
import { inlineSmall } from './inline-small.ts';
import { numberValues } from './number-values.ts';
import { placeData } from './place-data.ts';
import { simplifyFlow } from './simplify-flow.ts';
import { simplifyParams } from './simplify-params.ts';
import { sinkValues } from './sink-values.ts';
import { blockSpecializer } from './specialize-blocks.ts';
import { splitWideParams } from './split-wide-params.ts';

export interface OptimizeOptions {
  /** 0: only what selection needs. */
  readonly level: 0 | 1 | 2;
  readonly verify: boolean;
  /** `soft` when absent. */
  readonly floats?: FloatMode;
}

type Pass = (func: Func) => boolean;

const CLEANUP: readonly [string, Pass][] = [
  ['simplify-params', simplifyParams],
  ['split-wide-params', splitWideParams],
  ['fold-constants', foldConstants],
  ['convert-ifs', convertIfs],
  ['simplify-flow', simplifyFlow],
  ['number-values', numberValues],
  ['eliminate-dead', eliminateDead],
];

/** Rounds enough for anything seen; each round only ever makes the function smaller or simpler. */
const MAXIMUM_ROUNDS = 12;
const MAXIMUM_SHAPINGS = 4;

export function optimize(module: IrModule, options: OptimizeOptions): void {
  const runner = new Runner(module, options);
  runner.checkModule('translate');
  dropUnusedFunctions(module);
  for (const func of module.functions) runner.tidy(func);
  if (options.level > 0) improve(module, runner);
  lowerToRuntime(module, runner);
  placeData(module);
  runner.checkModule('place-data');
}

function improve(module: IrModule, runner: Runner): void {
  for (const func of module.functions) runner.clean(func);
  for (const func of inlineSmall(module)) runner.clean(func);
  dropUnusedFunctions(module);
  // Where data lies says which of it is constant.
  placeData(module);
  const facts = collectDataFacts(module);
  for (const func of module.functions) runner.forward(func, facts);
  dropUnusedFunctions(module);
  for (const func of module.functions) runner.shape(func, facts);
}

/** What the processor has no instructions for becomes calls, and the routines that are called join the module. */
function lowerToRuntime(module: IrModule, runner: Runner): void {
  if (runner.options.floats === 'fpu') for (const func of module.functions) splitTruncations(func);
  const lowered = module.functions.map((func) => ({ func, called: legalize(func, runner.options.floats) }));
  const routines = runtimeRoutines(lowered.flatMap(({ called }) => called));
  module.functions.push(...routines);
  for (const routine of routines) runner.tidy(routine);
  if (runner.options.level === 0) return;
  for (const { func, called } of lowered) if (called.length > 0) runner.clean(func);
  for (const routine of routines) runner.clean(routine);
}

/** Cleans up behind changes of one function. */
export function cleanFunction(func: Func, module: IrModule, options: OptimizeOptions): void {
  const runner = new Runner(module, options);
  runner.check(func, 'improve-loops');
  runner.clean(func);
}

/** Runs passes over one function, and the verifier after each. */
class Runner {
  readonly options: OptimizeOptions;
  private readonly module: IrModule;

  constructor(module: IrModule, options: OptimizeOptions) {
    this.module = module;
    this.options = options;
  }

  checkModule(after: string): void {
    if (this.options.verify) verifyModule(this.module, after);
  }

  /** What selection needs at any level: no unreachable blocks, no parameters that are the same on all ways in. */
  tidy(func: Func): void {
    this.run(func, 'simplify-flow', simplifyFlow);
    this.run(func, 'simplify-params', simplifyParams);
  }

  clean(func: Func): void {
    for (let round = 0; round < MAXIMUM_ROUNDS; round++) {
      const changed = CLEANUP.map(([name, pass]) => this.run(func, name, pass));
      if (!changed.includes(true)) return;
    }
  }

  forward(func: Func, facts: DataFacts): void {
    if (this.run(func, 'forward-loads', () => forwardLoads(func, facts))) this.clean(func);
  }

  /** Copies of blocks make more known, and what is known makes more copies. */
  shape(func: Func, facts: DataFacts): void {
    const specializeBlocks = blockSpecializer();
    for (let round = 0; round < MAXIMUM_SHAPINGS; round++) {
      const isSunk = this.run(func, 'sink-values', sinkValues);
      if (!this.run(func, 'specialize-blocks', specializeBlocks) && !isSunk) return;
      this.clean(func);
      this.forward(func, facts);
    }
  }

  check(func: Func, after: string): void {
    if (this.options.verify) verifyFunction(func, this.module, after);
  }

  private run(func: Func, name: string, pass: Pass): boolean {
    const changed = pass(func);
    this.check(func, name);
    return changed;
  }
}
