/** Has Unicorn judge random cases, in one piece or in the recorded parts of a long campaign. For the tests only. */
import { spawnSync } from 'node:child_process';
import { compareAll } from '@kickstage/emulator/processor/unicorn-compare';
import { describe, expect, test } from 'vitest';
import { CampaignRecord } from '../campaign-record.ts';
import { unicornReferee } from '../referee.ts';
import type { Case } from './cases.ts';

type MakeCases = (count: number, seed: number) => readonly Case[];

const CASES_OF_A_PART = 100_000;
const { skip, label } = unicornReferee();

interface Counts {
  readonly cases: number;
  readonly faults: number;
  /** Cases of which a translation executed something. */
  readonly translated: number;
  readonly differences: number;
}

function judge(make: MakeCases, count: number, seed: number): Counts & { readonly first: readonly string[] } {
  const cases = make(count, seed);
  const input = cases.map((one) => JSON.stringify(one)).join('\n');
  const options = { input, encoding: 'utf8', maxBuffer: 2 ** 30 } as const;
  const { stdout, stderr } = spawnSync('/usr/bin/python3', ['tools/unicorn/run.py'], options);
  expect(stderr).toBe('');
  const results = stdout.trimEnd().split('\n');
  expect(results).toHaveLength(count);
  const { differences, faults, translated } = compareAll(
    cases,
    results.map((line) => JSON.parse(line)),
  );
  // Cases in which nothing completes would prove nothing.
  expect(faults).toBeLessThan(count / 20);
  return { cases: count, faults, translated, differences: differences.length, first: differences.slice(0, 10) };
}

/** Defines the test of so many cases, of which a share at least is to be executed by translations, too. */
export function judgedByUnicorn(what: string, make: MakeCases, count: number, seed: number, translated = 0): void {
  describe.skipIf(skip)(label, () => {
    test(`${count} ${what}`, () => {
      const counts = judge(make, count, seed);
      expect(counts.first).toEqual([]);
      expect(counts.translated).toBeGreaterThanOrEqual(count * translated);
    });
  });
}

/**
 * Defines the tests of a long campaign, in parts, each from a seed of its own: KICKSTAGE_PARTS of them (`parts` when
 * absent), those that are recorded already left out (tools/campaign-record.ts).
 */
export function campaignByUnicorn(name: string, what: string, make: MakeCases, seed: number, parts: number): void {
  describe.skipIf(skip)(label, () => {
    const record = new CampaignRecord<Counts>(name);
    const length = Number(process.env.KICKSTAGE_PARTS ?? parts);
    const seeds = Array.from({ length }, (_, i) => seed + 100 * i);
    const open = seeds.filter((one) => !record.get(`seed ${one}`));
    test.each(open)(`${CASES_OF_A_PART} ${what}, seed %s`, (one) => {
      const start = Date.now();
      const { first, ...counts } = judge(make, CASES_OF_A_PART, one);
      record.put(`seed ${one}`, counts, (Date.now() - start) / 1000);
      expect(first).toEqual([]);
    });

    test('no part that is recorded has a difference', () => {
      const recorded = seeds.flatMap((one) => record.get(`seed ${one}`) ?? []);
      expect(recorded.filter(({ counts }) => counts.differences > 0)).toEqual([]);
    });
  });
}
