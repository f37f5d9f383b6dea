/**
 * Finds what an interrupt handler shares with other code. Binaryen believes that nobody else writes a variable while a
 * function runs (measured: the read of `ticks` in `while (ticks - t < ms)` moves out of its loop), so that whatever is
 * shared must become volatile before it optimises.
 *
 * A context is a handler, or the thread: everything that the other exports reach. Handlers interrupt the thread and,
 * by priority, each other; the thread interrupts nobody. A variable is shared when two contexts use it, one of them
 * writes, and one is a handler. Plain memory is one thing, since addresses are not followed.
 */
import { type CallGraph, type FunctionFacts, reachableFrom } from './call-graph.ts';

export interface SharedState {
  /** Variables (wasm globals) whose every access must be volatile. */
  readonly globals: ReadonlySet<string>;
  /** Functions whose plain loads must be volatile: a handler that can interrupt them stores. */
  readonly loadsIn: ReadonlySet<string>;
  /** Functions whose plain stores must be volatile: a handler that can interrupt them uses memory. */
  readonly storesIn: ReadonlySet<string>;
}

interface Context {
  readonly isHandler: boolean;
  readonly functions: ReadonlySet<string>;
  readonly reads: ReadonlySet<string>;
  readonly writes: ReadonlySet<string>;
  readonly loads: boolean;
  readonly stores: boolean;
}

/** `exports` maps exported to internal names; `handlerNames` are the exported names of the vector table's handlers. */
export function findSharedState(
  graph: CallGraph,
  exports: ReadonlyMap<string, string>,
  handlerNames: ReadonlySet<string>,
): SharedState {
  const isHandler = ([name]: [string, string]) => handlerNames.has(name);
  const entries = [...exports];
  const handlers = entries.filter(isHandler).map(([, internal]) => contextOf(graph, [internal], true));
  const threadRoots = entries.filter((entry) => !isHandler(entry)).map(([, internal]) => internal);
  const contexts = [contextOf(graph, threadRoots, false), ...handlers];
  return {
    globals: sharedGlobals(contexts),
    loadsIn: functionsThat(contexts, (interrupter) => interrupter.stores),
    storesIn: functionsThat(contexts, (interrupter) => interrupter.stores || interrupter.loads),
  };
}

function contextOf(graph: CallGraph, roots: readonly string[], isHandler: boolean): Context {
  const functions = reachableFrom(graph, roots);
  const facts = [...functions].map((name) => graph.functions.get(name)!);
  const union = (of: (f: FunctionFacts) => ReadonlySet<string>) => new Set(facts.flatMap((f) => [...of(f)]));
  return {
    isHandler,
    functions,
    reads: union((f) => f.globalsRead),
    writes: union((f) => f.globalsWritten),
    loads: facts.some((f) => f.loads),
    stores: facts.some((f) => f.stores),
  };
}

function sharedGlobals(contexts: readonly Context[]): Set<string> {
  const shared = new Set<string>();
  for (const name of new Set(contexts.flatMap((c) => [...c.writes]))) {
    const users = contexts.filter((c) => c.reads.has(name) || c.writes.has(name));
    if (users.length > 1 && users.some((c) => c.isHandler)) shared.add(name);
  }
  return shared;
}

/** Functions that run in a context which another one, a handler for which `disturbs` holds, can interrupt. */
function functionsThat(contexts: readonly Context[], disturbs: (interrupter: Context) => boolean): Set<string> {
  const found = new Set<string>();
  for (const context of contexts) {
    const disturbed = contexts.some((other) => other !== context && other.isHandler && disturbs(other));
    if (disturbed) for (const name of context.functions) found.add(name);
  }
  return found;
}
