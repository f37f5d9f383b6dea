/** `direct`: the image for the second bank is signed for its own place, verified there, and started there. */
import * as mailbox from '@kickstage/abi/mailbox';
import { crc32 } from '@kickstage/base/crc32';
import { blackpill } from '@kickstage/chips/boards/blackpill';
import { createStm32f411 } from '@kickstage/emulator/machines/stm32f411';
import { beforeAll, expect, test } from 'vitest';
import { buildVerified, IDLE, keyOf, linkedOf, type Project } from './verified-project.ts';

let project: Project;

beforeAll(async () => {
  const app = { entry: 'app.ts', version: '1.0.0', size: '128K', verify: 'signature' } as const;
  project = await buildVerified(
    { apps: { app1: { ...app, update: { strategy: 'direct' } } }, boot: { default: 'app1' } },
    keyOf('p256', 0x42),
    { 'app.ts': IDLE },
  );
}, 600_000);

/** Where the processor is after a request to install what is in the download slot. */
function runsAt(download: Uint8Array): number {
  const { layout, build } = project;
  const { machine } = createStm32f411({ hseHz: blackpill.hseHz, seed: 1 });
  for (const { address, bytes } of build.flash) machine.load(address, bytes);
  machine.load(layout.apps[0].update!.downloads[0].start, download);
  machine.reset('power-on');
  const kind = mailbox.MAILBOX_VERSION | (mailbox.REQUEST_UPDATE << 8);
  const request = new Uint32Array([mailbox.MAILBOX_MAGIC, kind, mailbox.REQUEST_PERMANENT, 0]);
  request[3] = crc32(new Uint8Array(request.buffer, 0, 12));
  machine.writeMemory(layout.mailbox.start, new Uint8Array(request.buffer));
  machine.run({ maxInstructions: 12_000_000 });
  return machine.cpu.pc >>> 0;
}

const isIn = (pc: number, { start, end }: { start: number; end: number }) => pc >= start && pc < end;

test('the image for the second bank is started there; a changed one, and that of the first bank, are refused', () => {
  const [app] = project.layout.apps;
  const { linked } = project.build.secondBanks[0];
  expect(linked.image.vectorTable).toBe(linked.image.slot.start + 512);
  expect(isIn(runsAt(linked.bytes), app.update!.downloads[0])).toBe(true);
  const changed = linked.bytes.slice();
  changed[0x300] ^= 1;
  expect(isIn(runsAt(changed), app.slot)).toBe(true);
  expect(isIn(runsAt(linkedOf(project, 'app1').bytes), app.slot)).toBe(true);
}, 600_000);
