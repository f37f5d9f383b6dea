/**
 * What each function of a module touches, and what can be reached from an entry point: the ground on which shared
 * variables, heap use and start code are found. An indirect call may reach every function that is in a table.
 */
import binaryen from 'binaryen';
import { ExternalKinds, elementsOf } from './binaryen-api.ts';
import { functionsOf, kindOf, walk } from './expressions.ts';

export interface FunctionFacts {
  readonly callees: ReadonlySet<string>;
  readonly callsIndirectly: boolean;
  readonly globalsRead: ReadonlySet<string>;
  readonly globalsWritten: ReadonlySet<string>;
  /** Plain memory, not through intrinsics. */
  readonly loads: boolean;
  readonly stores: boolean;
  readonly growsMemory: boolean;
}

export interface CallGraph {
  readonly functions: ReadonlyMap<string, FunctionFacts>;
  /** Functions that are in a table. */
  readonly inTables: readonly string[];
}

export function buildCallGraph(module: binaryen.Module): CallGraph {
  const functions = new Map(functionsOf(module).map((fn) => [fn.name, factsOf(fn.body)]));
  return { functions, inTables: elementsOf(module) };
}

function factsOf(body: number): FunctionFacts {
  const callees = new Set<string>();
  const globalsRead = new Set<string>();
  const globalsWritten = new Set<string>();
  const seen = new Set<string>();
  walk(body, (expression) => {
    const kind = kindOf(expression);
    if (kind === undefined) return;
    seen.add(kind);
    if (kind === 'Call') callees.add((binaryen.getExpressionInfo(expression) as binaryen.CallInfo).target);
    if (kind === 'GlobalGet') globalsRead.add((binaryen.getExpressionInfo(expression) as binaryen.GlobalGetInfo).name);
    if (kind === 'GlobalSet')
      globalsWritten.add((binaryen.getExpressionInfo(expression) as binaryen.GlobalSetInfo).name);
  });
  const copies = seen.has('MemoryCopy');
  return {
    callees,
    callsIndirectly: seen.has('CallIndirect'),
    globalsRead,
    globalsWritten,
    loads: seen.has('Load') || copies,
    stores: seen.has('Store') || copies || seen.has('MemoryFill'),
    growsMemory: seen.has('MemoryGrow'),
  };
}

/** The functions that can run when `roots` are entered, roots included, imports left out. */
export function reachableFrom(graph: CallGraph, roots: Iterable<string>): Set<string> {
  const reached = new Set<string>();
  const waiting = [...roots];
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    const facts = graph.functions.get(name);
    if (!facts || reached.has(name)) continue;
    reached.add(name);
    waiting.push(...facts.callees);
    if (facts.callsIndirectly) waiting.push(...graph.inTables);
  }
  return reached;
}

/** Exported functions: exported name to internal name. */
export function exportedFunctions(module: binaryen.Module): Map<string, string> {
  const exports = new Map<string, string>();
  for (let i = 0; i < module.getNumExports(); i++) {
    const info = binaryen.getExportInfo(module.getExportByIndex(i));
    if ((info.kind as number) === ExternalKinds.Function) exports.set(info.name, info.value);
  }
  return exports;
}
