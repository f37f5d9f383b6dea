/** The optimiser: which passes, in which order. The verifier runs after each where `verify` says so. */
import type { Func, IrModule } from '../ir/types.ts';
import { verifyFunction, verifyModule } from '../ir/verify.ts';
import { legalize } from '../runtime/legalize.ts';
import { runtimeRoutines } from '../runtime/runtime.ts';
import { dropUnusedFunctions } from './drop-unused.ts';
import { eliminateDead } from './eliminate-dead.ts';
import { foldConstants } from './fold-constants.ts';
import { numberValues } from './number-values.ts';
import { placeData } from './place-data.ts';
import { simplifyFlow } from './simplify-flow.ts';
import { simplifyParams } from './simplify-params.ts';
import { splitWideParams } from './split-wide-params.ts';

export interface OptimizeOptions {
  /** 0: only what selection needs. */
  readonly level: 0 | 1 | 2;
  readonly verify: boolean;
}

type Pass = (func: Func) => boolean;

const CLEANUP: readonly [string, Pass][] = [
  ['simplify-params', simplifyParams],
  ['split-wide-params', splitWideParams],
  ['fold-constants', foldConstants],
  ['simplify-flow', simplifyFlow],
  ['number-values', numberValues],
  ['eliminate-dead', eliminateDead],
];

/** Rounds enough for anything seen; each round only ever makes the function smaller or simpler. */
const MAXIMUM_ROUNDS = 12;

export function optimize(module: IrModule, options: OptimizeOptions): void {
  const check = (func: Func, pass: string) => {
    if (options.verify) verifyFunction(func, module, pass);
  };
  const clean = (func: Func) => {
    simplifyFlow(func);
    check(func, 'simplify-flow');
    simplifyParams(func);
    check(func, 'simplify-params');
    if (options.level > 0) runToFixpoint(func, check);
  };
  if (options.verify) verifyModule(module, 'translate');
  dropUnusedFunctions(module);
  module.functions.forEach(clean);
  dropUnusedFunctions(module);
  const routines = runtimeRoutines(module.functions.flatMap(legalize));
  module.functions.push(...routines);
  routines.forEach(clean);
  placeData(module);
  if (options.verify) verifyModule(module, 'place-data');
}

function runToFixpoint(func: Func, check: (func: Func, pass: string) => void): void {
  for (let round = 0; round < MAXIMUM_ROUNDS; round++) {
    let changed = false;
    for (const [name, pass] of CLEANUP) {
      if (pass(func)) changed = true;
      check(func, name);
    }
    if (!changed) return;
  }
}
