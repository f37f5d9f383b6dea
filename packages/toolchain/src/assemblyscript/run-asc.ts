/**
 * Runs the AssemblyScript compiler once, in this process, without optimisation. Files come from a `SourceTree`; a hook gets the binaryen
 * module and may change it before it is written; findings come back as diagnostics. A crash of the compiler becomes one, too.
 */
import { type Diagnostic, hasErrors } from '@kickstage/base/diagnostic';
import asc from 'assemblyscript/asc';
import type binaryen from 'binaryen';
import type { AscProgram } from './asc-program.ts';
import { type AscMessage, toDiagnostic } from './messages.ts';
import { NeededLibrary } from './needed-library.ts';
import { ParseCache } from './parse-cache.ts';
import { readFromTree, type SourceTree, shownName } from './source-tree.ts';

export interface AscRun {
  /** Source file to begin with, relative to the project's folder. */
  readonly entry: string;
  readonly tree: SourceTree;
  /** Where static data begins in linear memory; a multiple of 16. */
  readonly memoryBase: number;
  /** Keep `assert` and bounds checks. */
  readonly checks: boolean;
  /** Called with the module before it is written, and the compiler's picture of the program. Findings of its own are added to the compiler's. */
  readonly afterCompile: (module: binaryen.Module, program: AscProgram) => readonly Diagnostic[];
  /** End after the hook: the module itself is not wanted. */
  readonly hookOnly?: boolean;
  /** Parse all of the standard library at once, whatever the program names. What comes out is the same. */
  readonly wholeLibrary?: boolean;
}

export interface AscOutput {
  readonly wasm: Uint8Array;
  /** Source map, version 3, for byte offsets of `wasm`. */
  readonly sourceMap: string;
}

const OUT = 'firmware.wasm';

interface AscResult {
  readonly output?: AscOutput;
  readonly diagnostics: readonly Diagnostic[];
}

/** Entries of programs that needed what was left out of the library: it is not tried again. */
const wholeFor = new Set<string>();

export async function runAsc(run: AscRun): Promise<AscResult> {
  if (!run.wholeLibrary && !wholeFor.has(run.entry)) {
    const { isRefused, ...result } = await runOnce(run, [ParseCache, NeededLibrary]);
    if (!isRefused) return result;
  }
  const { isRefused, ...result } = await runOnce(run, [ParseCache]);
  if (!isRefused && !run.wholeLibrary) wholeFor.add(run.entry);
  return result;
}

/** `isRefused`: by the compiler, not by the hook. */
async function runOnce(run: AscRun, transforms: readonly unknown[]): Promise<AscResult & { isRefused: boolean }> {
  const diagnostics: Diagnostic[] = [];
  const files = new Map<string, string | Uint8Array>();
  const options = [
    run.entry,
    ...['--outFile', OUT, '--sourceMap', '--debug', '--runtime', 'stub', '--memoryBase', String(run.memoryBase)],
    // Bulk memory is on by default: memory.copy and memory.fill. Nothing here may need more than the MVP beside it.
    ...['--disable', 'nontrapping-f2i', '--disable', 'simd'],
    ...(run.checks ? [] : ['--noAssert']),
  ];
  let program: AscProgram | undefined;
  let isRefused = true;
  const hook = {
    afterInitialize(initialized: AscProgram): void {
      program = initialized;
    },
    afterCompile(module: binaryen.Module): void {
      const found = guarded(() => run.afterCompile(module, program!));
      diagnostics.push(...found);
      isRefused = false;
      if (run.hookOnly || hasErrors(found)) throw new Ended();
    },
  };
  let ownFault: unknown;
  const guarded = <T>(action: () => T): T => {
    try {
      return action();
    } catch (thrown) {
      ownFault = thrown;
      throw thrown;
    }
  };
  let error: Error | null;
  try {
    ({ error } = await asc.main(options, {
      readFile: (path) => readFromTree(run.tree, path),
      writeFile: (path, contents) => void files.set(path, contents),
      listFiles: () => [],
      reportDiagnostic: (message) => {
        const found = toDiagnostic(message as unknown as AscMessage, run.tree);
        if (found) diagnostics.push(found);
      },
      // The compiler's types want classes of its own; an object with the hook, and any class, is what it uses.
      transforms: [...transforms, hook] as never[],
    }));
  } catch (thrown) {
    error = thrown instanceof Error ? thrown : new Error(String(thrown));
  }
  if (ownFault !== undefined) throw ownFault;
  if (run.hookOnly && error instanceof Ended) return { isRefused, diagnostics };
  const failed = error !== null || hasErrors(diagnostics);
  if (failed && !hasErrors(diagnostics)) diagnostics.push(crash(run.entry, error));
  const wasm = files.get(OUT);
  const sourceMap = files.get(`${OUT}.map`);
  if (failed || !(wasm instanceof Uint8Array) || typeof sourceMap !== 'string') return { isRefused, diagnostics };
  return { isRefused, output: { wasm, sourceMap: withShownNames(sourceMap) }, diagnostics };
}

/** Ends a compilation after its hook. */
class Ended extends Error {
  override name = 'Ended';
}

/** The source map with the sources' names as the user knows them, and without their texts. */
function withShownNames(sourceMap: string): string {
  const { version, sources, names, mappings } = JSON.parse(sourceMap) as Record<string, unknown>;
  return JSON.stringify({ version, sources: (sources as string[]).map(shownName), names, mappings });
}

function crash(entry: string, error: Error | null): Diagnostic {
  return {
    code: 'ASC099',
    severity: 'error',
    what: 'the AssemblyScript compiler failed without naming a place',
    at: { file: entry },
    got: error?.message.split('\n')[0],
    fix: 'undo the last change to find the line that it stumbles over',
  };
}
