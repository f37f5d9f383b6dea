/** The boards that a new project can be for: all of `kickstage/boards`, the Blackpill first. */
import type { Board } from '@kickstage/chips/board';
import { EMULATED_CHIPS } from '@kickstage/emulator/machines/machine-of';
import * as exported from '../boards.ts';
import type { BoardChoice } from './project-plan.ts';

export const DEFAULT_BOARD = 'blackpill';

const isBoard = (value: unknown): value is Board => typeof value === 'object' && value !== null && 'chip' in value;

export const BOARD_CHOICES: readonly BoardChoice[] = Object.entries(exported)
  .flatMap(([exportName, value]) => (isBoard(value) ? [{ exportName, board: value }] : []))
  .sort((a, b) => rank(a) - rank(b) || (a.board.name < b.board.name ? -1 : 1));

function rank({ board }: BoardChoice): number {
  return board.name === DEFAULT_BOARD ? 0 : 1;
}

export function findBoard(name: string): BoardChoice | undefined {
  return BOARD_CHOICES.find(({ board }) => board.name === name);
}

export function runsVirtually({ board }: BoardChoice): boolean {
  return EMULATED_CHIPS.includes(board.chip.name);
}
