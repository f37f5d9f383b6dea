import { expect, test } from 'vitest';
import * as exported from '../boards.ts';
import { BOARD_CHOICES, DEFAULT_BOARD, findBoard } from './boards.ts';

test('every choice is what kickstage/boards exports under its name, the default first', () => {
  expect(BOARD_CHOICES[0].board.name).toBe(DEFAULT_BOARD);
  for (const { exportName, board } of BOARD_CHOICES) {
    expect(Object.entries(exported)).toContainEqual([exportName, board]);
    expect(findBoard(board.name)?.board).toBe(board);
  }
  expect(findBoard('Blackpill')).toBeUndefined();
});
