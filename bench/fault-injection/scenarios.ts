/**
 * Boards that must not boot what lies in their flash: an image that is forged (its body changed, its hash made anew, the
 * signature that of the original), one without a signature, and updates that are forged or older than what is in place.
 */

import * as abi from '@kickstage/abi/image';
import * as mailbox from '@kickstage/abi/mailbox';
import { crc32 } from '@kickstage/base/crc32';
import { blackpill } from '@kickstage/chips/boards/blackpill';
import type { Machine } from '@kickstage/emulator/machine';
import { createStm32f411 } from '@kickstage/emulator/machines/stm32f411';
import { decodeImage } from '@kickstage/image/decode';
import { computeHash } from '@kickstage/image/hash';
import type { KeyKind } from '@kickstage/image/keys/key';
import { writeImage, writeSignedPart } from '@kickstage/image/write';
import type { LayoutImage } from '@kickstage/memory-map/layout';
import { buildVerified, IDLE, keyOf, linkedOf, type Project, signedImage } from '../../e2e/verify/verified-project.ts';

export interface Scenario {
  readonly name: string;
  readonly machine: Machine;
  /** The machine as the processor begins at the reset vector. */
  readonly start: unknown;
  /** Code of the bootloader. */
  readonly bootloader: { readonly start: number; readonly end: number };
  /** Whether what runs at `pc` is what must not run. */
  readonly isBreach: (pc: number) => boolean;
  /** Starts the board once more: power fails after the fault. */
  readonly restart: () => void;
  /** Whether an update is under way, so that a restart may go on with it. */
  readonly hasUpdate: boolean;
  readonly symbols: readonly { readonly name: string; readonly address: number; readonly size: number }[];
}

export const SCENARIOS = ['unsigned', 'forged', 'forged beside a good app', 'forged update', 'older update'] as const;
/** Of a bootloader whose journal remembers what it verified, and counters: another image lies in the slot than the known one. */
export const REMEMBERED_SCENARIOS = [
  'forged, another one known',
  'forged, none known',
  'below the kept counter',
] as const;
export type ScenarioName = (typeof SCENARIOS)[number];
export type RememberedName = (typeof REMEMBERED_SCENARIOS)[number];

const KEPT_COUNTER = 5;

export function rememberingProject(kind: KeyKind, firmware?: ReadonlyMap<string, string>): Promise<Project> {
  const app = { entry: 'app.ts', version: '1.1.0', verify: 'signature', size: '16K' } as const;
  const remembers = { verifyWhen: 'change', rollback: 'journal', securityCounter: 1 } as const;
  const apps = { app1: { ...app, ...remembers, update: { strategy: 'overwrite' } } } as const;
  const files = { 'app.ts': IDLE };
  return buildVerified({ apps, boot: { default: 'app1' } }, keyOf(kind, 0x42), files, firmware);
}

/** The board after a start of a good image, with one in its place that must not start; at its next reset. */
export async function makeRemembered(project: Project, name: RememberedName): Promise<Scenario> {
  const { layout, build } = project;
  const { machine } = createStm32f411({ hseHz: blackpill.hseHz, seed: 1 });
  for (const { address, bytes } of build.flash) machine.load(address, bytes);
  const [app] = layout.apps;
  const good = await signedImage(project, 'app1', { securityCounter: KEPT_COUNTER });
  machine.load(app.slot.start, good);
  machine.reset('power-on');
  const breakpoints = new Set([linkedOf(project, 'app1').entry - 1]);
  if (name !== 'forged, none known') machine.run({ breakpoints, maxInstructions: MOST_INSTRUCTIONS });
  const older = await signedImage(project, 'app1', { securityCounter: KEPT_COUNTER - 1 });
  machine.load(app.slot.start, name === 'below the kept counter' ? older : forge(good, 'forged'));
  machine.reset('power-on');
  // A fault may leave something behind in the journal: what the next start makes of that counts, too.
  return scenarioOf(project, { name, machine, target: app, good, hasUpdate: true });
}

const MOST_INSTRUCTIONS = 30_000_000;

export async function faultProject(kind: KeyKind, firmware?: ReadonlyMap<string, string>): Promise<Project> {
  const app = { entry: 'app.ts', version: '1.1.0', verify: 'signature' } as const;
  return buildVerified(
    {
      apps: {
        // No way back, and small slots: the way is short.
        app1: { ...app, size: '16K', update: { strategy: 'overwrite' } },
        app2: { ...app, size: '128K' },
      },
      boot: { default: 'app1' },
    },
    keyOf(kind, 0x42),
    { 'app.ts': IDLE },
    firmware,
  );
}

/** The board of a scenario, at its reset. */
export async function makeScenario(project: Project, name: ScenarioName): Promise<Scenario> {
  const { layout, build } = project;
  const { machine } = createStm32f411({ hseHz: blackpill.hseHz, seed: 1 });
  for (const { address, bytes } of build.flash) machine.load(address, bytes);
  const [app1, app2] = layout.apps;
  const isUpdate = name.endsWith('update');
  const good = await signedImage(project, isUpdate ? 'app1' : 'app2');
  const bad = name === 'older update' ? await signedImage(project, 'app1', { version: '1.0.9' }) : forge(good, name);
  const target = isUpdate ? app1 : app2;
  machine.load(isUpdate ? app1.update!.downloads[0].start : app2.slot.start, bad);
  // Without another app the way is short, so that each of its instructions can be left out.
  if (name === 'unsigned' || name === 'forged') machine.load(app1.slot.start, new Uint8Array(512).fill(0xff));
  machine.reset('power-on');
  const kind = isUpdate ? mailbox.REQUEST_UPDATE : mailbox.REQUEST_BOOT;
  const argument = isUpdate ? app1.id | mailbox.REQUEST_PERMANENT : app2.id;
  machine.writeMemory(layout.mailbox.start, requestOf(kind, argument));
  return scenarioOf(project, { name, machine, target, good, hasUpdate: isUpdate });
}

interface BoardFacts extends Pick<Scenario, 'name' | 'machine' | 'hasUpdate'> {
  /** The app that must not run, unless it is this image. */
  readonly target: LayoutImage;
  readonly good: Uint8Array;
}

function scenarioOf(project: Project, { name, machine, target, good, hasUpdate }: BoardFacts): Scenario {
  const linked = linkedOf(project, 'bootloader');
  const image = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1');
  return {
    name,
    machine,
    start: machine.snapshot(),
    bootloader: { start: linked.image.slot.start, end: linked.image.slot.start + linked.bytes.length },
    isBreach: (pc) =>
      pc >= target.slot.start &&
      pc < target.slot.end &&
      image(machine.readMemory(target.slot.start, good.length)!) !== image(good),
    restart: () => machine.reset('power-on'),
    hasUpdate,
    symbols: linked.symbols
      .filter(({ symbol }) => symbol.kind === 'function')
      .map(({ symbol, address }) => ({ name: symbol.name, address, size: symbol.size })),
  };
}

function forge(good: Uint8Array, name: ScenarioName): Uint8Array {
  const { image } = decodeImage(good, 'good').value!;
  const body = image.body.slice();
  // Behind the vector table: what an attacker would run.
  body[body.length - 1] ^= 0x80;
  // An update is newer than what is in place.
  const version = { ...image.header.version, revision: image.header.version.revision + 1 };
  const forged = { ...image, header: { ...image.header, version }, body };
  const hash = { type: abi.TLV_SHA256, data: computeHash('sha256', writeSignedPart(forged)) };
  const behind = name === 'unsigned' ? [] : image.unprotectedTlvs.slice(1);
  return writeImage({ ...forged, unprotectedTlvs: [hash, ...behind] });
}

function requestOf(kind: number, argument: number): Uint8Array {
  const words = new Uint32Array([mailbox.MAILBOX_MAGIC, mailbox.MAILBOX_VERSION | (kind << 8), argument, 0]);
  words[3] = crc32(new Uint8Array(words.buffer, 0, 12));
  return new Uint8Array(words.buffer);
}
