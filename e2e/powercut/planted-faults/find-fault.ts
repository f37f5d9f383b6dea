/** Plants a fault, compiles it for the lab, and lets growing samples of a campaign look for it. */
import type { Failure } from '@kickstage/testbench/powercut/campaign';
import { runCampaign } from '@kickstage/testbench/powercut/lab';
import { FIRMWARE } from '../../firmware/firmware-files.ts';
import { LAB_CASES, labOf } from '../lab-project.ts';
import { VERIFIED_CASES, verifiedLabOf } from '../verified-lab.ts';
import type { PlantedFault } from './faults.ts';

/** The library's files with the fault in them; throws where its text is not there exactly once. */
export function plant({ file, changes, name }: PlantedFault): ReadonlyMap<string, string> {
  let text = FIRMWARE.get(file);
  if (text === undefined) throw new Error(`${name}: there is no ${file}`);
  for (const [find, replace] of changes) {
    if (text.split(find).length !== 2) throw new Error(`${name}: ${file} has not exactly once: ${find}`);
    text = text.replace(find, () => replace);
  }
  return new Map([...FIRMWARE, [file, text]]);
}

/** One cut of so many, until something is found; of the units of images only some. */
const SAMPLES = [97, 11, 1];
const DATA_EVERY = 13;

export interface Finding {
  readonly failure?: Failure;
  /** Cuts and hiccups until then. */
  readonly tried: number;
}

function labWith({ where }: PlantedFault, firmware: ReadonlyMap<string, string>) {
  const labCase = LAB_CASES.find(({ name }) => name === where);
  if (labCase) return labOf(labCase, firmware);
  const verified = VERIFIED_CASES.find(({ name }) => name === where);
  if (!verified) throw new Error(`there is no case ${where}`);
  return verifiedLabOf(verified, firmware);
}

export async function findFault(fault: PlantedFault): Promise<Finding> {
  const firmware = plant(fault);
  const { lab, layout } = await labWith(fault, firmware);
  let tried = 0;
  for (const count of SAMPLES) {
    const shard = { index: 7 % count, count };
    const options = { seed: 1, secondCuts: 1999, dataEvery: DATA_EVERY, shard, mostFailures: 1 };
    const { counts, failures } = runCampaign(lab, layout.apps[0], options);
    tried += counts.cuts + counts.secondCuts + counts.hiccups;
    if (failures.length > 0) return { failure: failures[0], tried };
  }
  return { tried };
}
