/** Failures that campaigns found, and that are mended: the cuts that showed them, and that they show them without the mend. */
import type { Cut } from '@kickstage/testbench/powercut/device';
import { runCampaign } from '@kickstage/testbench/powercut/lab';
import { expect, test } from 'vitest';
import { FIRMWARE } from '../firmware/firmware-files.ts';
import { LAB_CASES, labOf } from './lab-project.ts';

interface Found {
  readonly what: string;
  readonly where: string;
  readonly scenario: string;
  readonly stage: number;
  readonly cut: Cut;
  readonly second?: Cut;
  /** The campaign was one of this scenario alone: what is torn by chance depends on the number of the cut. */
  readonly isAlone?: true;
  /** The campaign's; 1 when absent. */
  readonly seed?: number;
  /** What takes the mend out of a file of firmware/. */
  readonly without: readonly [file: string, find: string, replace: string];
}

const FOUND: readonly Found[] = [
  {
    what: 'a record that reads differently when it is taken than when its CRC was looked at',
    where: 'uniform 4K, swap by offset',
    scenario: 'taken back',
    stage: 3,
    cut: { at: 519, how: 'before' },
    second: { at: 524, how: 'flicker' },
    isAlone: true,
    seed: 5,
    without: [
      'update/journal.ts',
      'setStateWord(n, bodyWord(4 * n));',
      'setStateWord(n, slotWord(half, slot, 4 * n));',
    ],
  },
  {
    what: 'an STM32L476 that doubts what a cut has torn, while the header of the journal is sealed once more',
    where: 'L476, direct',
    scenario: 'update',
    stage: 1,
    cut: { at: 0, how: 'bits' },
    isAlone: true,
    without: ['update/journal.ts', 'isHeader && sealOf(which, 0) !== SEAL_NONE', 'isHeader && sealOf(which, 0) === 2'],
  },
  {
    what: 'a generation that reads differently when it is compared than when the CRC of its header was looked at',
    where: 'uniform 4K, erased to 0x00, swap through scratch',
    scenario: 'update, journal with 122 records',
    stage: 1,
    cut: { at: 70, how: 'fade' },
    second: { at: 514, how: 'flicker' },
    without: ['update/journal.ts', ' && bodyWord(JOURNAL_GENERATION) === generation', ''],
  },
];

function withoutMend([file, find, replace]: Found['without']): ReadonlyMap<string, string> {
  const text = FIRMWARE.get(file)!;
  expect(text).toContain(find);
  return new Map([...FIRMWARE, [file, text.replace(find, replace)]]);
}

async function cut({ where, isAlone, without, seed = 1, ...found }: Found, firmware: ReadonlyMap<string, string>) {
  const { lab, layout } = await labOf(LAB_CASES.find(({ name }) => name === where)!, firmware);
  const scenarios = lab.scenarios.filter(({ name }) => !isAlone || name === found.scenario);
  const only = { ...found, stageName: '', seed: 1, problem: '' };
  const secondCuts = found.second ? 1 : 0;
  const { counts, failures } = runCampaign({ ...lab, scenarios }, layout.apps[0], { seed, secondCuts, only });
  expect([counts.cuts, counts.secondCuts]).toEqual([1, secondCuts]);
  return failures;
}

test.each(FOUND)('$what', async (found) => {
  expect(await cut(found, FIRMWARE)).toEqual([]);
  expect(await cut(found, withoutMend(found.without))).toHaveLength(1);
});

test('an erase that leaves a byte behind the end of an image, while flash says that all went well, loses nothing', async () => {
  const { lab, layout } = await labOf(LAB_CASES.find(({ name }) => name === 'L476, swap through scratch')!);
  const scenario = 'update, journal with 62 records';
  const only = { scenario, stage: 1, stageName: '', seed: 1, problem: '', cut: { at: 1057, how: 'weak' } } as const;
  const { counts, failures } = runCampaign(lab, layout.apps[0], { seed: 1, secondCuts: 0, only });
  expect([counts.hiccups, failures]).toEqual([1, []]);
});
