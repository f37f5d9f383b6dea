/** A bootloader with a handler of its own, which shares variables with the rest and writes memory: in the lab as on the chip. */
import { runCampaign } from '@kickstage/testbench/powercut/lab';
import { expect, test } from 'vitest';
import { LAB_CASES, labOf } from './lab-project.ts';

const BOOT = `import { Reset_Handler as start } from 'kickstage/firmware/boot/main';
import { noteFlashDoubt } from 'kickstage/firmware/update/sound-read';
const seen = memory.data(8, 4);
let interrupts: u32 = 3;
let starts: u32 = 0;
export function Reset_Handler(): void {
  starts++;
  if (interrupts !== 3 || starts !== 1) unreachable();
  start();
}
export function NMI_Handler(): void {
  interrupts += starts;
  store<u8>(seen, <u8>interrupts);
  store<u32>(seen + 4, load<u32>(seen) + 1);
  noteFlashDoubt();
}
`;

test('a sample of the campaign loses nothing', async () => {
  const labCase = LAB_CASES.find(({ name }) => name === 'L476, direct')!;
  const { lab, layout } = await labOf({ ...labCase, boot: BOOT });
  const [app] = layout.apps;
  const { counts, failures } = runCampaign(lab, app, { seed: 1, secondCuts: 97, shard: { index: 3, count: 60 } });
  expect(failures).toEqual([]);
  expect(counts.cuts).toBeGreaterThan(100);
});
