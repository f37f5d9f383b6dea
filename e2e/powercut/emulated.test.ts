/**
 * Power cuts on the virtual board: bootloader and update library as machine code, the flash controller with its busy times.
 * Each stage does there, operation for operation, what it does simulated. `kickstage test powercut --on emulator` runs more.
 */
import { EmulatedCampaign } from '@kickstage/testbench/powercut/emulated-campaign';
import { describe, expect, test } from 'vitest';
import { emulatedLabOf, LAB_CASES } from './lab-project.ts';

const CUTS = 12;
const SAMPLED = ['F411, alternate', 'L476, swap by offset'];

describe.each(LAB_CASES.filter(({ name }) => SAMPLED.includes(name)))('$name', (labCase) => {
  test('a sample of cuts in machine code loses nothing', async () => {
    const { device, lab, layout } = await emulatedLabOf(labCase);
    const { images, scenarios, device: twin } = lab;
    const options = { app: layout.apps[0], images, scenario: scenarios[0], cuts: CUTS, seed: 1, twin };
    const { failures, cuts, torn, stages } = new EmulatedCampaign(device, options).run();
    expect(failures).toEqual([]);
    expect(cuts).toBeGreaterThanOrEqual(CUTS);
    expect(torn).toBeGreaterThan(CUTS / 2);
    expect(stages.length).toBeGreaterThan(5);
  });
});
