/**
 * The flash of a virtual board, kept in a file between commands, as a real board keeps it without power: the
 * microcontroller's flash, and the serial flash of the board in a file beside it.
 */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Layout } from '@kickstage/memory-map/layout';
import { CommandFailure } from '../command-context.ts';
import { readInput } from '../read-input.ts';
import type { VirtualBoard } from '../virtual-board.ts';
import { writeFileAtomically } from '../write-file.ts';

const external = (file: string) => `${file}.external`;

/** Puts what was kept into the board. False where nothing was: the board is new. */
export function loadKept(board: VirtualBoard, layout: Layout, cwd: string, file: string): boolean {
  if (!existsSync(resolve(cwd, file))) return false;
  const { start, end } = layout.flash;
  const bytes = readInput(cwd, file);
  if (bytes.length !== end - start) throw new CommandFailure([otherSize(file, bytes.length, end - start)]);
  board.load(start, bytes);
  const serial = board.chip.externalFlash;
  if (serial && existsSync(resolve(cwd, external(file)))) {
    const kept = readInput(cwd, external(file));
    if (kept.length !== serial.bytes.length)
      throw new CommandFailure([otherSize(external(file), kept.length, serial.bytes.length)]);
    serial.bytes.set(kept);
  }
  return true;
}

export function saveKept(board: VirtualBoard, { flash }: Layout, cwd: string, file: string): void {
  writeFileAtomically(resolve(cwd, file), board.readMemory(flash.start, flash.end - flash.start));
  const serial = board.chip.externalFlash;
  if (serial) writeFileAtomically(resolve(cwd, external(file)), serial.bytes);
}

function otherSize(file: string, got: number, wanted: number) {
  return {
    code: 'CLI046',
    severity: 'error' as const,
    what: `${file} is not the flash of this board`,
    at: { file },
    got: `${got} bytes; the flash has ${wanted}`,
    fix: 'name the file that a run of this project has kept, or remove it: the board is new then',
  };
}
