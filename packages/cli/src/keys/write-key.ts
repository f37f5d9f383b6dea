/** Writes key files: private ones for their owner alone, and nothing over what is there. */
import { closeSync, fchmodSync, mkdirSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { CommandFailure } from '../command-context.ts';

const PRIVATE_MODE = 0o600;
const PUBLIC_MODE = 0o644;

export interface KeyFile {
  readonly path: string;
  /** How it is called in diagnostics. */
  readonly name: string;
  readonly text: string;
  readonly isPrivate: boolean;
}

/** The file whole, or the end of the command and nothing changed. */
export function writeKeyFile({ path, name, text, isPrivate }: KeyFile, force: boolean): void {
  // Exclusive: between a look and a write somebody else may write.
  const target = force ? `${path}.${process.pid}.tmp` : path;
  const mode = isPrivate ? PRIVATE_MODE : PUBLIC_MODE;
  let isOurs = false;
  try {
    makeFolder(dirname(path), name);
    const file = openSync(target, 'wx', mode);
    isOurs = true;
    try {
      // Whatever the umask says.
      if (isPrivate) fchmodSync(file, mode);
      writeFileSync(file, text);
    } finally {
      closeSync(file);
    }
    if (force) renameSync(target, path);
  } catch (error) {
    if (isOurs) rmSync(target, { force: true });
    throw error instanceof CommandFailure ? error : failure(name, error as NodeJS.ErrnoException);
  }
}

/** A file of that name is no key that is there already. */
function makeFolder(folder: string, name: string): void {
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    throw unwritable(name, error as Error);
  }
}

function failure(name: string, error: NodeJS.ErrnoException): CommandFailure {
  if (error.code === 'EEXIST') {
    return new CommandFailure([
      {
        code: 'KEY008',
        severity: 'error',
        what: `${name} is there already`,
        at: { file: name },
        why: 'a key that is lost cannot be made again, and boards that trust it take no update without it',
        fix: 'choose another name, or replace it with --force',
      },
    ]);
  }
  return unwritable(name, error);
}

function unwritable(name: string, error: Error): CommandFailure {
  return new CommandFailure([
    {
      code: 'CLI006',
      severity: 'error',
      what: `cannot write ${name}`,
      at: { file: name },
      got: error.message,
      why: 'nothing was written',
      fix: 'make the folder writable, or name another file',
    },
  ]);
}
