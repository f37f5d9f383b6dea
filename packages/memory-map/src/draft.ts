/** A layout on its way: what the rules look at. Every slot has its place, right or wrong. */
import type { Place } from '@kickstage/base/diagnostic';
import type { AddressRange } from '@kickstage/base/ranges';
import type { ChipFacts } from '@kickstage/chips/chip';
import type { Config } from './define.ts';
import type { LayoutSector } from './layout.ts';

export interface DraftSlot {
  readonly name: string;
  readonly kind: 'bootloader' | 'app';
  /** Path in the config: `apps.app1`. */
  readonly path: string;
  readonly range: AddressRange;
  /** Whether the config says the address. */
  readonly explicit: boolean;
  readonly preservesShared: boolean;
  readonly magic?: number;
  readonly vectorCount: number;
}

export interface Draft {
  readonly config: Config;
  readonly chip: ChipFacts;
  readonly sectors: readonly LayoutSector[];
  readonly flash: AddressRange;
  readonly ram: AddressRange;
  readonly mailbox: AddressRange & { readonly protocol: 'record' | 'magic-word' };
  /** The bootloader first, then the apps in the order of the config. */
  readonly slots: readonly DraftSlot[];
  /** RAM of every image. */
  readonly imageRam: AddressRange;
  /** The place of a config path. */
  readonly at: (path: string) => Place;
}
