/**
 * The long campaign of random floating-point instructions, judged by Unicorn: registers, flags, FPSCR, memory.
 * In parts, each from a seed of its own: KICKSTAGE_PARTS of them (4 when absent), those that are recorded already
 * left out (tools/campaign-record.ts).
 */
import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { CampaignRecord } from '../../../../tools/campaign-record.ts';
import { unicornReferee } from '../../../../tools/referee.ts';
import { makeVfpCases } from '../../../../tools/unicorn/vfp-cases.ts';
import { compareAll } from './unicorn-compare.ts';

const COUNT = 100_000;
const SEED = 5;
const PARTS = Number(process.env.KICKSTAGE_PARTS ?? 4);
const { skip, label } = unicornReferee();

interface Counts {
  readonly cases: number;
  readonly faults: number;
  readonly differences: number;
}

function judge(seed: number): Counts & { readonly first: readonly unknown[] } {
  const cases = makeVfpCases(COUNT, seed);
  const input = cases.map((one) => JSON.stringify(one)).join('\n');
  const options = { input, encoding: 'utf8', maxBuffer: 2 ** 30 } as const;
  const { stdout, stderr } = spawnSync('/usr/bin/python3', ['tools/unicorn/run.py'], options);
  expect(stderr).toBe('');
  const results = stdout.trimEnd().split('\n');
  expect(results).toHaveLength(COUNT);
  const { differences, faults } = compareAll(
    cases,
    results.map((line) => JSON.parse(line)),
  );
  return { cases: COUNT, faults, differences: differences.length, first: differences.slice(0, 10) };
}

describe.skipIf(skip)(label, () => {
  const record = new CampaignRecord<Counts>('unicorn-fpu');
  const seeds = Array.from({ length: PARTS }, (_, i) => SEED + 100 * i);
  const open = seeds.filter((seed) => !record.get(`seed ${seed}`));
  test.each(open)(`${COUNT} random floating-point instructions, seed %s`, (seed) => {
    const start = Date.now();
    const { first, ...counts } = judge(seed);
    record.put(`seed ${seed}`, counts, (Date.now() - start) / 1000);
    expect(first).toEqual([]);
    // Cases in which nothing completes would prove nothing.
    expect(counts.faults).toBeLessThan(COUNT / 20);
  });

  test('no part that is recorded has a difference', () => {
    const recorded = seeds.flatMap((seed) => record.get(`seed ${seed}`) ?? []);
    expect(recorded.filter(({ counts }) => counts.differences > 0)).toEqual([]);
  });
});
