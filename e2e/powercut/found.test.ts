/** Failures that campaigns found, and that are mended: the cuts that showed them. */
import type { Cut } from '@kickstage/testbench/powercut/device';
import { runCampaign } from '@kickstage/testbench/powercut/lab';
import { expect, test } from 'vitest';
import { LAB_CASES, labOf } from './lab-project.ts';

interface Found {
  readonly what: string;
  readonly where: string;
  readonly scenario: string;
  readonly stage: number;
  readonly cut: Cut;
  readonly second?: Cut;
  /** The campaign was one of this scenario alone: what is torn by chance depends on what was cut before. */
  readonly isAlone?: true;
}

const HEADER: Omit<Found, 'stage'> = {
  what: 'an STM32L476 that doubts what a cut has torn, while the header of the journal is sealed once more',
  where: 'L476, direct',
  scenario: 'update',
  cut: { at: 0, how: 'bits' },
  isAlone: true,
};
const FOUND: readonly Found[] = [
  {
    what: 'a record that reads differently when it is taken than when its CRC was looked at',
    where: 'uniform 4K, swap by offset',
    scenario: 'taken back',
    stage: 3,
    cut: { at: 519, how: 'before' },
    second: { at: 524, how: 'flicker' },
    isAlone: true,
  },
  { ...HEADER, stage: 1 },
  { ...HEADER, stage: 2 },
  {
    what: 'a generation that reads differently when it is compared than when the CRC of its header was looked at',
    where: 'uniform 4K, erased to 0x00, swap through scratch',
    scenario: 'update, journal with 122 records',
    stage: 1,
    cut: { at: 70, how: 'fade' },
    second: { at: 514, how: 'flicker' },
  },
];

test.each(FOUND)('$what (stage $stage)', async ({ where, isAlone, ...found }) => {
  const { lab, layout } = await labOf(LAB_CASES.find(({ name }) => name === where)!);
  const scenarios = lab.scenarios.filter(({ name }) => !isAlone || name === found.scenario);
  const only = { ...found, stageName: '', seed: 1, problem: '' };
  const secondCuts = found.second ? 1 : 0;
  const { counts, failures } = runCampaign({ ...lab, scenarios }, layout.apps[0], { seed: 1, secondCuts, only });
  expect([counts.cuts, counts.secondCuts, failures]).toEqual([1, secondCuts, []]);
});
