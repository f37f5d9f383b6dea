/** An app that does not verify is not started: another one is, and the boot report says why. */

import { blackpill } from '@kickstage/chips/boards/blackpill';
import { createStm32f411 } from '@kickstage/emulator/machines/stm32f411';
import type { Layout } from '@kickstage/memory-map/layout';
import { readBootReport } from '@kickstage/testbench/boot-report';
import { beforeAll, expect, test } from 'vitest';
import { buildVerified, IDLE, keyOf, type Project, signedImage } from './verified-project.ts';

let project: Project;

beforeAll(async () => {
  const app = { entry: 'app.ts', version: '1.0.0', size: '16K' } as const;
  project = await buildVerified(
    {
      apps: { app1: { ...app, verify: 'signature' }, app2: { ...app, verify: 'hash' }, app3: app },
      boot: { default: 'app1' },
    },
    keyOf('ed25519', 0x42),
    { 'app.ts': IDLE },
  );
}, 600_000);

/** The report after a start with these bytes changed: address and what they are combined with. */
function reportWith(
  layout: Layout,
  changes: readonly (readonly [number, number])[],
  images: ReadonlyMap<number, Uint8Array> = new Map(),
) {
  const { machine } = createStm32f411({ hseHz: blackpill.hseHz, seed: 1 });
  for (const { address, bytes } of project.build.flash) machine.load(address, bytes);
  for (const [address, bytes] of images) machine.load(address, bytes);
  for (const [address, mask] of changes) {
    const [byte] = machine.readMemory(address, 1)!;
    machine.load(address, Uint8Array.of(byte ^ mask));
  }
  machine.reset('power-on');
  machine.run({ maxInstructions: 4_000_000 });
  return readBootReport(layout, (address, size) => machine.readMemory(address, size)!);
}

test('nothing wrong', () => {
  expect(reportWith(project.layout, [])).toEqual({ status: 'ok', reason: 'default', slot: 0 });
});

test('a changed body, a changed signature, a foreign one', async () => {
  const { layout } = project;
  const [{ slot, vectorTable }] = layout.apps;
  const { length } = await signedImage(project, 'app1');
  const wrong = (status: string) => ({ status: 'ok', reason: 'fallback', slot: 1, refused: { slot: 0, status } });
  expect(reportWith(layout, [[vectorTable + 100, 4]])).toEqual(wrong('wrong-hash'));
  expect(reportWith(layout, [[slot.start + length - 1, 4]])).toEqual(wrong('wrong-signature'));
  const foreign = await signedImage(project, 'app1', { key: keyOf('ed25519', 0x66) });
  expect(reportWith(layout, [], new Map([[slot.start, foreign]]))).toEqual(wrong('untrusted-key'));
});

test('an app whose hash alone counts, and one that nobody verifies', () => {
  const { layout } = project;
  const [first, second] = layout.apps.map(({ vectorTable }) => vectorTable + 100);
  expect(
    reportWith(layout, [
      [first, 4],
      [second, 4],
    ]),
  ).toMatchObject({ reason: 'fallback', slot: 2 });
});
