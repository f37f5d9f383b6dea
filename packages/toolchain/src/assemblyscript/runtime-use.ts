/**
 * What firmware must not ask of AssemblyScript's runtime: a heap, and code that runs before the entry point. `abort`,
 * the runtime's way to fail, becomes a trap at its place, so that its texts are not dragged into flash.
 */
import type { Diagnostic, Place } from '@kickstage/base/diagnostic';
import type { AbortText } from '@kickstage/object/abort-text';
import binaryen from 'binaryen';
import { dataSegmentsOf } from './binaryen-api.ts';
import { type CallGraph, reachableFrom } from './call-graph.ts';
import { type Expression, kindOf, rewriteModule } from './expressions.ts';
import { placesOf } from './places.ts';
import { isStandardLibrary } from './source-tree.ts';

const ABORT = '~lib/builtins/abort';
const TRAP = 'kickstage/cpu.abort';
const ALLOCATE = '~lib/rt/stub/__new';
/** The function that the compiler collects module-level code in. */
const START = '~start';
/** What the names of the modules' own parts of it begin with. */
const MODULE_START = 'start:';

/** Refuses the heap and start code; `exports` are the internal names of the entry points. */
export function checkRuntimeUse(module: binaryen.Module, graph: CallGraph, exports: Iterable<string>): Diagnostic[] {
  const heap = heapUses(module, graph, reachableFrom(graph, [...exports, START]));
  if (heap.length > 0 || !graph.functions.has(START)) return heap;
  const started = [...reachableFrom(graph, [START])].filter((name) => name.startsWith(MODULE_START));
  return [
    {
      code: 'ASC021',
      severity: 'error',
      what: 'a variable of the module starts with a value that has to be computed',
      at: placesOf(module, (line) => started.includes(line.function))[0],
      why: 'firmware begins at Reset_Handler; nothing runs before it',
      fix: 'start it with a constant and assign the value in Reset_Handler',
    },
  ];
}

/**
 * Where the user's functions come to take memory: calls of the standard library's functions that grow it, `new`, and
 * memory.grow itself. A constructor takes the memory of its object: the place is where it is called.
 */
function heapUses(module: binaryen.Module, graph: CallGraph, reachable: ReadonlySet<string>): Diagnostic[] {
  const grows = (name: string) =>
    [...reachableFrom(graph, [name])].some((reached) => graph.functions.get(reached)!.growsMemory);
  const allocates = (callee: string) =>
    (isStandardLibrary(callee) && grows(callee)) ||
    [...(graph.functions.get(callee)?.callees ?? [])].some(isNew(callee));
  const wanted = new Map<string, ReadonlySet<string>>();
  for (const name of reachable) {
    if (isStandardLibrary(name)) continue;
    const facts = graph.functions.get(name)!;
    const calls = [...facts.callees].filter((callee) => allocates(callee) && !isNew(name)(callee));
    const heads = [...calls.map((callee) => `call $${callee}`), ...(facts.growsMemory ? ['memory.grow'] : [])];
    if (heads.length > 0) wanted.set(name, new Set(heads));
  }
  if (wanted.size === 0) return [];
  const places = placesOf(module, (line) => wanted.get(line.function)?.has(line.text.replace(/["()]/g, '')) ?? false);
  const distinct = [...new Map(places.map((place) => [`${place.file}:${place.line}`, place])).values()];
  return (distinct.length > 0 ? distinct : [undefined]).map(needsHeap);
}

/** Whether a callee of the function `caller` is the allocation that a constructor begins with. */
function isNew(caller: string): (callee: string) => boolean {
  return (callee) => caller.endsWith('#constructor') && callee === ALLOCATE;
}

function needsHeap(at: Place | undefined): Diagnostic {
  return {
    code: 'ASC020',
    severity: 'error',
    what: 'this needs a heap, which firmware does not have',
    at,
    why: 'memory that is taken at run time may run out at run time',
    fix: 'use variables of the module, memory.data([…]) for constants, memory.data(size) for a static block; an @unmanaged class can lie over a block',
  };
}

/**
 * Replaces calls of `abort(message, file, line, column)` by the import `cpu.abort`, a trap, at that place. Gives the
 * messages, where there are any.
 */
export function lowerAbort(module: binaryen.Module): AbortText[] {
  const segments = dataSegmentsOf(module);
  const files = new Map<string, number>();
  const texts: AbortText[] = [];
  let isImported = false;
  rewriteModule(module, (expression, fn) => {
    if (kindOf(expression) !== 'Call') return expression;
    const { target, operands } = binaryen.getExpressionInfo(expression) as binaryen.CallInfo;
    if (target !== ABORT) return expression;
    if (!isImported) module.addFunctionImport(TRAP, 'cpu', 'abort', binaryen.none, binaryen.none);
    isImported = true;
    const trap = module.call(TRAP, [], binaryen.none);
    const [message, file, line, column] = operands.map(constantWord);
    const name = file === undefined ? undefined : readString(segments, file);
    if (name === undefined || line === undefined || column === undefined) return trap;
    const index = files.get(name) ?? module.addDebugInfoFileName(name);
    files.set(name, index);
    // The compiler hands abort columns from 1; debug locations count from 0.
    module.setDebugLocation(fn.ref, trap, index, line, column - 1);
    const text = message === undefined ? undefined : readString(segments, message);
    if (text !== undefined) texts.push({ place: { file: name, line, column }, text });
    return trap;
  });
  return texts;
}

function constantWord(expression: Expression): number | undefined {
  if (kindOf(expression) !== 'Const') return undefined;
  return Number((binaryen.getExpressionInfo(expression) as unknown as { value: number }).value);
}

/** The string at an address of the static data: UTF-16, its size in bytes in the word before it. */
function readString(segments: readonly { address: number; bytes: Uint8Array }[], address: number): string | undefined {
  const segment = segments.find((s) => address >= s.address + 4 && address < s.address + s.bytes.length);
  if (!segment) return undefined;
  const at = address - segment.address;
  const size = new DataView(segment.bytes.buffer).getUint32(at - 4, true);
  if (at + size > segment.bytes.length) return undefined;
  return new TextDecoder('utf-16le').decode(segment.bytes.subarray(at, at + size));
}
