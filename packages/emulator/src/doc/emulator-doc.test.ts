/** docs/emulator.md says what the machines have: `BLESS=1` writes the made parts anew. */
import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { createStm32f411 } from '../machines/stm32f411.ts';
import { createStm32l476 } from '../machines/stm32l476.ts';
import { BLOCK_NOTES } from './block-notes.ts';
import { blocksOf, blockTable, cycleTable, fillPage, refusalsIn } from './emulator-doc.ts';

const PAGE = new URL('../../../../docs/emulator.md', import.meta.url).pathname;
const SOURCE = new URL('..', import.meta.url).pathname;
const MACHINES = [
  ['STM32F411', createStm32f411],
  ['STM32L476', createStm32l476],
] as const;
const read = (path: string) => readFileSync(`${SOURCE}${path}`, 'utf8');

test.each(MACHINES)('%s: every block that is modelled has a note, and no other', (name, create) => {
  const noted = BLOCK_NOTES[name].flatMap(({ blocks }) => blocks);
  expect([...noted].sort()).toEqual([...blocksOf(create().machine).modelled].sort());
});

test('refusals are found in sources', () => {
  const source = `
    if (x) this.refuse(R.CR, 'this');
    if (value & (1 << 3)) this.refuse(offset, "that's it");
    [R.CR1, 1 << 10, 'parity'],
    ['OPTR', (1 << 20) | (1 << 21), 'two banks (BFB2)'],
    throw new EmulationError('EMU004', 'SCB_CCR: BFHFNMIGN is not modelled');`;
  expect(refusalsIn(source)).toEqual(['this', "that's it", 'parity', 'two banks (BFB2)', 'BFHFNMIGN']);
});

test('the page is as the machines are', () => {
  const page = readFileSync(PAGE, 'utf8');
  const parts = Object.fromEntries(
    MACHINES.map(([name, create]) => [name, blockTable(create().machine, BLOCK_NOTES[name], read)]),
  );
  const made = fillPage(page, { ...parts, cycles: cycleTable() });
  if (process.env.BLESS === '1') writeFileSync(PAGE, made);
  else expect(page).toBe(made);
});
