/** Samples of the campaigns on some of the layouts, as tests; `kickstage test powercut` and the long campaign run all of it. */
import { runCampaign } from '@kickstage/testbench/powercut/lab';
import { afterAll, describe, expect, test } from 'vitest';
import { IS_THOROUGH } from '../../tools/thorough.ts';
import { LAB_CASES, labOf } from './lab-project.ts';

/** Where referees are required: one of so many second cuts behind each first one. */
const SECOND_CUTS = 97;
/** Else some layouts, and of the units of images only some. */
const QUICK = { secondCuts: 2999, shard: { index: 7, count: 199 }, dataEvery: 11 };
const QUICK_CASES = ['F411, alternate', 'L476, swap by offset', 'uniform 4K, swap by offset'];

/**
 * Where referees are required: one first cut of `count` on each of these layouts, and in all of them at least `least` cuts,
 * first and second ones.
 */
export function testSamples(isMine: (name: string) => boolean, count: number, least: number): void {
  const thorough = { secondCuts: SECOND_CUTS, shard: { index: 10, count } };
  const cases = LAB_CASES.filter(({ name }) => isMine(name));
  let cuts = 0;

  describe.each(IS_THOROUGH ? cases : cases.filter(({ name }) => QUICK_CASES.includes(name)))('$name', (labCase) => {
    test('a sample of the campaign loses nothing', async () => {
      const { lab, layout } = await labOf(labCase);
      const options = { seed: 1, ...(IS_THOROUGH ? thorough : QUICK) };
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
