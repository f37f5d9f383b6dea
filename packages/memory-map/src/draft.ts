/** A layout on its way: what the slot rules look at. Every slot has its place, right or wrong. */
import { MAILBOX_RECORD_SIZE } from '@kickstage/abi/mailbox';
import { type AddressRange, rangeOf } from '@kickstage/base/ranges';
import type { ChipFacts } from '@kickstage/chips/chip';
import type { AppConfig, BootloaderConfig, MailboxConfig } from './define.ts';
import type { LayoutMailbox, LayoutSector } from './layout.ts';
import type { PlaceOf } from './locate.ts';
import { type LockFile, lockedApp } from './lock.ts';
import { type Failure, type NamedRange, type PlaceRequest, placeApps } from './place.ts';
import { sectorsIn, sectorsOf, wholeSectors } from './sectors.ts';
import { parseSize } from './size.ts';
import { RAM_STATE_SIZE } from './updates/config.ts';
import { planUpdates, regionOwner, type UpdatableApp, type UpdatePlan } from './updates/plan.ts';
import type { ConfigParts } from './validate.ts';

/** Words of a vector table that has the architecture's exceptions alone. */
export const SYSTEM_VECTORS = 16;
/** The word that names the wanted app, and the bootloader's report behind it. */
const MAGIC_MAILBOX_SIZE = 8;
/** A mailbox lies at most this far from one of RAM's ends: what is behind it is lost to the images. */
export const MAILBOX_MARGIN = 1024;

export interface DraftSlot {
  readonly name: string;
  readonly kind: 'bootloader' | 'app';
  /** Path of the key in the config that says where it lies: `apps.app1.at`, or `apps.app1` when the tool placed it. */
  readonly path: string;
  readonly range: AddressRange;
  /** Whether the config says the address. */
  readonly explicit: boolean;
  readonly preservesShared: boolean;
  readonly vectorCount: number;
}

export interface Draft {
  readonly chip: ChipFacts;
  readonly sectors: readonly LayoutSector[];
  readonly flash: AddressRange;
  readonly ram: AddressRange;
  /** Undefined when the config says something about it that cannot be used. */
  readonly mailbox?: LayoutMailbox;
  /** The bootloader, if it could be read, then the apps that have a place. */
  readonly slots: readonly DraftSlot[];
  /** The slots that touch each sector, by its index, in the order of `slots`. */
  readonly users: readonly (readonly DraftSlot[])[];
  /** Apps that have found none. */
  readonly failures: readonly Failure[];
  /** RAM of every image. */
  readonly imageRam: AddressRange;
  /** Strategies and regions of updates. */
  readonly plan: UpdatePlan;
  /** Where the state of updates is in RAM, when it is kept there. */
  readonly ramState?: AddressRange;
  readonly at: PlaceOf;
}

/** Gives everything its place. `parts.board` must be there. */
export function makeDraft(parts: ConfigParts, chip: ChipFacts, lock: LockFile | undefined, at: PlaceOf): Draft {
  const sectors = sectorsOf(chip.flash);
  const ram = rangeOf(chip.ram[0].start, chip.ram[0].size);
  const mailbox = parts.mailbox && mailboxOf(parts.mailbox, ram);
  const fixed: DraftSlot[] = parts.bootloader ? [bootloaderSlot(parts.bootloader, chip, sectors)] : [];
  const requests: PlaceRequest[] = [];
  for (const [name, app] of parts.apps) {
    const size = bytesOf(app.size);
    if (app.at !== undefined) fixed.push(appSlot(name, app, chip, rangeOf(app.at, size)));
    else requests.push({ name, size, vectorCount: appVectors(chip), locked: lockedApp(lock, name) });
  }
  const { places, failures } = placeApps(sectors, [...fixed, ...lockedRegions(parts, lock)], requests);
  const placed = [...places].map(([name, range]) => appSlot(name, parts.apps.get(name)!, chip, range));
  const slots = [...fixed, ...placed];
  const updatable = updatableApps(parts, slots);
  const state = parts.updates?.state ?? 'journal';
  const plan = planUpdates({
    apps: updatable,
    space: { internal: sectors, external: externalSectors(parts), taken: slots },
    needsJournal: state === 'journal' && parts.updates?.stateModule === undefined,
    ...(lock ? { lock } : {}),
  });
  const ramState = updatable.length > 0 && state === 'ram' ? RAM_STATE_SIZE : 0;
  const imageRam = imageRamOf(ram, mailbox, ramState);
  return {
    chip,
    sectors,
    flash: { start: sectors[0].start, end: sectors[sectors.length - 1].end },
    ram,
    ...(mailbox ? { mailbox } : {}),
    slots,
    users: usersOf(sectors, slots),
    failures,
    imageRam,
    plan,
    ...(ramState > 0 ? { ramState: ramStateOf(imageRam, ram, mailbox) } : {}),
    at,
  };
}

/** Where the lock has regions of updates that are still needed: no new app goes there. */
function lockedRegions({ apps }: ConfigParts, lock: LockFile | undefined): NamedRange[] {
  const owners = [...apps].filter(([, app]) => app.update !== undefined).map(([name]) => name);
  return Object.entries(lock?.regions ?? {}).flatMap(([name, { memory, start, size }]) => {
    const isShared = name === 'scratch' || name.startsWith('journal.');
    const isNeeded = isShared ? owners.length > 0 : owners.includes(regionOwner(name));
    return isNeeded && memory === undefined ? [{ name, range: rangeOf(start, size) }] : [];
  });
}

function usersOf(sectors: readonly LayoutSector[], slots: readonly DraftSlot[]): DraftSlot[][] {
  const users = sectors.map((): DraftSlot[] => []);
  for (const slot of slots) for (const { index } of sectorsIn(sectors, slot.range)) users[index].push(slot);
  return users;
}

const appVectors = (chip: ChipFacts) => SYSTEM_VECTORS + chip.interruptCount;

function bytesOf(size: unknown): number {
  const parsed = parseSize(size);
  return 'bytes' in parsed ? parsed.bytes : 0;
}

function mailboxOf({ protocol = 'record', at }: MailboxConfig, ram: AddressRange): LayoutMailbox {
  const size = protocol === 'record' ? MAILBOX_RECORD_SIZE : MAGIC_MAILBOX_SIZE;
  const start = at ?? ram.end - size;
  // A magic word in the last word of RAM has no room for the report behind it.
  const end = protocol === 'magic-word' && start === ram.end - 4 ? ram.end : start + size;
  return { protocol, start, end };
}

/** RAM before the mailbox, or behind a mailbox at RAM's beginning. All of it when the mailbox is elsewhere: a rule says so. */
function imageRamOf(ram: AddressRange, box: AddressRange | undefined, besideMailbox: number): AddressRange {
  if (!box) return ram;
  const isAtStart = box.start - ram.start < ram.end - box.end;
  const mailbox = isAtStart
    ? { start: box.start, end: box.end + besideMailbox }
    : { start: box.start - besideMailbox, end: box.end };
  const before = mailbox.start - ram.start;
  const behind = ram.end - mailbox.end;
  if (behind >= 0 && behind <= MAILBOX_MARGIN && before > behind) return { start: ram.start, end: mailbox.start };
  if (before >= 0 && before <= MAILBOX_MARGIN && behind > before)
    return { start: alignStack(mailbox.end), end: ram.end };
  return ram;
}

/** The state in RAM lies between the images' RAM and the mailbox. */
function ramStateOf(imageRam: AddressRange, ram: AddressRange, mailbox: AddressRange | undefined): AddressRange {
  return imageRam.start > ram.start && mailbox
    ? rangeOf(imageRam.start - RAM_STATE_SIZE, RAM_STATE_SIZE)
    : rangeOf(imageRam.end, RAM_STATE_SIZE);
}

function updatableApps(parts: ConfigParts, slots: readonly DraftSlot[]): UpdatableApp[] {
  return slots.flatMap(({ name, kind, range, vectorCount }) => {
    const config = kind === 'app' ? parts.apps.get(name) : undefined;
    return config?.update === undefined ? [] : [{ name, config, slot: range, vectorCount }];
  });
}

function externalSectors({ board }: ConfigParts): LayoutSector[] {
  return board?.externalFlash ? sectorsOf(board.externalFlash) : [];
}

/** The AAPCS aligns the stack, and what lies at RAM's start, to 8 bytes. */
const alignStack = (address: number) => Math.ceil(address / 8) * 8;

function bootloaderSlot(config: BootloaderConfig, chip: ChipFacts, sectors: readonly LayoutSector[]): DraftSlot {
  const { size, at, vectors } = config;
  const range = rangeOf(at ?? chip.resetAddress, bytesOf(size));
  return {
    name: 'bootloader',
    kind: 'bootloader',
    path: at === undefined ? 'bootloader' : 'bootloader.at',
    range: at === undefined ? wholeSectors(sectors, range) : range,
    explicit: at !== undefined,
    preservesShared: false,
    vectorCount: vectors === 'full' ? appVectors(chip) : SYSTEM_VECTORS,
  };
}

function appSlot(name: string, app: AppConfig, chip: ChipFacts, range: AddressRange): DraftSlot {
  return {
    name,
    kind: 'app',
    path: app.at === undefined ? `apps.${name}` : `apps.${name}.at`,
    range,
    explicit: app.at !== undefined,
    preservesShared: app.sharedSectors === 'preserve',
    vectorCount: appVectors(chip),
  };
}
