/** The long campaign of random floating-point instructions, judged by Unicorn: registers, flags, FPSCR, memory. */
import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { unicornReferee } from '../../../../tools/referee.ts';
import { makeVfpCases } from '../../../../tools/unicorn/vfp-cases.ts';
import { compareAll } from './unicorn-compare.ts';

const COUNT = 100_000;
const SEED = 5;
const { skip, label } = unicornReferee();

describe.skipIf(skip)(label, () => {
  test(`${COUNT} random floating-point instructions`, () => {
    const cases = makeVfpCases(COUNT, SEED);
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
    expect(differences).toEqual([]);
    // Cases in which nothing completes would prove nothing.
    expect(faults).toBeLessThan(COUNT / 20);
  });
});
