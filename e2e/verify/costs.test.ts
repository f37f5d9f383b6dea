/**
 * What a bootloader that verifies costs: exact counts that may only fall. After a change that lowers them, BLESS=1 writes
 * the new ones down; one that raises them needs a reason in its commit.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type Costs, measureAll } from '../../bench/verify/measure.ts';

const FILE = join(import.meta.dirname, 'costs.json');

/** For the first start of an image of 64 KiB with nothing pending. */
const LIMITS: Costs = {
  'SHA-256': { bytes: 8 * 1024, ram: 1024, instructions: 3_700_000 },
  Ed25519: { bytes: 14 * 1024, ram: 5 * 1024, instructions: 5_500_000 },
  'P-256': { bytes: 14 * 1024, ram: 5 * 1024, instructions: 9_000_000 },
};

const risen = (costs: Costs, known: Costs) =>
  Object.entries(known).flatMap(([name, limit]) =>
    (['bytes', 'ram', 'instructions'] as const)
      .filter((what) => costs[name][what] > limit[what])
      .map((what) => `${name}: ${what} ${limit[what]} -> ${costs[name][what]}`),
  );

test('no more bytes, RAM or instructions than written down, and within the limits', async () => {
  const costs = await measureAll();
  if (process.env.BLESS) writeFileSync(FILE, `${JSON.stringify(costs, null, 2)}\n`);
  expect(risen(costs, JSON.parse(readFileSync(FILE, 'utf8')) as Costs)).toEqual([]);
  expect(risen(costs, LIMITS)).toEqual([]);
}, 600_000);
