/** The drive of a UF2 bootloader, and copying to it. */
import { copyFileSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Diagnostic } from '@kickstage/base/diagnostic';
import { DRIVE, parseUf2Info, UF2_INFO_FILE, type Uf2Info } from '@kickstage/toolchain/flash/tools/uf2';
import type { RunTool } from './run-tool.ts';

export interface Uf2Drive extends Uf2Info {
  readonly folder: string;
}

/** Folders in which the system shows drives. */
function candidates(environment: NodeJS.ProcessEnv): string[] {
  if (environment.KICKSTAGE_UF2_DRIVE) return [environment.KICKSTAGE_UF2_DRIVE];
  if (process.platform === 'win32') return [...'DEFGHIJKLMNOPQRSTUVWXYZ'].map((letter) => `${letter}:\\`);
  if (process.platform === 'darwin') return foldersIn('/Volumes');
  return ['/media', '/run/media'].flatMap(foldersIn).flatMap((folder) => [folder, ...foldersIn(folder)]);
}

function foldersIn(folder: string): string[] {
  try {
    return readdirSync(folder).map((name) => join(folder, name));
  } catch {
    return [];
  }
}

/** All drives that hold INFO_UF2.TXT. */
export function findUf2Drives(environment: NodeJS.ProcessEnv = process.env): Uf2Drive[] {
  return candidates(environment)
    .filter((folder) => existsSync(join(folder, UF2_INFO_FILE)))
    .map((folder) => ({ folder, ...parseUf2Info(readFileSync(join(folder, UF2_INFO_FILE), 'utf8')) }));
}

export const NO_DRIVE: Diagnostic = {
  code: 'FLS012',
  severity: 'error',
  what: 'there is no UF2 drive',
  why: `a UF2 bootloader shows a drive with the file ${UF2_INFO_FILE} while it runs`,
  fix: 'press reset twice to start it, or name its folder with KICKSTAGE_UF2_DRIVE',
};

/** Runs `copy FROM TO` of the uf2 tool. A drive that goes away during the copy has taken the file: the board restarts. */
export function driveRunner(drive: Uf2Drive, folder: string): RunTool {
  return async ([, from, to]) => {
    try {
      copyFileSync(join(folder, from), join(drive.folder, basename(to.replace(DRIVE, ''))));
      return { code: 0, stdout: '', stderr: '' };
    } catch (error) {
      const gone = !existsSync(drive.folder) && (error as NodeJS.ErrnoException).code !== 'EACCES';
      return { code: gone ? 0 : 1, stdout: '', stderr: `${(error as Error).message}\n` };
    }
  };
}
