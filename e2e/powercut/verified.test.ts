/**
 * Power cuts in updates of signed products: images that verify are never lost, and images that do not are never installed,
 * wherever the power fails in the download, the verification or the refusal. A sample of each campaign.
 */
import { runChains } from '@kickstage/testbench/powercut/chains';
import { runCampaign } from '@kickstage/testbench/powercut/lab';
import { describe, expect, test } from 'vitest';
import { IS_THOROUGH } from '../../tools/thorough.ts';
import { VERIFIED_CASES, verifiedLabOf } from './verified-lab.ts';

/** One cut of so many; of the units of images only some. */
const PART = 199;
const DATA_EVERY = 11;
const CHAINS = 3;

/** Where referees are required, all; else the first, and one whose journal remembers what it can. */
const DEFAULT = ['F411, ed25519, alternate', 'F411, ed25519, direct, remembered'];
const SAMPLED = VERIFIED_CASES.filter(({ name }) => IS_THOROUGH || DEFAULT.includes(name));

describe.each(SAMPLED)('$name', (verifiedCase) => {
  test('a sample of the campaign loses nothing, and installs nothing that is to be refused', async () => {
    const { lab, layout } = await verifiedLabOf(verifiedCase);
    const { device, images, refused, factory, scenarios } = lab;
    const [app] = layout.apps;
    expect(refused.map(({ name }) => name)).toContain('damaged');
    expect(scenarios.map(({ name }) => name)).toContain('refused');
    const campaign = { seed: 1, secondCuts: 2999, dataEvery: DATA_EVERY, shard: { index: 7, count: PART } };
    const { counts, failures } = runCampaign(lab, app, campaign);
    expect(failures).toEqual([]);
    expect(counts.cuts).toBeGreaterThan(5);
    const chains = runChains(device, { app, images, refused, factory, chains: CHAINS, steps: 40, seed: 1 });
    expect(chains.failures).toEqual([]);
  });
});
