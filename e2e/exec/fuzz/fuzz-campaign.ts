/**
 * Random modules (fuzz-modules.ts) in V8 and as machine code at every level of the optimiser: what they give, how they
 * trap, what they log, and the whole memory at the end. V8 runs the module with its NaNs made canonical
 * (canonical-nans.ts), so that bits are compared and nothing is left out.
 */
import { Random } from '@kickstage/codegen/testing/random';
import { BesideV8, type Imports, Unlike } from '@kickstage/toolchain/exec/testing/beside-v8';
import { canonicalNans } from '@kickstage/toolchain/exec/testing/canonical-nans';
import type { NumberType } from '@kickstage/wasm/module';
import { parseModule } from '@kickstage/wasm/parse';
import { FuzzModules } from './fuzz-modules.ts';

export interface CampaignOptions {
  readonly first: number;
  readonly count: number;
  readonly levels?: readonly (0 | 1 | 2)[];
  /** Every how many modules the compiler's verifiers run. */
  readonly verifyEvery?: number;
}

export interface CampaignResult {
  modules: number;
  calls: number;
  traps: number;
  logged: number;
  /** Calls that met a limit which engines set themselves: the depth of the stack, the time. Their modules end there. */
  limits: number;
  /** One line for each module that differs. */
  readonly differences: string[];
}

const LEVELS = [0, 1, 2] as const;
const TURNS = 2;
/** In instructions: V8 has no such limit, so that a call that meets it is compared no further. */
const LIMIT = 50_000_000;

export const emptyResult = (): CampaignResult => ({
  modules: 0,
  calls: 0,
  traps: 0,
  logged: 0,
  limits: 0,
  differences: [],
});

export function add(a: CampaignResult, b: CampaignResult): CampaignResult {
  return {
    modules: a.modules + b.modules,
    calls: a.calls + b.calls,
    traps: a.traps + b.traps,
    logged: a.logged + b.logged,
    limits: a.limits + b.limits,
    differences: [...a.differences, ...b.differences],
  };
}

export async function runCampaign(options: CampaignOptions): Promise<CampaignResult> {
  const { first, count, levels = LEVELS, verifyEvery = 16 } = options;
  const result = emptyResult();
  const modules = new FuzzModules();
  try {
    for (let seed = first; seed < first + count; seed++) {
      const wasm = await modules.make(seed);
      for (const level of levels) {
        const problem = compareModule(wasm, seed, level, seed % verifyEvery === 0, result);
        if (problem) result.differences.push(`seed ${seed}, level ${level}: ${problem}`);
      }
      result.modules++;
    }
  } finally {
    modules.close();
  }
  return result;
}

/** What differs, or undefined. */
export function compareModule(
  wasm: Uint8Array,
  seed: number,
  level: 0 | 1 | 2,
  verify: boolean,
  result: CampaignResult,
): string | undefined {
  try {
    const both = new BesideV8(wasm, loggingImports(wasm, result), {
      level,
      verify,
      limit: LIMIT,
      forV8: canonicalNans(wasm),
      compareMemory: 'asked',
    });
    if (!both.failed) callAll(both, wasm, seed, result);
  } catch (error) {
    return error instanceof Unlike ? error.message : (error as Error).stack;
  }
  return undefined;
}

function callAll(both: BesideV8, wasm: Uint8Array, seed: number, result: CampaignResult): void {
  const random = new Random(seed);
  for (let turn = 0; turn < TURNS; turn++) {
    for (const { name, params } of exportedFunctions(wasm)) {
      const outcome = both.call(name, ...params.map((type) => argument(random, type)));
      result.calls++;
      if (/^[a-z]/.test(outcome) && !/^[if]\d/.test(outcome)) result.traps++;
      if (both.metLimit) {
        result.limits++;
        return;
      }
    }
  }
  for (const name of both.globals()) both.global(name);
  both.compareMemory('at the end');
}

function exportedFunctions(wasm: Uint8Array): { name: string; params: readonly NumberType[] }[] {
  const { value: module } = parseModule(wasm, 'module.wasm');
  const { types, functions, exports, imports } = module!;
  const imported = imports.flatMap(({ of }) => (of.kind === 'function' ? [of.type] : []));
  return exports
    .filter(({ kind, index }) => kind === 'function' && index >= imported.length)
    .map(({ name, index }) => ({ name, params: types[functions[index - imported.length]].params as NumberType[] }));
}

/** Every import logs; what gives something gives its last argument or zero. */
function loggingImports(wasm: Uint8Array, result: CampaignResult): Imports {
  const { value: module } = parseModule(wasm, 'module.wasm');
  const functions: Record<string, NonNullable<Imports['functions']>[string]> = {};
  for (const { module: from, name, of } of module!.imports) {
    if (of.kind !== 'function') continue;
    const [type] = module!.types[of.type].results;
    functions[`${from}.${name}`] = (args) => {
      result.logged++;
      return type && (type === 'i64' ? BigInt(args.at(-1) ?? 0) : Number(args.at(-1) ?? 0));
    };
  }
  return { functions };
}

const EDGES: Readonly<Record<NumberType, readonly bigint[]>> = {
  i32: [0n, 1n, 2n, 31n, 0x7fff_ffffn, 0x8000_0000n, 0xffff_ffffn, 1_048_575n, 1_048_576n],
  i64: [0n, 1n, 63n, 0x7fff_ffff_ffff_ffffn, 0x8000_0000_0000_0000n, 0xffff_ffff_ffff_ffffn, 0x8000_0000n],
  f32: [0n, 0x8000_0000n, 0x3f80_0000n, 0x7f80_0000n, 0xff80_0000n, 0x7fc0_0000n, 1n, 0x4f00_0000n, 0xcf00_0000n],
  f64: [0n, 0x8000_0000_0000_0000n, 0x3ff0_0000_0000_0000n, 0x7ff0_0000_0000_0000n, 0x7ff8_0000_0000_0000n, 1n],
};

function argument(random: Random, type: NumberType): string {
  if (random.chance(50)) return `${type}:${random.pick(EDGES[type])}`;
  const bits = (BigInt(random.word() >>> 0) << 32n) | BigInt(random.word() >>> 0);
  const value = type.endsWith('64') ? bits : bits & 0xffff_ffffn;
  return `${type}:${isNan(type, value) ? 0n : value}`;
}

/** JavaScript may change the bits of a NaN on its way in. */
function isNan(type: NumberType, bits: bigint): boolean {
  if (type === 'f32') return (bits & 0x7fff_ffffn) > 0x7f80_0000n;
  return type === 'f64' && (bits & 0x7fff_ffff_ffff_ffffn) > 0x7ff0_0000_0000_0000n;
}
