/** Samples of the campaigns on some of the layouts, as tests; `kickstage test powercut` and the long campaign run all of it. */
import { runCampaign } from '@kickstage/testbench/powercut/lab';
import { afterAll, describe, expect, test } from 'vitest';
import { IS_THOROUGH } from '../../tools/thorough.ts';
import { LAB_CASES, labOf } from './lab-project.ts';

/** Where referees are required: one cut of so many on every layout, behind it one of so many second cuts. */
const THOROUGH = { secondCuts: 97, shard: { index: 10, count: 290 } };
/** Else some layouts, and of the units of images only some. */
const QUICK = { secondCuts: 2999, shard: { index: 7, count: 199 }, dataEvery: 11 };
const QUICK_CASES = ['F411, alternate', 'L476, swap by offset', 'uniform 4K, swap by offset'];

/** `least`: cuts, first and second ones, that there are at least in all of them where referees are required. */
export function testSamples(isMine: (name: string) => boolean, least: number): void {
  const cases = LAB_CASES.filter(({ name }) => isMine(name));
  let cuts = 0;

  describe.each(IS_THOROUGH ? cases : cases.filter(({ name }) => QUICK_CASES.includes(name)))('$name', (labCase) => {
    test('a sample of the campaign loses nothing', async () => {
      const { lab, layout } = await labOf(labCase);
      const options = { seed: 1, ...(IS_THOROUGH ? THOROUGH : QUICK) };
      const { counts, failures, stages } = runCampaign(lab, layout.apps[0], options);
      expect(failures).toEqual([]);
      expect(counts.cuts).toBeGreaterThan(5);
      expect(stages.length).toBeGreaterThan(10);
      cuts += counts.cuts + counts.secondCuts;
    });
  });

  afterAll(() => {
    if (IS_THOROUGH) expect(cuts).toBeGreaterThan(least);
  });
}
