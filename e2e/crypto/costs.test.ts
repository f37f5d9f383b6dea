/**
 * What hashes and signature checks cost, in bytes, executed instructions and RAM: exact counts that may only fall. After a
 * change that lowers them, BLESS=1 writes the new ones down; one that raises them needs a reason in its commit.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type Costs, measureAll } from '../../bench/crypto/measure.ts';

const FILE = join(import.meta.dirname, 'costs.json');

test('no more bytes, instructions or RAM than written down', async () => {
  const costs = await measureAll();
  if (process.env.BLESS) writeFileSync(FILE, `${JSON.stringify(costs, null, 2)}\n`);
  const known = JSON.parse(readFileSync(FILE, 'utf8')) as Costs;
  expect(Object.keys(costs)).toEqual(Object.keys(known));
  const risen = Object.entries(costs).flatMap(([name, cost]) =>
    (['bytes', 'instructions', 'stack', 'scratch'] as const)
      .filter((what) => cost[what] > known[name][what])
      .map((what) => `${name}: ${what} ${known[name][what]} -> ${cost[what]}`),
  );
  expect(risen).toEqual([]);
});

test('the limits of a bootloader that verifies 64 KiB', async () => {
  const known = JSON.parse(readFileSync(FILE, 'utf8')) as Costs;
  const instructions = (name: string) => known[name].instructions;
  expect(instructions('SHA-256, 64 KiB')).toBeLessThan(3_500_000);
  expect(instructions('SHA-256 and Ed25519')).toBeLessThan(5_400_000);
  expect(instructions('SHA-256 and P-256')).toBeLessThan(8_900_000);
  for (const name of ['SHA-256 and Ed25519', 'SHA-256 and P-256']) expect(known[name].bytes).toBeLessThan(5 * 1024);
});
