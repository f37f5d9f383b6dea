/**
 * Firmware source to a WebAssembly module that a linker can place: every address of static data is an import, what
 * interrupts share is volatile, and nothing needs a runtime. In order:
 *
 *   1. compile without optimisation at one memory base and note all numbers
 *   2. compile again at another base; before any optimisation find the addresses, check what the runtime is asked for,
 *      find what handlers share, and lower all of it
 *   3. let binaryen optimise, and write the module with its source map
 */
import type { Checked, Diagnostic } from '@kickstage/base/diagnostic';
import { hasErrors } from '@kickstage/base/diagnostic';
import { invariant } from '@kickstage/base/invariant';
import type { AbortText } from '@kickstage/object/abort-text';
import type { ProgramDebug } from '@kickstage/object/program-debug';
import type binaryen from 'binaryen';
import { findAddresses, relocateAddresses, type Snapshot, takeSnapshot } from './addresses.ts';
import type { AscProgram } from './asc-program.ts';
import { buildCallGraph, exportedFunctions } from './call-graph.ts';
import { type OptimizationLevel, optimizeModule } from './optimize.ts';
import { placeOfDeclaration } from './places.ts';
import { checkPlainAccesses } from './plain-access.ts';
import { readProgramDebug } from './program-debug.ts';
import { runAsc } from './run-asc.ts';
import { checkRuntimeUse, lowerAbort } from './runtime-use.ts';
import { findSharedState } from './shared-state.ts';
import type { SourceTree } from './source-tree.ts';
import { type DataBlock, describeStaticData } from './static-data.ts';
import { lowerSharedState, type RamVariable } from './volatile.ts';

export interface FirmwareSource {
  readonly entry: string;
  readonly tree: SourceTree;
  /** Exported names that the chip's vector table knows as handlers, Reset_Handler left out. */
  readonly handlers: ReadonlySet<string>;
  /** `size` when absent. */
  readonly optimize?: OptimizationLevel;
  /** Keep `assert` and bounds checks; false when absent. */
  readonly checks?: boolean;
}

export interface FirmwareModule {
  readonly wasm: Uint8Array;
  readonly sourceMap: string;
  /** Static data: import (`data`, symbol) is a block's address. The module's own data section is to be ignored. */
  readonly blocks: readonly DataBlock[];
  /** Variables in RAM: import (`link`, symbol) gives a variable's address. */
  readonly variables: readonly RamVariable[];
  /** What the source says, for debuggers. */
  readonly debug: ProgramDebug;
  readonly aborts: readonly AbortText[];
}

/** The base of the module that is kept, of alignment 16 as the other one. */
const BASE = 0x0001_0000;
/** From the base to the other one: a number that no sum of small offsets makes by accident. */
const DISTANCE = 0x0076_5430;

export async function compileFirmware(source: FirmwareSource): Promise<Checked<FirmwareModule>> {
  let snapshot: Snapshot | undefined;
  const common = { entry: source.entry, tree: source.tree, checks: source.checks ?? false };
  const first = await runAsc({
    ...common,
    memoryBase: BASE + DISTANCE,
    hookOnly: true,
    afterCompile: (module) => {
      lowerAbort(module);
      snapshot = takeSnapshot(module);
      return [];
    },
  });
  if (hasErrors(first.diagnostics)) return { diagnostics: first.diagnostics };
  let lowered: Lowered | undefined;
  const second = await runAsc({
    ...common,
    memoryBase: BASE,
    afterCompile: (module, program) => {
      invariant(snapshot, 'a compilation without errors reaches its hook');
      lowered = lowerModule(module, program, snapshot, source.handlers);
      if (!hasErrors(lowered.diagnostics)) optimizeModule(module, source.optimize ?? 'size');
      return lowered.diagnostics.map((d) => withDeclaration(d, source.tree));
    },
  });
  if (!second.output || !lowered) return { diagnostics: second.diagnostics };
  const { blocks, variables, debug, aborts } = lowered;
  return { value: { ...second.output, blocks, variables, debug, aborts }, diagnostics: second.diagnostics };
}

/** A diagnostic that names a function or variable of the module gets the place of its declaration. */
function withDeclaration(diagnostic: Diagnostic, tree: SourceTree): Diagnostic {
  const name = diagnostic.at?.path;
  const place = name === undefined ? undefined : placeOfDeclaration(name, tree);
  return place ? { ...diagnostic, at: place } : diagnostic;
}

interface Lowered {
  readonly blocks: readonly DataBlock[];
  readonly variables: readonly RamVariable[];
  readonly debug: ProgramDebug;
  readonly aborts: readonly AbortText[];
  readonly diagnostics: readonly Diagnostic[];
}

/** `other` is the snapshot of the same program at the other memory base. */
function lowerModule(
  module: binaryen.Module,
  program: AscProgram,
  other: Snapshot,
  handlers: ReadonlySet<string>,
): Lowered {
  const exports = exportedFunctions(module);
  const aborts = lowerAbort(module);
  const addresses = findAddresses(takeSnapshot(module), other, BASE, DISTANCE);
  const refused = [
    ...addresses.diagnostics,
    ...checkPlainAccesses(module),
    ...checkRuntimeUse(module, buildCallGraph(module), exports.values()),
  ];
  const debug = readProgramDebug(program, module, addresses);
  if (hasErrors(refused)) return { blocks: [], variables: [], debug, aborts, diagnostics: refused };
  const inRam = relocateAddresses(module, addresses);
  // What only an unused function of the standard library or a failed check refers to must not count as shared.
  module.runPasses(['remove-unused-module-elements']);
  const shared = findSharedState(buildCallGraph(module), exports, handlers);
  const { variables, diagnostics } = lowerSharedState(module, shared, inRam);
  // New expressions stand where their parents stand.
  module.runPasses(['propagate-debug-locs']);
  return { blocks: describeStaticData(addresses), variables, debug, aborts, diagnostics: [...refused, ...diagnostics] };
}
