/** A campaign as a test: one of two halves of the modules. */
import { expect, test } from 'vitest';
import { runCampaign } from './fuzz-campaign.ts';

const FIRST = Number(process.env.KICKSTAGE_SEED ?? 1);
const IN_CI = process.env.KICKSTAGE_REFEREES === 'required' || process.env.KICKSTAGE_CAMPAIGN === 'ci';
const COUNT = Number(process.env.KICKSTAGE_COUNT ?? (IN_CI ? 2000 : 60));

export function fuzzTest(half: 0 | 1): void {
  const count = half === 0 ? Math.ceil(COUNT / 2) : Math.floor(COUNT / 2);
  const first = half === 0 ? FIRST : FIRST + COUNT - count;
  test(`${count} modules of wasm-opt -ttf from seed ${first}`, { timeout: 3_600_000 }, async () => {
    const { differences, ...counts } = await runCampaign({ first, count });
    console.log(JSON.stringify(counts));
    expect(differences).toEqual([]);
    expect(counts.modules).toBe(count);
  });
}
