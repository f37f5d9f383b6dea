/** The power-cut lab: a device with its factory state, its cast of images, its scenarios, and the campaign over them. */
import type { ChipFacts } from '@kickstage/chips/chip';
import type { Signer } from '@kickstage/image/sign';
import type { Layout, LayoutImage } from '@kickstage/memory-map/layout';
import { slotSizeOf } from '@kickstage/memory-map/updates/record';
import { Campaign, type CampaignOptions, type CampaignResult } from './campaign.ts';
import { Device, type DeviceState, type LabFirmware, type Subject } from './device.ts';
import { EmulatedDevice, type LabCode } from './emulated-device.ts';
import { imageLengths, type LabImage, makeImage } from './images.ts';
import { raised, rollbackScenario } from './rollback.ts';
import { type Scenario, scenariosFor, type Ways } from './scenarios.ts';
import { type CastImages, makeVerifiedImages, refusesLower } from './verified-images.ts';

export interface LabInput {
  readonly layout: Layout;
  readonly chip: ChipFacts;
  readonly firmware: LabFirmware;
  /** The app whose updates are cut; it has an `update`. */
  readonly app: LayoutImage;
  /** Bytes of the lab's images; chosen by the sectors when absent. */
  readonly lengths?: readonly number[];
  /** Who signs them, where the bootloader verifies signatures of the app. */
  readonly signer?: Signer;
}

export interface Lab {
  readonly device: Device;
  readonly images: readonly LabImage[];
  /** Images that the bootloader is to refuse. */
  readonly refused: readonly LabImage[];
  readonly factory: DeviceState;
  readonly scenarios: readonly Scenario[];
}

/** Records from the end of a journal's half at which a scenario begins. */
const BEFORE_THE_END = [2, 3, 4, 5, 6, 8];

export async function makeLab(input: LabInput): Promise<Lab> {
  const { layout, chip, firmware, app } = input;
  const device = new Device(layout, app, chip, firmware);
  const { images, refused } = await castOf(input);
  loadFactory(device, app, images[0]);
  const factory = device.state;
  const journal = layout.updates?.journal?.[0];
  const slots = journal ? Math.floor((journal.end - journal.start) / slotSizeOf(layout.updates?.record)) : 0;
  const fills = journal ? BEFORE_THE_END.map((n) => slots - n) : [];
  const ways: Ways = { reverts: app.update!.strategy !== 'overwrite', refusesLower: refusesLower(app) };
  const scenarios = scenariosFor({ images, refused, first: images[0].name }, ways, fills);
  const rollbacks = app.verify?.keepsCounter && journal ? rollbacksFor({ device, images, factory, ways, slots }) : [];
  return { device, images, refused, factory, scenarios: [...scenarios, ...rollbacks] };
}

/** Records from the end of a half at which the counter is kept, and what follows begins the other half. */
const BEHIND_RAISE = [1, 2, 3];

function rollbacksFor(lab: Pick<Lab, 'device' | 'images' | 'factory'> & { ways: Ways; slots: number }): Scenario[] {
  const { device, images, factory, ways, slots } = lab;
  const [v1, , v3] = images;
  for (const stage of raised(v1, v3, ways)) stage.run(device);
  const last = lastSlot(device);
  device.restore(factory, 1);
  // The session that fills the journal begins it; the one behind has a slot made void before its first record.
  const fills = BEHIND_RAISE.map((n) => slots - n - last - 1);
  return [rollbackScenario(v1, v3, ways), ...fills.map((fill) => rollbackScenario(v1, v3, ways, fill))];
}

/** The last slot in use of the journal's first half. */
function lastSlot({ layout, flash }: Device): number {
  const [{ start, end }] = layout.updates!.journal!;
  const size = slotSizeOf(layout.updates!.record);
  const [internal] = flash;
  const isErased = (at: number) => internal.peek(at, 4).every((byte) => byte === internal.shape.erasedByte);
  let slot = 0;
  while (start + (slot + 2) * size <= end && !isErased(start + (slot + 1) * size)) slot++;
  return slot;
}

async function castOf({ layout, app, signer, lengths = imageLengths(layout, app) }: LabInput): Promise<CastImages> {
  if (app.verify) return makeVerifiedImages({ layout, app, ...(signer ? { signer } : {}) }, lengths);
  return { images: lengths.map((length, i) => makeImage(`v${i + 1}`, layout, length, 100 + i)), refused: [] };
}

/** As the board leaves the factory: the image in its slot, with `alternate` its copy in the first download slot, too. */
function loadFactory(device: Device, { slot, update }: LayoutImage, image: LabImage): void {
  const bytes = image.bytesAt(slot.start);
  device.flash[0].load(slot.start, bytes);
  if (update!.strategy !== 'alternate') return;
  const [copy] = update!.downloads;
  device.flash[copy.memory === 'internal' ? 0 : 1].load(copy.start, bytes);
}

/** What is cut in machine code: a whole update, and where images are verified what is refused. */
export const emulatedScenarios = ({ scenarios }: Lab): readonly Scenario[] =>
  scenarios.filter(({ name }) => name === 'update' || name === 'refused');

/** The device of the virtual board, in its factory state, with power. */
export function makeEmulated(
  layout: Layout,
  app: LayoutImage,
  chip: ChipFacts,
  code: LabCode,
  images: readonly LabImage[],
): EmulatedDevice {
  const device = new EmulatedDevice(layout, app, chip, code);
  const bytes = images[0].bytesAt(app.slot.start);
  device.machine.load(app.slot.start, bytes);
  const [copy] = app.update!.downloads;
  if (app.update!.strategy === 'alternate') device.load(copy, bytes);
  device.powerOn();
  return device;
}

export function runCampaign(
  lab: Lab,
  app: LayoutImage,
  options: Omit<CampaignOptions, 'app' | 'images' | 'scenarios'>,
): CampaignResult {
  const { device, images, scenarios, factory } = lab;
  const campaign = new Campaign(device, { app, images, scenarios, ...options });
  return campaign.run(factory, (scenario) => fillJournal(device, scenario.fill ?? 0));
}

/** Writes records that say the same, so that the journal's end is near. */
export function fillJournal(device: Subject, records: number): void {
  if (records === 0) return;
  const app = device.app();
  for (let i = 0; i < records; i++) app.call('touch');
}
