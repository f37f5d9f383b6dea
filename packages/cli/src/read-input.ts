/** Files that the user names on the command line. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { CommandFailure } from './command-context.ts';

/** The file's bytes, or the end of the command. */
export function readInput(cwd: string, file: string): Uint8Array {
  try {
    return new Uint8Array(readFileSync(resolve(cwd, file)));
  } catch (error) {
    throw new CommandFailure([
      {
        code: 'CLI005',
        severity: 'error',
        what: `cannot read ${file}`,
        at: { file },
        got: error instanceof Error ? error.message.replace(/^(\w+): /, '$1: ') : String(error),
        fix: 'check the name and the permissions',
      },
    ]);
  }
}
