/** All diagnostics of the memory map with their explanations, and the rules in the order in which they are checked. */
import type { CodeExplanation } from '@kickstage/base/diagnostic';
import { UNUSABLE_LOCK } from './lock-parse.ts';
import { addressSpace } from './rules/address-space.ts';
import { appCount } from './rules/app-count.ts';
import { appNames } from './rules/app-names.ts';
import { bootOrder } from './rules/boot-order.ts';
import { erasedByte } from './rules/erased-byte.ts';
import { externalFlash } from './rules/external-flash.ts';
import { interrupts } from './rules/interrupts.ts';
import { lockPlaces } from './rules/lock-places.ts';
import { lostPlace } from './rules/lost-place.ts';
import { magicWords } from './rules/magic-words.ts';
import { mailboxInRam } from './rules/mailbox-in-ram.ts';
import { memoryAlignment } from './rules/memory-alignment.ts';
import { memoryOverlap } from './rules/memory-overlap.ts';
import { noRoom } from './rules/no-room.ts';
import { outsideFlash } from './rules/outside-flash.ts';
import { overlap } from './rules/overlap.ts';
import { renamedApp } from './rules/renamed-app.ts';
import { resetAddress } from './rules/reset-address.ts';
import { resetInFlash } from './rules/reset-in-flash.ts';
import type { BoardRule, ConfigRule, LockRule, SlotRule } from './rules/rule.ts';
import { sectorBoundary } from './rules/sector-boundary.ts';
import { sharedSector } from './rules/shared-sector.ts';
import { updateRoom } from './rules/update-room.ts';
import { updateSettings } from './rules/update-settings.ts';
import { vectorAlignmentRule } from './rules/vector-alignment.ts';
import { verification } from './rules/verification.ts';
import { writeUnit } from './rules/write-unit.ts';

export const BOARD_RULES: readonly BoardRule[] = [
  memoryOverlap,
  addressSpace,
  writeUnit,
  erasedByte,
  resetInFlash,
  memoryAlignment,
  interrupts,
  externalFlash,
];

export const CONFIG_RULES: readonly ConfigRule[] = [
  appCount,
  appNames,
  bootOrder,
  magicWords,
  updateSettings,
  verification,
];

export const LOCK_RULES: readonly LockRule[] = [renamedApp, lockPlaces];

export const SLOT_RULES: readonly SlotRule[] = [
  noRoom,
  lostPlace,
  overlap,
  outsideFlash,
  sectorBoundary,
  sharedSector,
  vectorAlignmentRule,
  mailboxInRam,
  resetAddress,
  updateRoom,
];

const SHAPE: readonly CodeExplanation[] = [
  {
    code: 'MAP001',
    title: 'an unknown key',
    text: `The config has a key that means nothing. The diagnostic lists the keys that there are, and one that is spelt much alike.

Keys are refused rather than ignored: \`sharedSector\` for \`sharedSectors\` would otherwise change what is built.`,
  },
  {
    code: 'MAP002',
    title: 'a missing or wrong value',
    text: `A key that is needed is missing, or its value is of another kind than it must be.

Addresses and magic words are numbers (0x0800_4000), not texts; sizes are MAP004, versions MAP020.`,
  },
  {
    code: 'MAP003',
    title: 'the config is not an object',
    text: 'The default export of boot.config.ts must be what defineConfig({ … }) gives.',
  },
  {
    code: 'MAP004',
    title: 'a size that is none',
    text: `Sizes are '64K' (65,536 bytes), '1M' (1,048,576 bytes), or a number of bytes such as KiB(64).

'64KB' is refused, because KB means 1000 bytes to some and 1024 to others; so is a size of 0, below 0, of a fraction
of a byte, or above 4 GiB.`,
  },
  {
    code: 'MAP020',
    title: 'a version that is none',
    text: `A version is three numbers: '1.2.3'. The first two are at most 255 and the third 65535, because mailbox and images carry
the version in four bytes.`,
  },
];

/** One entry for each code, in order of code. */
export const MAP_CODES: readonly CodeExplanation[] = [
  ...SHAPE,
  UNUSABLE_LOCK,
  ...BOARD_RULES,
  ...CONFIG_RULES,
  ...LOCK_RULES,
  ...SLOT_RULES,
]
  .map(({ code, title, text }) => ({ code, title, text }))
  .sort((a, b) => (a.code < b.code ? -1 : 1));
