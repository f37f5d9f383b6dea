/**
 * A bootloader that shows itself as a drive and takes UF2 files (Microsoft, USB Flashing Format). There is no program to
 * call: a file is copied. `INFO_UF2.TXT` on the drive says whose it is. Such a bootloader keeps its own place in flash and
 * takes no block for it, tells no error, and cannot be read.
 */
import type { FlashTool } from '../tool.ts';

/** Stands for the drive in commands; the door puts its folder there. */
export const DRIVE = '<drive>';

/** The file by which such a drive is known. */
export const UF2_INFO_FILE = 'INFO_UF2.TXT';

export interface Uf2Info {
  readonly model?: string;
  readonly boardId?: string;
}

/** Reads INFO_UF2.TXT. */
export function parseUf2Info(text: string): Uf2Info {
  const field = (name: string) => new RegExp(`^${name}:\\s*(.*?)\\s*$`, 'm').exec(text)?.[1];
  const model = field('Model');
  const boardId = field('Board-ID');
  return { ...(model ? { model } : {}), ...(boardId ? { boardId } : {}) };
}

export const uf2: FlashTool = {
  name: 'uf2',
  programs: [],
  reads: false,
  fileFormat: 'uf2',
  version: undefined,
  list: undefined,
  lacks: ({ chip }) => (chip.tools ? undefined : `${chip.name} has no UF2 family id (tools.uf2Family)`),
  detect: () => [],
  readDetect: () => ({ found: true }),
  read: () => [],
  write: (_target, _piece, file) => ['copy', file, `${DRIVE}/${file.split('/').at(-1)}`],
  reset: () => undefined,
  progress: () => undefined,
};
