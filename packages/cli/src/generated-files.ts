/**
 * Generated files against those on disk. All are compared before the first is written; a file that no generator made is
 * never replaced unasked.
 */
import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { Diagnostic } from '@kickstage/base/diagnostic';
import { type GeneratedFile, isGenerated } from '@kickstage/toolchain/generate/generated-file';
import { CommandFailure } from './command-context.ts';
import { writeFileAtomically } from './write-file.ts';

export type FileState = 'missing' | 'stale' | 'unchanged' | 'foreign';

export interface ComparedFile extends GeneratedFile {
  readonly state: FileState;
  /** Absolute. */
  readonly target: string;
  /** As it is shown: relative to where the command was called. */
  readonly shown: string;
}

export function compareFile(folder: string, file: GeneratedFile): ComparedFile {
  const target = join(folder, file.path);
  return { ...file, target, shown: relative(process.cwd(), target) || file.path, state: stateOf(target, file.text) };
}

/** A checkout may have turned line breaks into those of Windows: that is no difference. */
function stateOf(target: string, text: string): FileState {
  let found: string;
  try {
    found = readFileSync(target, 'utf8').replaceAll('\r\n', '\n');
  } catch {
    return 'missing';
  }
  if (found === text) return 'unchanged';
  return isGenerated(found) ? 'stale' : 'foreign';
}

export function writeCompared({ target, shown, text }: ComparedFile): void {
  try {
    writeFileAtomically(target, text);
  } catch (error) {
    throw new CommandFailure([
      {
        code: 'CLI006',
        severity: 'error',
        what: `cannot write ${shown}`,
        got: error instanceof Error ? error.message : String(error),
        fix: 'make the folder writable, or name another one with --out DIR',
      },
    ]);
  }
}

const RUN_AGAIN = 'run `kickstage generate` without --check';

/** What `--check` says about a file; undefined when there is nothing to say. */
export function staleness({ state, shown }: ComparedFile): Diagnostic | undefined {
  const common = { severity: 'error' as const, at: { file: shown }, fix: RUN_AGAIN };
  if (state === 'missing') return { code: 'FIL001', what: 'a generated file is missing', ...common };
  if (state === 'stale') {
    return { code: 'FIL002', what: 'a generated file is stale', why: 'the config gives another text now', ...common };
  }
  return undefined;
}

/** What is said about a file that is somebody's own; an error where its kind was asked for by name. */
export function foreignFile({ shown }: ComparedFile, wasNamed: boolean): Diagnostic {
  return {
    code: 'FIL003',
    severity: wasNamed ? 'error' : 'warning',
    what: 'a file that Kickstage did not make is in the way',
    at: { file: shown },
    why: 'it may be your own work, so it is left alone',
    fix: 'move it, name another folder with --out DIR, or replace it with --force',
  };
}
