/** What holds for every board that Kickstage knows. */
import { expect, test } from 'vitest';
import * as exported from '../../cli/src/boards.ts';
import type { Board } from './board.ts';
import { CHIPS } from './registry.ts';

const BOARDS = Object.values(exported).filter((value): value is Board => typeof value === 'object' && 'chip' in value);
const CASES = BOARDS.map((board) => [board.name, board] as const);

test("every microcontroller can be had for a board of one's own", () => {
  for (const chip of CHIPS) expect(Object.entries(exported)).toContainEqual([chip.name.toLowerCase(), chip]);
});

test('names are distinct, and the name of the file', () => {
  expect(BOARDS.map(({ name }) => name).sort()).toEqual([
    'blackpill',
    'blackpill-f401',
    'discovery-f407',
    'nucleo-f411re',
    'nucleo-f446re',
    'nucleo-l432kc',
    'nucleo-l476rg',
  ]);
});

test.each(CASES)('%s: its microcontroller is known, and the part is one of its kind', (_, { chip, part, source }) => {
  expect(CHIPS).toContain(chip);
  // STM32F411xE: any package (x), 512 KiB (E). STM32F411CEUx: 48 pins (C), 512 KiB (E), UFQFPN (U), any grade (x).
  const [, line, size] = /^(STM32[FL]\d{3})x([A-Z])$/.exec(chip.name)!;
  expect(part).toMatch(new RegExp(`^${line}[CKRV]${size}[TU]x$`));
  expect(source).not.toBe('');
});

test.each(CASES)('%s: pins are well formed and their ports are there', (_, { chip, led, button, console }) => {
  const names = chip.registerBlocks.map(({ name }) => name);
  const pins = [led?.pin, button?.pin, console?.tx, console?.rx].filter((pin) => pin !== undefined);
  for (const pin of pins) {
    expect(pin).toMatch(/^P[A-K](\d|1[0-5])$/);
    expect(names).toContain(`GPIO${pin[1]}`);
  }
  expect(new Set(pins).size).toBe(pins.length);
  expect(chip.registerBlocks.find(({ name }) => name === console?.port)).toMatchObject({ kind: 'usart' });
});

test.each(CASES)('%s: an external clock lies within what the microcontroller takes', (_, { hseHz }) => {
  // DS10314, 6.3, external clock source characteristics: crystals of 4 to 26 MHz.
  if (hseHz === undefined) return;
  expect(hseHz).toBeGreaterThanOrEqual(4_000_000);
  expect(hseHz).toBeLessThanOrEqual(26_000_000);
});
