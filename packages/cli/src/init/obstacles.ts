/** What is in the way of a new project. A README that is there is no obstacle: without --force it stays, and none is written. */
import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Diagnostic } from '@kickstage/base/diagnostic';
import { isFolder, isTaken } from './place-files.ts';
import { type ProjectFile, README } from './project-files.ts';

/** The name of a README that the folder has, in whatever format. */
export function findReadme(folder: string): string | undefined {
  return namesIn(folder).find((name) => /^readme(?:\.\w+)?$/i.test(name));
}

/** A folder that is not there, or cannot be read, has none: placing the files says what is wrong with it. */
function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** The files without README.md, where there is another README. */
export function withoutReadme(files: readonly ProjectFile[]): readonly ProjectFile[] {
  return files.filter(({ path }) => path !== README);
}

/** All that keeps the files from being put into `folder`. `force` replaces files, but no folder. */
export function findObstacles(folder: string, files: readonly ProjectFile[], force: boolean): readonly Diagnostic[] {
  if (isTaken(folder) && !isFolder(folder)) return [notAFolder(folder)];
  const paths = files.map(({ path }) => path);
  const parents = [...new Set(paths.map(dirname))].filter((path) => path !== '.');
  const wrongKind = [
    ...parents.filter((path) => isTaken(join(folder, path)) && !isFolder(join(folder, path))),
    ...paths.filter((path) => isFolder(join(folder, path))),
  ];
  const existing = paths.filter((path) => isTaken(join(folder, path)) && !wrongKind.includes(path));
  return [
    ...(existing.length > 0 && !force ? [filesInTheWay(existing)] : []),
    ...(wrongKind.length > 0 ? [wrongKinds(wrongKind)] : []),
  ];
}

function filesInTheWay(paths: readonly string[]): Diagnostic {
  return {
    code: 'CLI021',
    severity: 'error',
    what: paths.length === 1 ? 'a file is in the way' : `${paths.length} files are in the way`,
    got: paths.join(', '),
    why: 'they may be your own work; nothing was written',
    fix: 'choose another folder, move them, or replace them with --force',
  };
}

function wrongKinds(paths: readonly string[]): Diagnostic {
  return {
    code: 'CLI021',
    severity: 'error',
    what: 'a folder is where a file must be, or a file where a folder must be',
    got: paths.join(', '),
    why: '--force does not replace these; nothing was written',
    fix: 'choose another folder, or move them',
  };
}

function notAFolder(folder: string): Diagnostic {
  return {
    code: 'CLI023',
    severity: 'error',
    what: `${folder} is not a folder`,
    why: 'the project needs one of its own',
    fix: 'name another folder: kickstage init DIR',
  };
}
