/** A device of the power-cut lab: simulated memories as the Layout has them, RAM that a reset keeps, and its firmware. */
import {
  MAILBOX_MAGIC,
  MAILBOX_REQUEST_ARGUMENT,
  MAILBOX_REQUEST_KIND,
  MAILBOX_REQUEST_MAGIC,
  MAILBOX_VERSION,
} from '@kickstage/abi/mailbox';
import type { ChipFacts } from '@kickstage/chips/chip';
import type { Layout, LayoutExternalFlash, LayoutImage, StorageRange } from '@kickstage/memory-map/layout';
import { slotSizeOf } from '@kickstage/memory-map/updates/record';
import { type Ending, FirmwareHost, type HostChip } from './firmware-host.ts';
import type { HostedModule } from './hosted-module.ts';
import type { LabImage } from './images.ts';
import { Random } from './random.ts';
import { RememberedSignatures } from './remembered-signatures.ts';
import {
  type FlashImage,
  type FlashOperation,
  type FlashShape,
  FlashViolation,
  type Hiccup,
  SimFlash,
  type Tear,
} from './sim-flash.ts';

export interface LabFirmware {
  readonly bootloader: HostedModule;
  /** The update library as the app under test has it. */
  readonly app: HostedModule;
}

/** A session of the app under test. */
export interface AppSession {
  /** Its RAM. */
  readonly memory: { set(bytes: Uint8Array, address: number): void };
  /** Calls a function of the library; how the session ended, or what the function gave. */
  call(name: string, ...args: number[]): Ending | number;
}

/** A device as scenarios and the oracle see it: one that is simulated here, or one that executes machine code. */
export interface Subject {
  readonly subject: LayoutImage;
  readonly isDirect: boolean;
  /** Operations that one record of the journal takes. */
  readonly record: number;
  readonly flash: readonly Pick<SimFlash, 'shape' | 'peek' | 'firstUsed' | 'isStable'>[];
  /** Operations of the session that runs, or ran last. */
  operations: readonly FlashOperation[];
  /** First address that a caller of the app's library may use for its own bytes. */
  readonly appBuffer: number;
  /** All that is kept. */
  readonly state: unknown;
  restore(state: unknown, seed: number): void;
  /** From reset to an app, or to the bootloader's halt. */
  boot(): Ending;
  /** The app under test runs: its library, to be called. */
  app(): AppSession;
  /**
   * Somebody writes an image where the app's are started from, behind the bootloader's back; nothing but erased flash when
   * undefined. With `over` only where that image is.
   */
  plant?(image: LabImage | undefined, over?: LabImage): void;
}

/** Where power fails: at operation `at` of a session, before it, in it, or after it. */
export interface Cut {
  readonly at: number;
  readonly how: 'before' | 'after' | Tear;
}

/** All that a loss of power leaves. */
export type DeviceState = readonly FlashImage[];

/** More than any session has. */
const MOST_OPERATIONS = 200_000;
/** FLASH_ECCR of the STM32L4: RM0351 Rev 9, 3.7.7. */
const ECCR_OFFSET = 0x18;

export class Device implements Subject {
  readonly layout: Layout;
  /** The app under test. */
  readonly subject: LayoutImage;
  readonly flash: readonly SimFlash[];
  /** Operations of the session that runs, or ran last. */
  operations: FlashOperation[] = [];
  private readonly firmware: LabFirmware;
  private readonly chip: HostChip;
  private readonly bootloader: FirmwareHost;
  private readonly library: FirmwareHost;
  /** An operation, by its number in a session, that flash does not do as it should. */
  hiccup: { readonly at: number; readonly how: Hiccup } | undefined;
  private random: Random;

  constructor(layout: Layout, subject: LayoutImage, chip: ChipFacts, firmware: LabFirmware) {
    this.layout = layout;
    this.subject = subject;
    this.firmware = firmware;
    this.random = new Random(1);
    this.flash = shapesOf(layout, chip, subject).map((shape) => new SimFlash(shape, () => this.random));
    const controller = chip.registerBlocks.find(({ name }) => name === 'FLASH');
    this.chip = {
      flash: this.flash,
      ram: new Map(),
      signatures: new RememberedSignatures(),
      eccRegister: chip.flash.writeOnce && controller ? controller.start + ECCR_OFFSET : 0,
      operate: (operation) => this.operate(operation),
    };
    this.bootloader = new FirmwareHost(firmware.bootloader, this.chip);
    this.library = new FirmwareHost(firmware.app, this.chip);
    this.losePower(1);
  }

  get isDirect(): boolean {
    return this.subject.update?.strategy === 'direct';
  }

  get record(): number {
    return recordOperations(this.layout, this.flash[0].shape.unit);
  }

  get state(): DeviceState {
    return this.flash.map((memory) => memory.snapshot());
  }

  /** Flash as it was; RAM as after a loss of power. */
  restore(state: DeviceState, seed: number): void {
    state.forEach((image, i) => {
      this.flash[i].restore(image);
    });
    this.losePower(seed);
  }

  /** RAM holds noise; unstable places read differently. */
  losePower(seed: number): void {
    this.random = new Random(seed);
    const { mailbox, updates } = this.layout;
    for (const range of [mailbox, ...(updates?.ramState ? [updates.ramState] : [])])
      for (let at = range.start; at < range.end; at += 4) this.chip.ram.set(at, this.random.word() | 0);
  }

  /** The mailbox as a request leaves it whose writing was cut short: the magic word is there, its CRC is wrong. */
  tearRequest(seed: number): void {
    const { mailbox } = this.layout;
    const random = new Random(seed);
    const kind = MAILBOX_VERSION | ((1 + random.below(5)) << 8);
    this.chip.ram.set(mailbox.start + MAILBOX_REQUEST_MAGIC, MAILBOX_MAGIC | 0);
    this.chip.ram.set(mailbox.start + MAILBOX_REQUEST_KIND, kind);
    this.chip.ram.set(mailbox.start + MAILBOX_REQUEST_ARGUMENT, this.subject.id);
  }

  /** From reset to an app, or to the bootloader's halt. */
  boot(): Ending {
    this.operations = [];
    for (const memory of this.flash) memory.age();
    const ending = this.bootloader.begin().call('Reset_Handler');
    if (typeof ending === 'number') throw new Error('the bootloader came back');
    return ending;
  }

  /** The app under test runs: its library, to be called. Torn places do not age: it is the session that booted it. */
  app(): AppSession {
    this.operations = [];
    return this.library.begin();
  }

  plant(image: LabImage | undefined, over?: LabImage): void {
    this.operations = [];
    const isThere = (start: number) => !over || this.holds(over, start);
    for (const start of startsOf(this.subject).filter(isThere)) {
      const end = start + this.subject.update!.capacity;
      this.flash[0].overwrite(start, end, image ? image.bytesAt(start) : new Uint8Array());
    }
  }

  private holds({ bytesAt }: LabImage, start: number): boolean {
    const bytes = bytesAt(start);
    return this.flash[0].peek(start, bytes.length).every((byte, i) => byte === bytes[i]);
  }

  /** First address that a caller of the app's library may use for its own bytes. */
  get appBuffer(): number {
    return this.firmware.app.free;
  }

  private operate(operation: FlashOperation): boolean {
    const at = this.operations.length;
    this.operations.push(operation);
    if (at > MOST_OPERATIONS) throw new FlashViolation('the session does not end: it goes on changing flash');
    const memory = this.flash[operation.memory];
    if (this.hiccup?.at === at) {
      memory.stumble(operation, this.hiccup.how, this.random);
      return this.hiccup.how !== 'refused';
    }
    memory.apply(operation);
    return true;
  }
}

/** Where images of the app are started from. */
export const startsOf = ({ slot, update }: LayoutImage): number[] => [
  slot.start,
  ...(update?.strategy === 'direct' ? [update.downloads[0].start] : []),
];

/** Operations that a record takes in flash with write units of so many bytes. */
export const recordOperations = ({ updates }: Layout, unit: number): number => slotSizeOf(updates?.record) / unit;

/** Does what is left of an operation that is cut. */
export function applyCut(flash: readonly SimFlash[], operation: FlashOperation, how: Cut['how'], random: Random): void {
  const memory = flash[operation.memory];
  if (how === 'after') memory.apply(operation);
  else if (how !== 'before') memory.tear(operation, how, random);
}

export function shapesOf(layout: Layout, chip: ChipFacts, subject: LayoutImage): FlashShape[] {
  const { flash, memories } = layout;
  const internal: FlashShape = {
    name: 'internal flash',
    bounds: [...flash.sectors.map(({ start }) => start), flash.end],
    unit: unitOf(flash),
    erasedByte: flash.erasedByte,
    hasEcc: chip.flash.writeOnce,
    regions: [subject.slot, ...regionsIn('internal', layout, subject)],
  };
  const external = memories.find((memory): memory is LayoutExternalFlash => memory.kind === 'external-flash');
  const regions = regionsIn('external', layout, subject);
  return external && regions.length > 0 ? [internal, externalShape(external, regions)] : [internal];
}

/** Regions of an app's updates, its slot aside. */
function regionsIn(memory: StorageRange['memory'], { updates }: Layout, { update }: LayoutImage): StorageRange[] {
  const { journal = [], scratch } = updates ?? {};
  const all = [...update!.downloads, ...journal, ...(scratch ? [scratch] : [])];
  return all.filter((region) => region.memory === memory);
}

/** Some flash could program single bytes; storage writes words at least (firmware/storage/). */
const unitOf = ({ writeSize }: { readonly writeSize: number }) => Math.max(4, writeSize);

/** Sectors that nothing uses are left out. */
function externalShape(
  { name, start, sectors, writeSize, erasedByte }: LayoutExternalFlash,
  regions: readonly StorageRange[],
): FlashShape {
  const bounds = [start];
  for (const { count, size } of sectors) for (let i = 0; i < count; i++) bounds.push(bounds[bounds.length - 1] + size);
  const first = Math.min(...regions.map((region) => region.start));
  const last = Math.max(...regions.map((region) => region.end));
  const used = bounds.filter((bound) => bound >= first && bound <= last);
  return { name, bounds: used, unit: unitOf({ writeSize }), erasedByte, hasEcc: false, regions };
}
