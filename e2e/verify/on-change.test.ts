/**
 * `verifyWhen: 'change'` on the virtual board: the first start verifies, the next ones do not; another image in the slot, an
 * update and its way back are verified. And what it does not see: an image that is changed in place behind its digest.
 */
import * as mailbox from '@kickstage/abi/mailbox';
import { REASON_HALT, STATUS_NO_BOOTABLE_APP } from '@kickstage/abi/status';
import { crc32 } from '@kickstage/base/crc32';
import { blackpill } from '@kickstage/chips/boards/blackpill';
import { createStm32f411 } from '@kickstage/emulator/machines/stm32f411';
import { beforeAll, beforeEach, expect, test } from 'vitest';
import { buildVerified, IDLE, keyOf, linkedOf, type Project, signedImage } from './verified-project.ts';

const MOST = 30_000_000;
/** A signature alone takes a million instructions; the journal's first record an erase of its half, in a loop. */
const WITH_SIGNATURE = 1_000_000;
const KNOWN = 16_000;

let project: Project;
let board: ReturnType<typeof createStm32f411>['machine'];

beforeAll(async () => {
  const app = { entry: 'app.ts', version: '1.0.0', size: '128K', verify: 'signature', verifyWhen: 'change' } as const;
  project = await buildVerified(
    { apps: { app1: { ...app, update: { strategy: 'alternate' } } }, boot: { default: 'app1' } },
    keyOf('ed25519', 0x42),
    { 'app.ts': IDLE },
  );
}, 600_000);

beforeEach(() => {
  board = createStm32f411({ hseHz: blackpill.hseHz, seed: 1 }).machine;
  for (const { address, bytes } of project.build.flash) board.load(address, bytes);
});

/** Instructions from a reset to the app; undefined where the bootloader halts. */
function start(request?: Uint8Array): number | undefined {
  board.reset('power-on');
  if (request) board.writeMemory(project.layout.mailbox.start, request);
  const before = board.cpu.instructions;
  const entry = linkedOf(project, 'app1').entry - 1;
  const { reason } = board.run({ breakpoints: new Set([entry]), maxInstructions: MOST });
  return reason === 'breakpoint' ? board.cpu.instructions - before : undefined;
}

/** Puts an image into the app's slot, whose sector is erased before. */
function put(bytes: Uint8Array): void {
  const { slot } = project.layout.apps[0];
  board.load(slot.start, new Uint8Array(slot.end - slot.start).fill(0xff));
  board.load(slot.start, bytes);
}

function requestOf(kind: number, argument: number): Uint8Array {
  const words = new Uint32Array([mailbox.MAILBOX_MAGIC, mailbox.MAILBOX_VERSION | (kind << 8), argument, 0]);
  words[3] = crc32(new Uint8Array(words.buffer, 0, 12));
  return new Uint8Array(words.buffer);
}

test('an image that is the same is started without', () => {
  expect(start()).toBeGreaterThan(WITH_SIGNATURE);
  for (let n = 0; n < 3; n++) expect(start()).toBeLessThan(KNOWN);
});

test('another image in the slot is verified, and one that is forged refused, then and later', async () => {
  start();
  const other = await signedImage(project, 'app1', { size: 3000 });
  put(other);
  expect(start()).toBeGreaterThan(WITH_SIGNATURE);
  expect(start()).toBeLessThan(KNOWN);
  put(await signedImage(project, 'app1', { size: 2000, key: keyOf('ed25519', 0x43) }));
  for (let n = 0; n < 2; n++) expect(start()).toBeUndefined();
  const report = project.layout.mailbox.start + mailbox.MAILBOX_REPORT_FLAGS;
  const [, status] = board.readMemory(report, 4)!;
  const [, reason] = board.readMemory(project.layout.mailbox.start + mailbox.MAILBOX_REPORT_CHOICE, 4)!;
  expect([status, reason]).toEqual([STATUS_NO_BOOTABLE_APP, REASON_HALT]);
  put(other);
  expect(start()).toBeLessThan(KNOWN);
});

test('an update is verified before it is installed, at its first start, and on its way back', async () => {
  start();
  const newer = await signedImage(project, 'app1', { version: '1.1.0' });
  board.load(project.layout.apps[0].update!.downloads[1].start, newer);
  const [app] = project.layout.apps;
  expect(start(requestOf(mailbox.REQUEST_UPDATE, app.id))).toBeGreaterThan(2 * WITH_SIGNATURE);
  // Not confirmed: the image of before comes back.
  expect(start()).toBeGreaterThan(WITH_SIGNATURE);
  expect(start()).toBeLessThan(KNOWN);
  expect(start(requestOf(mailbox.REQUEST_UPDATE, app.id | mailbox.REQUEST_PERMANENT))).toBeGreaterThan(
    2 * WITH_SIGNATURE,
  );
  expect(start()).toBeLessThan(KNOWN);
});

test('a damaged journal: verified again', () => {
  start();
  const { start: half, end } = project.layout.updates!.journal![0];
  board.load(half, new Uint8Array(end - half).fill(0xff));
  expect(start()).toBeGreaterThan(WITH_SIGNATURE);
});

test('what is changed behind an unchanged digest is not seen', () => {
  start();
  const { slot, headerSize = 0 } = project.layout.apps[0];
  const { bytes } = linkedOf(project, 'app1');
  const changed = bytes.slice();
  changed[headerSize + 0x40] ^= 1;
  board.load(slot.start, changed);
  expect(start()).toBeLessThan(KNOWN);
});
