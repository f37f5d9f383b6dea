/** The floating-point library: its routines by name, parsed when the first of them is asked for. */
import { invariant } from '@kickstage/base/invariant';
import type { Func } from '../../ir/types.ts';
import { lowerRoutine } from '../language/lower.ts';
import { parseRoutines } from '../language/parse.ts';
import { calledBy, type RoutineSource } from '../language/syntax.ts';
import { COMPARE } from './compare.ts';
import { CONVERSIONS } from './conversions.ts';
import { F32_ARITHMETIC } from './f32-arithmetic.ts';
import { F64_ARITHMETIC } from './f64-arithmetic.ts';
import { INTEGRAL } from './integral.ts';
import { SQUARE_ROOT } from './square-root.ts';
import { TRUNCATIONS } from './truncations.ts';

const SOURCES = [F32_ARITHMETIC, F64_ARITHMETIC, SQUARE_ROOT, COMPARE, INTEGRAL, CONVERSIONS, TRUNCATIONS];

const PREFIX = '__ks_';

let parsed: ReadonlyMap<string, RoutineSource> | undefined;

function sources(): ReadonlyMap<string, RoutineSource> {
  parsed ??= new Map(SOURCES.flatMap(parseRoutines).map((routine) => [routine.name, routine]));
  return parsed;
}

/** The symbol of the routine with a name such as `f32_add`. */
export function floatSymbol(name: string): string {
  return PREFIX + name;
}

/** Fresh IR of the routines that `symbols` name and of those that they call, in the library's order. */
export function floatRoutines(symbols: readonly string[]): Func[] {
  if (symbols.length === 0) return [];
  const known = sources();
  const wanted = new Set<string>();
  const work = symbols.map((symbol) => symbol.slice(PREFIX.length));
  while (work.length > 0) {
    const name = work.pop()!;
    const routine = known.get(name);
    invariant(routine, `there is no routine ${name}`);
    if (wanted.has(name)) continue;
    wanted.add(name);
    work.push(...[...calledBy(routine)].filter((callee) => known.has(callee)));
  }
  return [...known.values()].filter(({ name }) => wanted.has(name)).map((r) => lowerRoutine(r, known, floatSymbol));
}
