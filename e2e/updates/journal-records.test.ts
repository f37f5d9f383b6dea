/**
 * Slots of the journal that an update takes, as `kickstage map` reckons them, against those that the update library and the
 * boot core write over simulated flash: the second update of a device, whose journal is there already.
 */
import { updateFigures } from '@kickstage/memory-map/updates/figures';
import { slotSizeOf } from '@kickstage/memory-map/updates/record';
import { expect, test } from 'vitest';
import { VERIFIED_CASES, verifiedLabOf } from '../powercut/verified-lab.ts';

const CASES = VERIFIED_CASES.filter(({ name }) => /alternate|overwrite, remembered/.test(name));

test.each(CASES)('$name', async (verifiedCase) => {
  const { lab, layout, source } = await verifiedLabOf(verifiedCase);
  const { device, images, scenarios } = lab;
  const [app] = layout.apps;
  const size = slotSizeOf(layout.updates!.record);
  const halves = layout.updates!.journal!;
  const { stages } = scenarios[0];
  const second = stages.findIndex(({ name }) => name.includes('v2 downloads v3'));
  let slots = 0;
  stages.forEach((stage, n) => {
    stage.run(device);
    if (n < second || n >= stages.findIndex(({ name }) => name.includes('v3 downloads'))) return;
    for (const { op, address } of device.operations) {
      const half = halves.find(({ start, end }) => address >= start && address < end);
      // Slot 0 is the header; it is sealed once more, and the other one made void.
      if (op === 'program' && half && address >= half.start + size && (address - half.start) % size === 0) slots++;
    }
  });
  const length = images[2].bytesAt(app.slot.start).length;
  expect(slots).toBe(updateFigures(layout, app, { internal: source.chip.flash }, length)!.records);
});
