/** Where a program lies on PATH. */
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** `PATH`, and on Windows `PATHEXT`, the endings of programs. */
export type SearchEnvironment = Readonly<Record<string, string | undefined>>;

/** The program's file; undefined when PATH has none that may be executed. */
export function findProgram(name: string, environment: SearchEnvironment = process.env): string | undefined {
  const endings = process.platform === 'win32' ? (environment.PATHEXT ?? '.EXE;.CMD;.BAT').split(';') : [''];
  for (const folder of (environment.PATH ?? '').split(delimiter)) {
    for (const ending of endings) {
      const path = join(folder, `${name}${ending}`);
      if (folder !== '' && isExecutable(path)) return path;
    }
  }
  return undefined;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
