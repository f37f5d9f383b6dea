/**
 * Puts files into a folder: all or none. They are written to a temporary folder inside it and then renamed to their
 * places; whatever is replaced goes to the temporary folder first. When a step fails all steps are taken back, the last
 * first.
 */
import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import type { ProjectFile } from './project-files.ts';

/** Whether something has that name: a file, a folder, or a link to wherever. What cannot be looked at is not there. */
export function isTaken(path: string): boolean {
  try {
    lstatSync(path);
    return true;
  } catch {
    return false;
  }
}

/** Whether it is a folder, or a link to one. */
export function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}

/** Throws what the file system throws; then all is as it was. */
export function placeFiles(folder: string, files: readonly ProjectFile[]): void {
  const undo: (() => void)[] = [];
  const discard = (path: string) => rmSync(path, { recursive: true, force: true });
  let temporary: string;
  try {
    makeFolder(folder, undo);
    temporary = mkdtempSync(join(folder, '.kickstage-init-'));
    undo.push(() => discard(temporary));
    files.forEach(({ text }, i) => writeFileSync(join(temporary, String(i)), text));
    files.forEach(({ path }, i) => {
      const target = join(folder, path);
      makeFolder(dirname(target), undo);
      if (isTaken(target)) move(target, join(temporary, `${i}.replaced`), undo);
      move(join(temporary, String(i)), target, undo);
    });
  } catch (error) {
    for (const step of undo.reverse()) step();
    throw error;
  }
  discard(temporary);
}

function move(from: string, to: string, undo: (() => void)[]): void {
  renameSync(from, to);
  undo.push(() => renameSync(to, from));
}

/** Makes a folder and those above it, one by one, so that each can be taken back. */
function makeFolder(path: string, undo: (() => void)[]): void {
  if (isFolder(path)) return;
  if (dirname(path) !== path) makeFolder(dirname(path), undo);
  mkdirSync(path);
  undo.push(() => {
    // What others have put there meanwhile stays.
    if (readdirSync(path).length === 0) rmdirSync(path);
  });
}
