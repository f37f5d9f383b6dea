/**
 * Campaigns as tests, each in two halves, which lie in two files so that they run at the same time. A long one may be
 * bounded in time (KICKSTAGE_MINUTES), and with KICKSTAGE_RECORD, a folder, it goes on where it ended the last time.
 */
import { expect, test } from 'vitest';
import { CampaignRecord } from '../../../tools/campaign-record.ts';
import { add, type CampaignResult, emptyResult, runCampaign } from './fuzz-campaign.ts';

const { env } = process;
const IN_CI = env.KICKSTAGE_REFEREES === 'required' || env.KICKSTAGE_CAMPAIGN === 'ci';
const QUICK = { first: 1, count: IN_CI ? 2000 : 60 };
const LONG = { first: 1_000_000, count: 100_000 };
/** Modules between two entries in the record. */
const SHARD = 250;
const DAY = 86_400_000;

interface Seeds {
  readonly first: number;
  readonly count: number;
}

function half({ first, count }: Seeds, which: 0 | 1): Seeds {
  const start = Number(env.KICKSTAGE_SEED ?? first);
  const all = Number(env.KICKSTAGE_COUNT ?? count);
  const before = which === 0 ? 0 : Math.ceil(all / 2);
  return { first: start + before, count: which === 0 ? Math.ceil(all / 2) : all - before };
}

export function fuzzTest(which: 0 | 1): void {
  const { first, count } = half(QUICK, which);
  test(`${count} modules of wasm-opt -ttf from seed ${first}`, { timeout: DAY }, async () => {
    const { differences, ...counts } = await runCampaign({ first, count });
    expect(differences).toEqual([]);
    expect(counts.modules).toBe(count);
  });
}

export function longFuzzTest(which: 0 | 1): void {
  const { first, count } = half(LONG, which);
  test(`${count} modules of wasm-opt -ttf from seed ${first}, at length`, { timeout: DAY }, async () => {
    const result = await runRecorded({ first, count });
    console.log(`seeds from ${first}: ${JSON.stringify(result)}`);
    expect(result.differences).toEqual([]);
  });
}

async function runRecorded({ first, count }: Seeds): Promise<CampaignResult> {
  const record = new CampaignRecord<CampaignResult>('wasm-opt-ttf');
  const part = `from ${first}`;
  const before = record.get(part);
  const start = Date.now();
  const end = start + Number(env.KICKSTAGE_MINUTES ?? Number.POSITIVE_INFINITY) * 60_000;
  let result = before?.counts ?? emptyResult();
  while (result.modules < count && Date.now() < end) {
    const shard = { first: first + result.modules, count: Math.min(SHARD, count - result.modules) };
    result = add(result, await runCampaign(shard));
    record.put(part, result, (before?.seconds ?? 0) + (Date.now() - start) / 1000);
  }
  return result;
}
