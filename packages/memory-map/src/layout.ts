/**
 * The Layout: the one result of resolving a config. Plain, frozen and serialisable; everything downstream (generators,
 * linker, emulator, picture) takes a Layout and derives no address of its own.
 */
import type { AddressRange } from '@kickstage/base/ranges';
import type { BootloaderProtection } from './define.ts';
import type { KeyConfig, KeyFacts } from './signing/config.ts';

export interface LayoutSector extends AddressRange {
  readonly index: number;
}

export interface LayoutImage {
  /** `bootloader`, or the app's key in the config. */
  readonly name: string;
  readonly kind: 'bootloader' | 'app';
  /** Firmware source file, relative to the config's folder; absent for a slot whose image comes from elsewhere. */
  readonly entry?: string;
  /** `1.2.3`. */
  readonly version: string;
  /**
   * The app's number from 0, its position in `Layout.apps`; `-1` for the bootloader. The record mailbox names apps by
   * this. Numbers follow the config's order, but apps that the lock knows keep theirs, and new ones come behind them.
   */
  readonly id: number;
  /** The word that names this app in the magic-word protocol. */
  readonly magic?: number;
  /** The slot in flash. */
  readonly slot: AddressRange;
  /** Indices of the erase sectors that the slot touches. */
  readonly sectors: readonly number[];
  /** Sectors of those that another image uses too (only with `sharedSectors: 'preserve'`). */
  readonly sharedSectors: readonly number[];
  /** Bytes before the vector table: the header of images that are verified; absent where there is none. */
  readonly headerSize?: number;
  /** Where its vector table lies (what VTOR gets): the slot's start, behind the header where there is one. */
  readonly vectorTable: number;
  /** Words in its vector table. */
  readonly vectorCount: number;
  /** What the config says about f32; without it, the chip's floating-point unit computes where there is one. */
  readonly floats?: 'fpu' | 'soft';
  /** RAM that it may use, the mailbox left out. The initial stack pointer is `ram.end`. */
  readonly ram: AddressRange;
  /** Of the bootloader: how it protects itself; absent where it does not. */
  readonly protect?: BootloaderProtection;
  /** What holds before it is started or an update installed; absent where nothing is verified. */
  readonly verify?: LayoutVerify;
  /** Absent where the app cannot be updated. */
  readonly update?: LayoutUpdate;
}

/** A key whose signatures count. */
export interface LayoutKey extends KeyFacts, Omit<KeyConfig, 'public'> {
  readonly name: string;
}

export interface LayoutVerify {
  readonly level: 'hash' | 'signature';
  /** Names of the keys that may sign, the one to sign with first; none with `hash`. */
  readonly keys: readonly string[];
  readonly securityCounter?: number;
  readonly downgrade: 'refuse' | 'allow';
  /** Whether an image that was verified is started without, as long as it is the same one; absent where it is not. */
  readonly onChange?: true;
  /** Whether the journal keeps the highest counter of a confirmed image; absent where the image in place tells. */
  readonly keepsCounter?: true;
}

/** What the journal's records hold beyond what each one does. */
export interface LayoutRecord {
  /** Bytes of a slot. */
  readonly slotSize: number;
  /** Numbers of the updatable apps whose verified image is remembered. */
  readonly fingerprints: readonly number[];
  /** Numbers of those whose security counter is kept. */
  readonly counters: readonly number[];
}

/** A range in one of the memories that updates use; external addresses are those of its commands. */
export interface StorageRange extends AddressRange {
  readonly memory: 'internal' | 'external';
}

/** How an app is updated. */
export interface LayoutUpdate {
  /** The app's number among those that can be updated, from 0. */
  readonly index: number;
  readonly strategy: 'direct' | 'alternate' | 'swap' | 'overwrite';
  /** Whether the config named the strategy, or it was the one with the fewest erases that there was room for. */
  readonly chosen: 'config' | 'fewest-erases';
  /** Where downloads go: one slot, with `alternate` two. */
  readonly downloads: readonly StorageRange[];
  /** `swap` by offset: bytes before a download in its slot; else 0. */
  readonly offset: number;
  /** `swap`: bytes that change places at once; else 0. */
  readonly chunk: number;
  /** Bytes that an image may have. */
  readonly capacity: number;
}

/** What all apps' updates share. */
export interface LayoutUpdates {
  readonly state: 'journal' | 'ram';
  /** The journal's halves; absent with `ram`. */
  readonly journal?: readonly [StorageRange, StorageRange];
  /** Absent where records have their first format. */
  readonly record?: LayoutRecord;
  readonly scratch?: StorageRange;
  /** Where the state is in RAM; absent with `journal`. */
  readonly ramState?: AddressRange;
  /** Milliseconds; 0: none is started. */
  readonly trialWatchdog: number;
  /** Modules of the project in place of ours, by path. */
  readonly stateModule?: string;
  readonly storageModule?: string;
}

export interface LayoutMailbox extends AddressRange {
  readonly protocol: 'record' | 'magic-word';
}

/** RAM beside the main one (CCM, SRAM2): no image has data or a stack in it unless its code puts them there. */
export interface LayoutRam extends AddressRange {
  readonly kind: 'ram';
  /** As in the manual: `SRAM2`. */
  readonly name: string;
  /** Whether instructions can be fetched from it. */
  readonly executable: boolean;
  /** Whether it is the processor's alone: DMA and peripherals do not reach it. */
  readonly coreCoupled: boolean;
}

/** Serial flash on the board. Its addresses are those of its commands, not the processor's. */
export interface LayoutExternalFlash extends AddressRange {
  readonly kind: 'external-flash';
  readonly name: string;
  /** Runs of equal erase sectors, from `start`; sizes in bytes. */
  readonly sectors: readonly { readonly count: number; readonly size: number }[];
  /** Smallest programmable unit in bytes. */
  readonly writeSize: number;
  readonly erasedByte: number;
  /** Bytes that one program command may write; they may not cross a page. */
  readonly pageSize: number;
  /** As command 0x9F answers it: manufacturer, type, capacity. */
  readonly jedecId: number;
  readonly connection: { readonly port: string; readonly select: string };
}

export type LayoutMemory = LayoutRam | LayoutExternalFlash;

export interface LayoutBoard {
  readonly name: string;
  readonly chip: string;
  /** Frequency of the external crystal in Hz, if the board has one. */
  readonly hseHz?: number;
  readonly led?: { readonly pin: string; readonly activeLow: boolean };
  readonly button?: { readonly pin: string; readonly activeLow: boolean };
  readonly console?: { readonly port: string; readonly tx: string; readonly rx: string; readonly baud: number };
}

export interface Layout {
  readonly formatVersion: 1;
  readonly board: LayoutBoard;
  readonly flash: AddressRange & {
    readonly sectors: readonly LayoutSector[];
    readonly erasedByte: number;
    readonly writeSize: number;
  };
  /** The main RAM: that of the images, with the mailbox. */
  readonly ram: AddressRange;
  /** What else there is: other RAM, then external flash. Nothing is placed in it. */
  readonly memories: readonly LayoutMemory[];
  readonly mailbox: LayoutMailbox;
  /** Absent where the config names none. */
  readonly keys?: readonly LayoutKey[];
  /** Absent where no app can be updated. */
  readonly updates?: LayoutUpdates;
  readonly bootloader: LayoutImage;
  /** In the order of their numbers. */
  readonly apps: readonly LayoutImage[];
  readonly defaultApp: string;
  /** Order in which the bootloader tries the other apps when the chosen one is not plausible. */
  readonly fallback: readonly string[];
}
