/**
 * The long campaign on all layouts, in parts: KICKSTAGE_POWERCUT=I/N takes the part I of N of each, 1/1 all of it. Without
 * it a part is taken that is done in minutes. Counts are printed for docs/evidence.md.
 */
import { runChains } from '@kickstage/testbench/powercut/chains';
import { EmulatedCampaign } from '@kickstage/testbench/powercut/emulated-campaign';
import { runCampaign } from '@kickstage/testbench/powercut/lab';
import { afterAll, describe, expect, test } from 'vitest';
import { emulatedLabOf, LAB_CASES, labOf } from './lab-project.ts';

const [index, count] = (process.env.KICKSTAGE_POWERCUT ?? '3/29').split('/').map(Number);
const shard = { index: index - 1, count };
/** Of all parts together. */
const CHAINS = 600;
const EMULATED_CUTS = 2000;
const EMULATED = LAB_CASES.filter(({ name }) => name.startsWith('F411, ') || name.startsWith('L476, '));

const total = { cuts: 0, secondCuts: 0, hiccups: 0, chainCuts: 0, emulatedCuts: 0, boots: 0 };
afterAll(() => {
  process.stdout.write(`power cuts, part ${index}/${count}: ${JSON.stringify(total)}\n`);
});

describe.each(LAB_CASES)('$name', (labCase) => {
  test('cuts, second cuts and chains lose nothing', async () => {
    const { lab, layout } = await labOf(labCase);
    const [app] = layout.apps;
    const { counts, failures } = runCampaign(lab, app, { seed: 1, secondCuts: 97, shard });
    expect(failures).toEqual([]);
    const { device, images, factory } = lab;
    const chains = runChains(device, { app, images, factory, chains: CHAINS, steps: 40, seed: 1, shard });
    expect(chains.failures).toEqual([]);
    total.cuts += counts.cuts;
    total.secondCuts += counts.secondCuts;
    total.hiccups += counts.hiccups;
    total.chainCuts += chains.cuts;
    total.boots += counts.boots + chains.boots;
  });
});

describe.each(EMULATED)('$name, in machine code', (labCase) => {
  test('cuts lose nothing', async () => {
    const { device, lab, layout } = await emulatedLabOf(labCase);
    const { images, scenarios, device: twin } = lab;
    const cuts = Math.ceil(EMULATED_CUTS / count);
    const options = { app: layout.apps[0], images, scenario: scenarios[0], cuts, seed: index, twin };
    const result = new EmulatedCampaign(device, options).run();
    expect(result.failures).toEqual([]);
    total.emulatedCuts += result.cuts;
    total.boots += result.boots;
  });
});
