/**
 * Long campaigns as tests, in parts of which each layout has PARTS: KICKSTAGE_PARTS=FROM-TO (`1-1` when absent) says which,
 * and those that are recorded already are left out (tools/campaign-record.ts). In machine code all parts are one, a short
 * one when nothing is asked for.
 */
import type { LayoutImage } from '@kickstage/memory-map/layout';
import { runChains } from '@kickstage/testbench/powercut/chains';
import { EmulatedCampaign } from '@kickstage/testbench/powercut/emulated-campaign';
import type { EmulatedDevice } from '@kickstage/testbench/powercut/emulated-device';
import { type Lab, runCampaign } from '@kickstage/testbench/powercut/lab';
import type { Scenario } from '@kickstage/testbench/powercut/scenarios';
import { describe, expect, test } from 'vitest';
import { CampaignRecord } from '../../tools/campaign-record.ts';

const PARTS = 290;
/** A second cut at one of so many operations of each recovery. */
const SECOND_CUTS = 97;
/** Of all parts together. */
const CHAINS = 580;
const EMULATED_CUTS = 2000;
const EMULATED_SHORT = 20;

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

interface Prepared {
  readonly lab: Lab;
  readonly layout: { readonly apps: readonly LayoutImage[] };
}

const seconds = (start: number) => (performance.now() - start) / 1000;

function runPart({ lab, layout }: Prepared, number: number): Counts {
  const [app] = layout.apps;
  const shard = { index: number - 1, count: PARTS };
  const { counts, failures } = runCampaign(lab, app, { seed: 1, secondCuts: SECOND_CUTS, shard });
  const { device, images, refused, factory } = lab;
  const chains = runChains(device, { app, images, refused, factory, chains: CHAINS, steps: 40, seed: 1, shard });
  return {
    cuts: counts.cuts,
    'second cuts': counts.secondCuts,
    hiccups: counts.hiccups,
    'cuts in chains': chains.cuts,
    boots: counts.boots + chains.boots,
    failures: [...failures, ...chains.failures],
  };
}

/** In the simulator. */
export function testCampaign<C extends { readonly name: string }>(
  cases: readonly C[],
  prepare: (one: C) => Promise<Prepared>,
): void {
  let last: { readonly of: C; readonly prepared: Promise<Prepared> } | undefined;
  const preparedFor = (one: C) => {
    if (last?.of !== one) last = { of: one, prepared: prepare(one) };
    return last.prepared;
  };
  describe.each(cases.map((one) => ({ one, name: one.name })))('$name', ({ one, name }) => {
    const record = new CampaignRecord<Counts>(`power cuts, ${name}`);
    test.each(numbers.filter((number) => !record.get(`part ${number}`)))('part %i loses nothing', async (number) => {
      const prepared = await preparedFor(one);
      const start = performance.now();
      const counts = runPart(prepared, number);
      record.put(`part ${number}`, counts, seconds(start));
      expect(counts.failures).toEqual([]);
    });
  });
}

/** On the virtual board. */
export function testEmulatedCampaign<C extends { readonly name: string }>(
  cases: readonly C[],
  prepare: (one: C) => Promise<Prepared & { readonly device: EmulatedDevice }>,
  scenariosOf: (lab: Lab) => readonly Scenario[],
): void {
  describe.each(cases.map((one) => ({ one, name: one.name })))('$name, in machine code', ({ one, name }) => {
    const record = new CampaignRecord<{ cuts: number; failures: readonly unknown[] }>(`machine code, ${name}`);
    test.runIf(!record.get('all'))('cuts lose nothing', async () => {
      const { device, lab, layout } = await prepare(one);
      const start = performance.now();
      const factory = device.state;
      const scenarios = scenariosOf(lab);
      const results = scenarios.map((scenario) => {
        device.restore(factory);
        lab.device.restore(lab.factory, 1);
        const cuts = Math.ceil((asked ? EMULATED_CUTS : EMULATED_SHORT) / scenarios.length);
        const options = { app: layout.apps[0], images: lab.images, scenario, cuts, seed: 1, twin: lab.device };
        return new EmulatedCampaign(device, options).run();
      });
      const failures = results.flatMap((result) => result.failures);
      const cuts = results.reduce((sum, result) => sum + result.cuts, 0);
      if (asked) record.put('all', { cuts, failures }, seconds(start));
      expect(failures).toEqual([]);
    });
  });
}
