/** Power cuts on layouts of every kind: a sample of each campaign. `kickstage test powercut` runs all of it. */
import { runCampaign } from '@kickstage/testbench/powercut/lab';
import { describe, expect, test } from 'vitest';
import { IS_THOROUGH } from '../../tools/thorough.ts';
import { LAB_CASES, labOf } from './lab-project.ts';

/** One cut of so many; of the units of images only some. */
const PART = 199;
const DATA_EVERY = 11;

/** Failures that campaigns found, and that are mended: the cuts that showed them. */
const FOUND = [
  {
    what: 'a record that reads differently when it is taken than when its CRC was looked at',
    where: 'uniform 4K, swap by offset',
    scenario: 'taken back',
    stage: 3,
    cut: { at: 519, how: 'before' },
    second: { at: 524, how: 'flicker' },
  },
] as const;

/** Where referees are required, all; else every third. */
/** An STM32L476 doubts what a cut has torn, even where nothing was to change. */
test('a cut while the header of the journal is sealed once more', async () => {
  const { lab, layout } = await labOf(LAB_CASES.find(({ name }) => name === 'L476, direct')!);
  const scenarios = lab.scenarios.slice(0, 1);
  for (const stage of [1, 2]) {
    const only = {
      scenario: 'update',
      stage,
      stageName: '',
      cut: { at: 0, how: 'bits' as const },
      seed: 1,
      problem: '',
    };
    const { counts, failures } = runCampaign({ ...lab, scenarios }, layout.apps[0], { seed: 1, secondCuts: 0, only });
    expect([failures, counts.cuts]).toEqual([[], 1]);
  }
});

const SAMPLED = LAB_CASES.filter(({ isSampled }) => isSampled).filter((_, n) => IS_THOROUGH || n % 3 === 1);

describe.each(SAMPLED)('$name', (labCase) => {
  test('a sample of the campaign loses nothing', async () => {
    const { lab, layout } = await labOf(labCase);
    const shard = { index: 7, count: PART };
    const { counts, failures, stages } = runCampaign(lab, layout.apps[0], {
      seed: 1,
      secondCuts: 2999,
      dataEvery: DATA_EVERY,
      shard,
    });
    expect(failures).toEqual([]);
    expect(counts.cuts).toBeGreaterThan(5);
    expect(stages.length).toBeGreaterThan(10);
  });
});

test.each(FOUND)('$what', async ({ where, ...found }) => {
  const { lab, layout } = await labOf(LAB_CASES.find(({ name }) => name === where)!);
  const only = { ...found, stageName: '', seed: 1, problem: '' };
  const { counts, failures } = runCampaign(lab, layout.apps[0], { seed: 1, secondCuts: 1, only });
  expect([counts.cuts, counts.secondCuts, failures]).toEqual([1, 1, []]);
});
