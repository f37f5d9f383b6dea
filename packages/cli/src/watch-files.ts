/** Waits for changes of a project's sources: bursts of them (an editor writes several files at once) count as one. */
import { type FSWatcher, watch } from 'node:fs';

/** A burst is over when nothing has changed for so long. */
const QUIET_MS = 80;
/** Folders of what is made, not written; hidden ones. */
const MADE = /(?:^|[\\/])(?:node_modules|build|dist|generated|\.[^\\/]*)(?:[\\/]|$)/;
const SOURCE = /\.(?:ts|json)$/;

/** Whether a file of the project, by its path within it, is one that a build depends on. The lock is written by builds. */
export function isSourceFile(path: string): boolean {
  return SOURCE.test(path) && !MADE.test(path) && !/(?:^|[\\/])(?:boot\.lock|package-lock)\.json$/.test(path);
}

export interface Changes {
  /** Resolves with the files of the next burst, relative to the folder; undefined once it was closed. */
  next(): Promise<readonly string[] | undefined>;
  close(): void;
}

/** Changes below a folder from now on. Those that come while nobody waits are kept. */
export function watchFiles(folder: string): Changes {
  let changed = new Set<string>();
  let timer: NodeJS.Timeout | undefined;
  let isQuiet = true;
  let closed = false;
  let wake: (() => void) | undefined;
  const watcher: FSWatcher = watch(folder, { recursive: true }, (_, name) => {
    if (name === null || !isSourceFile(name)) return;
    changed.add(name);
    isQuiet = false;
    clearTimeout(timer);
    timer = setTimeout(() => {
      isQuiet = true;
      wake?.();
    }, QUIET_MS);
  });
  return {
    async next() {
      while (!closed && (changed.size === 0 || !isQuiet)) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      if (closed) return undefined;
      const files = [...changed].sort();
      changed = new Set();
      return files;
    },
    close() {
      closed = true;
      clearTimeout(timer);
      watcher.close();
      wake?.();
    },
  };
}
