/**
 * Power cuts in updates of products that verify, in parts of which each layout has PARTS: KICKSTAGE_PARTS=FROM-TO (`1-1` when
 * absent) says which. A sample of it in machine code. Counts are printed.
 */
import { runChains } from '@kickstage/testbench/powercut/chains';
import { EmulatedCampaign } from '@kickstage/testbench/powercut/emulated-campaign';
import { emulatedScenarios, runCampaign } from '@kickstage/testbench/powercut/lab';
import { afterAll, describe, expect, test } from 'vitest';
import { emulatedVerifiedLabOf, VERIFIED_CASES, verifiedLabOf } from './verified-lab.ts';

const PARTS = 290;
const asked = process.env.KICKSTAGE_PARTS;
const [from, to = from] = (asked ?? '1-1').split('-').map(Number);
const numbers = Array.from({ length: to - from + 1 }, (_, i) => from + i);
/** Of all parts together. */
const CHAINS = 290;
/** In each scenario. */
const EMULATED_CUTS = asked ? 300 : 10;

const total = { cuts: 0, secondCuts: 0, hiccups: 0, chainCuts: 0, emulatedCuts: 0, boots: 0 };
afterAll(() => {
  process.stdout.write(`power cuts of products that verify, parts ${from} to ${to}: ${JSON.stringify(total)}\n`);
});

describe.each(VERIFIED_CASES)('$name', (verifiedCase) => {
  test('cuts, second cuts and chains lose nothing, and install nothing that is to be refused', async () => {
    const { lab, layout } = await verifiedLabOf(verifiedCase);
    const [app] = layout.apps;
    const { device, images, refused, factory } = lab;
    for (const number of numbers) {
      const shard = { index: number - 1, count: PARTS };
      const { counts, failures } = runCampaign(lab, app, { seed: 1, secondCuts: 97, shard });
      expect(failures).toEqual([]);
      const chains = runChains(device, { app, images, refused, factory, chains: CHAINS, steps: 40, seed: 1, shard });
      expect(chains.failures).toEqual([]);
      total.cuts += counts.cuts;
      total.secondCuts += counts.secondCuts;
      total.hiccups += counts.hiccups;
      total.chainCuts += chains.cuts;
      total.boots += counts.boots + chains.boots;
    }
  });

  test('cuts in machine code', async () => {
    const { device, lab, layout } = await emulatedVerifiedLabOf(verifiedCase);
    const factory = device.state;
    for (const scenario of emulatedScenarios(lab)) {
      device.restore(factory);
      lab.device.restore(lab.factory, from);
      const options = {
        app: layout.apps[0],
        images: lab.images,
        scenario,
        cuts: EMULATED_CUTS,
        seed: from,
        twin: lab.device,
      };
      const result = new EmulatedCampaign(device, options).run();
      expect(result.failures).toEqual([]);
      total.emulatedCuts += result.cuts;
      total.boots += result.boots;
    }
  });
});
