/**
 * The long campaign on all layouts, in parts of which each layout has PARTS: KICKSTAGE_PARTS=FROM-TO (`1-1` when absent)
 * says which, and those that are recorded already are left out (tools/campaign-record.ts). In machine code all parts are
 * one.
 */
import { runChains } from '@kickstage/testbench/powercut/chains';
import { EmulatedCampaign } from '@kickstage/testbench/powercut/emulated-campaign';
import { runCampaign } from '@kickstage/testbench/powercut/lab';
import { describe, expect, test } from 'vitest';
import { CampaignRecord } from '../../tools/campaign-record.ts';
import { emulatedLabOf, LAB_CASES, type LabCase, labOf } from './lab-project.ts';

const PARTS = 290;
/** A second cut at one of so many operations of each recovery. */
const SECOND_CUTS = 97;
/** Of all parts together. */
const CHAINS = 580;
const EMULATED_CUTS = 2000;
const EMULATED_SHORT = 20;
const EMULATED = LAB_CASES.filter(({ name }) => name.startsWith('F411, ') || name.startsWith('L476, '));

const asked = process.env.KICKSTAGE_PARTS;
const [from, to = from] = (asked ?? '1-1').split('-').map(Number);
const numbers = Array.from({ length: to - from + 1 }, (_, i) => from + i);

interface Counts {
  readonly cuts: number;
  readonly 'second cuts': number;
  readonly hiccups: number;
  readonly 'cuts in chains': number;
  readonly boots: number;
  readonly failures: readonly unknown[];
}

type Prepared = Awaited<ReturnType<typeof labOf>>;

function runPart({ lab, layout }: Prepared, number: number): Counts {
  const [app] = layout.apps;
  const shard = { index: number - 1, count: PARTS };
  const { counts, failures } = runCampaign(lab, app, { seed: 1, secondCuts: SECOND_CUTS, shard });
  const { device, images, factory } = lab;
  const chains = runChains(device, { app, images, factory, chains: CHAINS, steps: 40, seed: 1, shard });
  return {
    cuts: counts.cuts,
    'second cuts': counts.secondCuts,
    hiccups: counts.hiccups,
    'cuts in chains': chains.cuts,
    boots: counts.boots + chains.boots,
    failures: [...failures, ...chains.failures],
  };
}

const seconds = (start: number) => (performance.now() - start) / 1000;
const prepared = new Map<LabCase, Promise<Prepared>>();
function prepare(labCase: LabCase): Promise<Prepared> {
  if (!prepared.has(labCase)) prepared.clear();
  const lab = prepared.get(labCase) ?? labOf(labCase);
  prepared.set(labCase, lab);
  return lab;
}

describe.each(LAB_CASES)('$name', (labCase) => {
  const record = new CampaignRecord<Counts>(`power cuts, ${labCase.name}`);
  test.each(numbers.filter((number) => !record.get(`part ${number}`)))('part %i loses nothing', async (number) => {
    const lab = await prepare(labCase);
    const start = performance.now();
    const counts = runPart(lab, number);
    record.put(`part ${number}`, counts, seconds(start));
    expect(counts.failures).toEqual([]);
  });
});

describe.each(EMULATED)('$name, in machine code', (labCase) => {
  const record = new CampaignRecord<{ cuts: number; failures: readonly unknown[] }>(`machine code, ${labCase.name}`);
  test.runIf(!record.get('all'))('cuts lose nothing', async () => {
    const { device, lab, layout } = await emulatedLabOf(labCase);
    const { images, scenarios, device: twin } = lab;
    const start = performance.now();
    const cuts = asked ? EMULATED_CUTS : EMULATED_SHORT;
    const options = { app: layout.apps[0], images, scenario: scenarios[0], cuts, seed: 1, twin };
    const result = new EmulatedCampaign(device, options).run();
    if (asked) record.put('all', { cuts: result.cuts, failures: result.failures }, seconds(start));
    expect(result.failures).toEqual([]);
  });
});
