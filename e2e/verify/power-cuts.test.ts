/**
 * The power fails while an update is verified and installed, machine code on the virtual board: then the old image runs, or
 * the new one, and what runs verifies. A forged update is never installed, wherever the power fails. A sample; the lab of
 * `kickstage test powercut` cuts everywhere.
 */
import * as mailbox from '@kickstage/abi/mailbox';
import { crc32 } from '@kickstage/base/crc32';
import { blackpill } from '@kickstage/chips/boards/blackpill';
import { createStm32f411 } from '@kickstage/emulator/machines/stm32f411';
import { decodeImage } from '@kickstage/image/decode';
import { verifyImage } from '@kickstage/image/verify';
import { beforeAll, expect, test } from 'vitest';
import { buildVerified, IDLE, keyOf, linkedOf, type Project, signedImage } from './verified-project.ts';

const CUTS = 8;
const MOST = 30_000_000;

let project: Project;
let newer: Uint8Array;
let forged: Uint8Array;

beforeAll(async () => {
  const app = { entry: 'app.ts', version: '1.0.0', size: '128K', verify: 'signature' } as const;
  project = await buildVerified(
    { apps: { app1: { ...app, update: { strategy: 'alternate' } } }, boot: { default: 'app1' } },
    keyOf('ed25519', 0x42),
    { 'app.ts': IDLE },
  );
  newer = await signedImage(project, 'app1', { version: '1.1.0' });
  forged = newer.slice();
  forged[0x300] ^= 1;
}, 600_000);

/** A board with a download, asked to install it for good. */
function boardWith(download: Uint8Array) {
  const { layout, build } = project;
  const { machine } = createStm32f411({ hseHz: blackpill.hseHz, seed: 1 });
  for (const { address, bytes } of build.flash) machine.load(address, bytes);
  machine.load(layout.apps[0].update!.downloads[1].start, download);
  machine.reset('power-on');
  const kind = mailbox.MAILBOX_VERSION | (mailbox.REQUEST_UPDATE << 8);
  const request = new Uint32Array([mailbox.MAILBOX_MAGIC, kind, mailbox.REQUEST_PERMANENT, 0]);
  request[3] = crc32(new Uint8Array(request.buffer, 0, 12));
  machine.writeMemory(layout.mailbox.start, new Uint8Array(request.buffer));
  return machine;
}

type Board = ReturnType<typeof boardWith>;

/** Runs to the app, through a power failure; gives the version that runs, and whether it verifies. */
function outcome(machine: Board) {
  const { slot } = project.layout.apps[0];
  const breakpoints = new Set([linkedOf(project, 'app1').entry - 1]);
  for (let starts = 0; starts < 3; starts++) {
    const { reason } = machine.run({ breakpoints, maxInstructions: MOST });
    if (reason === 'breakpoint') break;
    expect(reason).toBe('power-cut');
    machine.reset('power-on');
  }
  const bytes = machine.readMemory(slot.start, newer.length)!;
  const { value } = decodeImage(bytes, 'app1');
  const { signedBy } = verifyImage(value!, { keys: [project.key.publicKey] }, 'app1');
  const { major, minor } = value!.image.header.version;
  return { version: `${major}.${minor}`, verifies: signedBy !== undefined };
}

test('an update whose installation is cut', () => {
  const machine = boardWith(newer);
  const start = machine.snapshot();
  const first = machine.power.operationCount;
  expect(outcome(machine)).toEqual({ version: '1.1', verifies: true });
  const operations = machine.power.operationCount - first;
  expect(operations).toBeGreaterThan(CUTS);
  let old = 0;
  for (let n = 0; n < CUTS; n++) {
    machine.restore(start);
    machine.power.cutAt({ operation: 1 + Math.floor((n * operations) / CUTS), seed: n + 1 });
    const { version, verifies } = outcome(machine);
    expect(verifies).toBe(true);
    if (version === '1.0') old++;
    else expect(version).toBe('1.1');
  }
  // Only before the request is part of the journal may it be forgotten.
  expect(old).toBeLessThanOrEqual(2);
}, 600_000);

test('a cut during the verification itself', () => {
  const machine = boardWith(newer);
  machine.power.cutAt({ cycle: machine.clock.cycles + 600_000 });
  expect(outcome(machine).verifies).toBe(true);
}, 600_000);

test('a forged update', () => {
  const machine = boardWith(forged);
  const start = machine.snapshot();
  const first = machine.power.operationCount;
  expect(outcome(machine)).toEqual({ version: '1.0', verifies: true });
  const operations = machine.power.operationCount - first;
  for (let operation = 1; operation <= operations; operation += Math.ceil(operations / 4)) {
    machine.restore(start);
    machine.power.cutAt({ operation });
    expect(outcome(machine)).toEqual({ version: '1.0', verifies: true });
  }
}, 600_000);
