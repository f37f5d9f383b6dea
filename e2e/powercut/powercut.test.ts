/** Power cuts on layouts of every kind: a sample of each campaign. `kickstage test powercut` runs all of it. */
import { runCampaign } from '@kickstage/testbench/powercut/lab';
import { describe, expect, test } from 'vitest';
import { LAB_CASES, labOf } from './lab-project.ts';

/** One cut of so many; of the units of images only some. */
const PART = 199;
const DATA_EVERY = 11;

describe.each(LAB_CASES.filter(({ isSampled }) => isSampled))('$name', (labCase) => {
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
