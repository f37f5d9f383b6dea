/**
 * Modules of binaryen's fuzzer beside V8, at every level: a sample in the ordinary run, 2,000 in CI
 * (KICKSTAGE_REFEREES=required). KICKSTAGE_SEED and KICKSTAGE_COUNT choose others.
 */
import { expect, test } from 'vitest';
import { runCampaign } from './testing/fuzz-campaign.ts';

const FIRST = Number(process.env.KICKSTAGE_SEED ?? 1);
const COUNT = Number(process.env.KICKSTAGE_COUNT ?? (process.env.KICKSTAGE_REFEREES === 'required' ? 2000 : 60));

test(`${COUNT} modules of wasm-opt -ttf from seed ${FIRST}`, { timeout: 3_600_000 }, async () => {
  const { differences, ...counts } = await runCampaign({ first: FIRST, count: COUNT });
  console.log(JSON.stringify(counts));
  expect(differences).toEqual([]);
  expect(counts.modules).toBe(COUNT);
});
