/**
 * Power cuts in updates of signed products, in parts: KICKSTAGE_POWERCUT=I/N takes the part I of N of each layout, 1/1 all of
 * it; without it a part is taken that is done in minutes. A sample of it in machine code. Counts are printed.
 */
import { runChains } from '@kickstage/testbench/powercut/chains';
import { EmulatedCampaign } from '@kickstage/testbench/powercut/emulated-campaign';
import { emulatedScenarios, runCampaign } from '@kickstage/testbench/powercut/lab';
import { afterAll, describe, expect, test } from 'vitest';
import { emulatedVerifiedLabOf, VERIFIED_CASES, verifiedLabOf } from './verified-lab.ts';

const [index, count] = (process.env.KICKSTAGE_POWERCUT ?? '3/29').split('/').map(Number);
const shard = { index: index - 1, count };
/** Of all parts together. */
const CHAINS = 300;
const EMULATED_CUTS = 600;

const total = { cuts: 0, secondCuts: 0, hiccups: 0, chainCuts: 0, emulatedCuts: 0, boots: 0 };
afterAll(() => {
  process.stdout.write(`power cuts of signed products, part ${index}/${count}: ${JSON.stringify(total)}\n`);
});

describe.each(VERIFIED_CASES)('$name', (verifiedCase) => {
  test('cuts, second cuts and chains lose nothing, and install nothing that is to be refused', async () => {
    const { lab, layout } = await verifiedLabOf(verifiedCase);
    const [app] = layout.apps;
    const { counts, failures } = runCampaign(lab, app, { seed: 1, secondCuts: 97, shard });
    expect(failures).toEqual([]);
    const { device, images, refused, factory } = lab;
    const chains = runChains(device, { app, images, refused, factory, chains: CHAINS, steps: 40, seed: 1, shard });
    expect(chains.failures).toEqual([]);
    total.cuts += counts.cuts;
    total.secondCuts += counts.secondCuts;
    total.hiccups += counts.hiccups;
    total.chainCuts += chains.cuts;
    total.boots += counts.boots + chains.boots;
  });

  test('cuts in machine code', async () => {
    const { device, lab, layout } = await emulatedVerifiedLabOf(verifiedCase);
    const factory = device.state;
    for (const scenario of emulatedScenarios(lab)) {
      device.restore(factory);
      lab.device.restore(lab.factory, index);
      const cuts = Math.ceil(EMULATED_CUTS / 2 / count);
      const options = { app: layout.apps[0], images: lab.images, scenario, cuts, seed: index, twin: lab.device };
      const result = new EmulatedCampaign(device, options).run();
      expect(result.failures).toEqual([]);
      total.emulatedCuts += result.cuts;
      total.boots += result.boots;
    }
  });
});
